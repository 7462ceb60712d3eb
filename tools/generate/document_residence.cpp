#include "tools/generate/address_text.h"

#include <algorithm>

namespace grunndata::generate {
namespace {

using namespace std::string_view_literals;

void write_areas(Text& text, const Place& place) {
  text.lit(",\"grunnkrets\":");
  text.number(place.grunnkrets);
  text.lit(",\"stemmekrets\":");
  text.put(static_cast<char>('0' + place.small_areas / 100));
  text.lit(",\"skolekrets\":");
  text.put(static_cast<char>('0' + place.small_areas / 10 % 10));
  text.lit(",\"kirkekrets\":");
  text.put(static_cast<char>('0' + place.small_areas % 10));
}

class Residence {
public:
  explicit Residence(Page& page) : page_(page) {
    const Member& member = page.member;
    ended_ = member.emigrated;
    if (member.died != no_day && (ended_ == no_day || member.died < ended_)) ended_ = member.died;
  }

  void write() {
    const Stays& stays = page_.member.stays;
    page_.rows.begin_list("\"bostedsadresse\":[");
    for (std::size_t index = stays.count; index-- > 0;) {
      const bool newest = index + 1 == stays.count;
      const Day until = !newest            ? stays.rows[index + 1].from
                        : ended_ != no_day ? ended_
                                           : page_.family.as_of;
      write_stay(stays.rows[index], until, newest, index);
    }
    page_.rows.end_list();
  }

private:
  // One row, and one more for each reform that gave the kommune another number meanwhile.
  void write_stay(const Stay& stay, Day until, bool newest, std::size_t index) {
    const Kommune& kommune = kommune_of(stay.place);
    const std::size_t first = era_of(stay.from);
    bool top = newest;
    for (std::size_t era = era_of(until - 1); era > first; --era) {
      if (kommune.numbers[era] == kommune.numbers[era - 1]) continue;
      const Day reform = era == 2 ? reform_2024 : reform_2020;
      Occurrence occurrence{stay.from, key_of(page_.member.key, 7000 + index * 4 + era),
                            "Matrikkelen", "Kommuneregulering"};
      RowState state{.current = top && ended_ == no_day,
                     .ended = top ? ended_ : no_day,
                     .may_lack_start = false,
                     .recorded = reform};
      write_row(stay, occurrence, state, kommune.numbers[era]);
      top = false;
    }
    RowState state{.current = top && ended_ == no_day,
                   .ended = top ? ended_ : no_day,
                   .may_lack_start = index == 0};
    write_row(stay, moved(stay, index, top), state, kommune.numbers[first]);
  }

  Occurrence moved(const Stay& stay, std::size_t index, bool top) const {
    const Member& member = page_.member;
    const std::uint64_t key = key_of(page_.member.key, 7000 + index * 4);
    if (top && ended_ != no_day) {
      Occurrence end = ended_ == member.died ? page_.death_of(page_.index) : page_.emigration();
      end.day = stay.from;
      return end;
    }
    if (stay.from == member.birth) {
      Occurrence birth = page_.birth_of(page_.index);
      birth.day = stay.from;
      return birth;
    }
    if (stay.from == member.immigrated) return page_.arrival();
    return {stay.from, key, "person", "Flytting innenlands"};
  }

  void write_row(const Stay& stay, const Occurrence& occurrence, const RowState& state,
                 std::string_view kommune) {
    Text& text = page_.text;
    const Place place = place_of(stay.place);
    const bool migrated = is_migrated(std::max({stay.from, state.ended, state.recorded}));
    const Detail detail = migrated && !state.current ? Detail::lean : Detail::full;
    page_.rows.begin_row(occurrence, state);
    text.put(',');
    const bool hosted = place.matrikkel_key % 50 == 3;
    write_place(text, place, kommune, detail,
                hosted ? host_of(place.matrikkel_key / 50) : std::string_view{});
    if (detail == Detail::full) write_matrikkel_key(text, place, true);
    const bool client = state.current && page_.member.protection == Protection::client;
    page_.property("\"adressegradering\":", client ? "klientadresse"sv : grading(page_));
    page_.property("\"flyttedato\":", stay.from);
    if (detail == Detail::full && place.kind != PlaceKind::unknown) write_areas(text, place);
    page_.rows.end_row();
  }

  Page& page_;
  Day ended_ = no_day;
};

} // namespace

void write_protection(Page& page) {
  const Member& member = page.member;
  const bool open = page.has(Feature::graded_openly);
  const bool client = member.protection == Protection::client && page.draw(60).percent(30);
  const bool hidden =
      member.protection == Protection::confidential || member.protection == Protection::strict;
  if (!open && !client && !hidden) return;
  Draw draw = page.draw(61);
  page.rows.begin_list("\"adressebeskyttelse\":[");
  if (hidden) {
    page.rows.begin_row(protected_since(page));
    page.property("\"graderingsnivaa\":",
                  member.protection == Protection::strict ? "strengtFortrolig" : "fortrolig");
    page.rows.end_row();
  }
  if (hidden ? draw.percent(25) : true) {
    const Day day = (hidden || client ? member.protected_from : page.latest()) - 700;
    RowState state{.current = !hidden};
    if (hidden) state.ended = day + draw.between(90, 500);
    page.rows.begin_row({day, draw.next(), "folkeregistermyndigheten", "Adressebeskyttelse"},
                        state);
    page.property("\"graderingsnivaa\":", hidden ? "fortrolig"
                                          : open ? "ugradert"
                                                 : "klientadresse");
    page.rows.end_row();
    if (open) {
      page.rows.begin_row(
          {day - 300, draw.next(), "folkeregistermyndigheten", "Adressebeskyttelse"},
          {.current = false});
      page.property("\"graderingsnivaa\":", "klientadresse");
      page.rows.end_row();
    }
  }
  page.rows.end_list();
}

void write_residence(Page& page) {
  if (page.member.stays.count == 0 || page.member.protection == Protection::strict) return;
  Residence(page).write();
}

void write_split_home(Page& page) {
  const bool unknown = page.has(Feature::split_home_unknown);
  if (page.member.protection == Protection::strict) return;
  if (!unknown && !page.has(Feature::split_home)) return;
  const Member& partner = page.family.members[1];
  Draw draw = page.draw(62);
  Day from = std::max(page.family.marriage.parted, page.member.birth + 200) + draw.between(10, 200);
  from = std::min(from, page.family.as_of - 10);
  const bool known = partner.state == State::resident && partner.stays.count > 0 &&
                     partner.protection == Protection::none;
  const PlaceKey key = known ? partner.stays.last().place : choose_place(draw.next());
  Place place = place_of(key);
  if (unknown) place.kind = PlaceKind::unknown;
  page.rows.begin_list("\"deltBosted\":[");
  page.rows.begin_row({from, draw.next(), "forelder", "Delt bosted"});
  page.text.put(',');
  write_place(page.text, place, place.kommune->numbers[2], Detail::full);
  write_matrikkel_key(page.text, place, true);
  page.property("\"adressegradering\":", grading(page));
  page.property("\"startdatoForKontrakt\":", from);
  if (unknown || draw.percent(40))
    page.property("\"sluttdatoForKontrakt\":", page.member.birth + adult_days);
  page.rows.end_row();
  page.rows.end_list();
}

} // namespace grunndata::generate
