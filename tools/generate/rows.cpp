#include "tools/generate/rows.h"

#include <algorithm>
#include <array>

namespace grunndata::generate {
namespace {

using namespace std::string_view_literals;

constexpr std::array<std::uint16_t, 10> fraction_weights{6, 3, 3, 20, 3, 3, 42, 3, 3, 14};

constexpr std::array migrated_reasons{""sv, ""sv, ""sv, "Årsakskode fra DSF: "sv, "Historisk"sv};

} // namespace

Rows::Rows(Text& text, std::uint64_t person_key, Day as_of) : text_(text), as_of_(as_of) {
  Draw draw(key_for(person_key, Subject::document));
  const std::size_t before = text.view().size();
  const std::uint32_t kind = draw.below(10);
  if (kind == 0) {
    text.lit("2018-02-01T00:00:00+01:00");
  } else {
    moment(kind < 7 ? day_of(2020, 10, 24) : freg_began + static_cast<Day>(draw.below(60)),
           draw.next());
  }
  const std::string_view written = text.view().substr(before);
  migrated_size_ = written.copy(migrated_, sizeof migrated_);
  text.drop(migrated_size_);
}

void Rows::begin_document() { text_.put('{'); }

void Rows::end_document() { text_.put('}'); }

void Rows::moment(Day day, std::uint64_t key) {
  Draw draw(key);
  const std::uint64_t time = draw.next();
  const Day lag = std::min<Day>(static_cast<Day>(time & 7), static_cast<Day>(time >> 3 & 7));
  const Day recorded = std::min(day + lag, as_of_ - 1);
  text_.date(recorded);
  text_.put('T');
  text_.digits(4 + below(time << 32, 20), 2);
  text_.put(':');
  text_.digits(below(draw.next(), 60), 2);
  text_.put(':');
  const std::uint64_t fine = draw.next();
  text_.digits(below(fine, 60), 2);
  const auto digits = static_cast<unsigned>(
      weighted(static_cast<std::uint32_t>(fine & 0xffff) % 100, fraction_weights));
  if (digits > 0) {
    text_.put('.');
    text_.digits(mix(fine), digits);
  }
  if (summer_at_noon(recorded))
    text_.lit("+02:00");
  else
    text_.lit("+01:00");
}

void Rows::midnight(Day day) {
  text_.date(day);
  if (summer_at_midnight(day))
    text_.lit("T00:00:00+02:00");
  else
    text_.lit("T00:00:00+01:00");
}

void Rows::begin_row(const Occurrence& occurrence, const RowState& state) {
  start_row();
  // A row that has ended was last touched when it ended.
  const Day touched = std::max({occurrence.day, state.ended, state.recorded});
  const bool migrated = is_migrated(touched);
  const std::uint64_t drawn = mix(occurrence.key ^ 0x9ae1);
  text_.lit("{\"ajourholdstidspunkt\":\"");
  if (migrated)
    text_.text({migrated_, migrated_size_});
  else
    moment(touched, occurrence.key);
  if (state.current)
    text_.lit("\",\"erGjeldende\":true,\"kilde\":\"");
  else
    text_.lit("\",\"erGjeldende\":false,\"kilde\":\"");
  text_.text(migrated ? "KILDE_DSF"sv : occurrence.source);
  std::string_view reason = occurrence.reason;
  if (migrated && state.recorded == no_day && drawn % 100 < 55)
    reason = migrated_reasons[drawn / 128 % migrated_reasons.size()];
  if (!reason.empty()) {
    text_.lit("\",\"aarsak\":\"");
    text_.text(reason);
  }
  const bool lacks_start = migrated && state.may_lack_start && drawn / 1024 % 100 < 62;
  if (!lacks_start) {
    text_.lit("\",\"gyldighetstidspunkt\":\"");
    midnight(occurrence.day);
  }
  if (state.ended != no_day) {
    text_.lit("\",\"opphoerstidspunkt\":\"");
    midnight(state.ended);
  }
  text_.put('"');
}

} // namespace grunndata::generate
