#include "tools/generate/numbers.h"

#include <algorithm>
#include <functional>
#include <span>
#include <string_view>
#include <utility>

namespace grunndata::generate {
namespace {

using identifiers::CheckRule;
using identifiers::Date;
using identifiers::Kind;
using identifiers::NumberSeries;
using identifiers::Synthetic;

Date date_of(Day day) {
  const CivilDate civil = civil_of(day);
  return {static_cast<std::int16_t>(civil.year), static_cast<std::uint8_t>(civil.month),
          static_cast<std::uint8_t>(civil.day)};
}

// What the date's own digits leave for the control digits, told by the first number it gives:
// dates with the same signature have the same valid individnummer.
std::size_t signature_of(const Date& date, Kind kind) {
  const NumberSeries series{kind, Synthetic::skatteetaten, CheckRule::from2032};
  for (int individnummer = 0;; ++individnummer) {
    const auto number = identifiers::make_number(date, individnummer, series);
    if (!number) continue;
    const auto digit = [&number](std::size_t index) {
      return static_cast<std::size_t>(number->digits[index] - '0');
    };
    return digit(8) * 100 + digit(9) * 10 + digit(10);
  }
}

} // namespace

NumberRanks::NumberRanks() {
  auto tables = std::make_unique<Tables>();
  tables->index.fill(no_class);
  const NumberSeries series{Kind::fnr, Synthetic::skatteetaten, CheckRule::from2032};
  const Day first = day_of(1980, 1, 1);
  for (Day day = first; tables->count < classes_count; ++day) {
    const Date date = date_of(day);
    std::uint8_t& index = tables->index[signature_of(date, Kind::fnr)];
    if (index != no_class) continue;
    index = tables->count;
    Class& same = tables->classes[tables->count++];
    for (int individnummer = identifiers::individnummer_max; individnummer >= 0; --individnummer) {
      if (!identifiers::make_number(date, individnummer, series)) continue;
      const auto gender = static_cast<std::size_t>(individnummer % 2);
      same.valid[gender][same.size[gender]++] = static_cast<std::uint16_t>(individnummer);
    }
  }
  tables_ = std::move(tables);
}

std::optional<Number> NumberRanks::number(Day birth, Gender gender, Kind kind,
                                          std::uint32_t rank) const {
  const Date date = date_of(birth);
  const NumberSeries series{kind, Synthetic::skatteetaten, CheckRule::pre2032};
  const Class& same = tables_->classes[tables_->index[signature_of(date, kind)]];
  const auto parity = static_cast<std::size_t>(gender == Gender::man ? 1 : 0);
  const std::span valid = std::span(same.valid[parity]).first(same.size[parity]);
  for (const identifiers::IndividRange& range : identifiers::individ_ranges(date.year, series)) {
    const auto begin = std::lower_bound(valid.begin(), valid.end(), range.last, std::greater<>{});
    const auto end = std::upper_bound(valid.begin(), valid.end(), range.first, std::greater<>{});
    const auto count = static_cast<std::uint32_t>(std::max<std::ptrdiff_t>(end - begin, 0));
    if (rank < count) return identifiers::make_number(date, begin[rank], series);
    rank -= count;
  }
  return std::nullopt;
}

std::optional<Number> NumberRanks::after_2032(const Number& number, Day birth) {
  const std::string_view digits = number;
  const Kind kind = digits[0] >= '4' ? Kind::dnr : Kind::fnr;
  const NumberSeries series{kind, Synthetic::skatteetaten, CheckRule::from2032};
  const int individnummer = identifiers::individnummer_max -
                            ((digits[6] - '0') * 100 + (digits[7] - '0') * 10 + (digits[8] - '0'));
  for (int variant = identifiers::k1_variants - 1; variant > 0; --variant) {
    const auto made = identifiers::make_number(date_of(birth), individnummer, series, variant);
    if (made) return made;
  }
  return std::nullopt;
}

} // namespace grunndata::generate
