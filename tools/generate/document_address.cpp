#include "tools/generate/page.h"

#include <algorithm>
#include <array>

namespace grunndata::generate {
namespace {

using namespace std::string_view_literals;

constexpr std::array care_of{"c/o TESTBEDRIFT AS"sv, "c/o PRØVE EIENDOM"sv, "v/ TESTVIK KOMMUNE"sv,
                             "c/o HYBELHUSET"sv};

/// How much of an address a row shows: rows before the register was renewed have less.
enum class Detail : std::uint8_t { lean, full, postal };

void write_postal_place(Text& text, const Place& place) {
  text.lit("\"poststed\":{\"poststedsnavn\":\"");
  text.text(place.kommune->postal_name);
  text.lit("\",\"postnummer\":\"");
  text.text(place.postal_code);
  text.lit("\"}");
}

void write_unit(Text& text, const Place& place) {
  text.lit(",\"bruksenhetsnummer\":\"H");
  text.digits(place.unit, 4);
  text.lit("\",\"bruksenhetstype\":\"");
  text.text(place.unit_type);
  text.put('"');
}

void write_street(Text& text, const Place& place, std::string_view kommune, Detail detail,
                  std::string_view care) {
  text.lit("\"vegadresse\":{");
  if (detail != Detail::postal) {
    text.lit("\"kommunenummer\":\"");
    text.text(kommune);
    text.put('"');
    if (detail == Detail::full) write_unit(text, place);
    text.put(',');
  }
  text.lit("\"adressenavn\":\"");
  text.text(place.street_stem);
  text.text(place.street_suffix);
  text.lit("\",\"adressenummer\":{\"husnummer\":\"");
  text.number(place.house_number);
  if (place.house_letter != 0) {
    text.lit("\",\"husbokstav\":\"");
    text.put(place.house_letter);
  }
  text.lit("\"},\"adressekode\":\"");
  if (detail == Detail::lean) text.number(place.street_code);
  else text.digits(place.street_code, 5);
  text.put('"');
  if (detail == Detail::full && !place.extra_name.empty()) {
    text.lit(",\"adressetilleggsnavn\":\"");
    text.text(place.extra_name);
    text.put('"');
  }
  text.put(',');
  write_postal_place(text, place);
  if (!care.empty()) {
    text.lit(",\"coAdressenavn\":\"");
    text.text(care);
    text.put('"');
  }
  text.put('}');
}

void write_cadastral(Text& text, const Place& place, std::string_view kommune, Detail detail) {
  text.lit("\"matrikkeladresse\":{\"matrikkelnummer\":{\"kommunenummer\":\"");
  text.text(kommune);
  text.lit("\",\"gaardsnummer\":");
  text.number(1 + place.grunnkrets % 180);
  text.lit(",\"bruksnummer\":");
  text.number(1 + place.matrikkel_key % 90);
  text.lit(",\"festenummer\":");
  text.number(place.matrikkel_key % 7 == 0 ? 12 : 0);
  text.put('}');
  if (place.matrikkel_key % 3 == 0) text.lit(",\"undernummer\":1");
  if (detail == Detail::full) write_unit(text, place);
  if (!place.extra_name.empty()) {
    text.lit(",\"adressetilleggsnavn\":\"");
    text.text(place.extra_name);
    text.put('"');
  }
  text.put(',');
  write_postal_place(text, place);
  text.put('}');
}

void write_place(Text& text, const Place& place, std::string_view kommune, Detail detail,
                 std::string_view care = {}) {
  switch (place.kind) {
  case PlaceKind::vegadresse: return write_street(text, place, kommune, detail, care);
  case PlaceKind::matrikkeladresse: return write_cadastral(text, place, kommune, detail);
  case PlaceKind::unknown:
    text.lit("\"ukjentBosted\":{\"bostedskommune\":\"");
    text.text(kommune);
    return text.lit("\"}");
  }
}

void write_matrikkel_key(Text& text, const Place& place) {
  if (place.kind == PlaceKind::unknown) return;
  if (place.matrikkel_key % 40 == 1) text.lit(",\"naerAdresseIdentifikatorFraMatrikkelen\":\"");
  else text.lit(",\"adresseIdentifikatorFraMatrikkelen\":\"");
  text.digits(place.matrikkel_key, 9);
  text.put('"');
}

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

std::string_view grading(const Page& page) {
  return page.member.protection == Protection::confidential ? "fortrolig" : "ugradert";
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
      const Day until = !newest          ? stays.rows[index + 1].from
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
      Occurrence occurrence{stay.from, key_of(page_.member.key, 7000 + index * 4 + era), "Matrikkelen",
                            "Kommuneregulering"};
      RowState state{.current = top && ended_ == no_day, .ended = top ? ended_ : no_day,
                     .may_lack_start = false, .recorded = reform};
      write_row(stay, occurrence, state, kommune.numbers[era]);
      top = false;
    }
    RowState state{.current = top && ended_ == no_day, .ended = top ? ended_ : no_day,
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
                hosted ? care_of[place.matrikkel_key / 50 % care_of.size()] : std::string_view{});
    if (detail == Detail::full) write_matrikkel_key(text, place);
    const bool client = state.current && page_.member.protection == Protection::client;
    page_.property("\"adressegradering\":", client ? "klientadresse"sv : grading(page_));
    page_.property("\"flyttedato\":", stay.from);
    if (detail == Detail::full && place.kind != PlaceKind::unknown) write_areas(text, place);
    page_.rows.end_row();
  }

  Page& page_;
  Day ended_ = no_day;
};

Occurrence protected_since(const Page& page) {
  return {page.member.protected_from, key_of(page.member.key, 60), "politiet", "Adressebeskyttelse"};
}

} // namespace

void write_protection(Page& page) {
  const Member& member = page.member;
  const bool open = page.has(Feature::graded_openly);
  const bool client = member.protection == Protection::client && page.draw(60).percent(30);
  const bool hidden = member.protection == Protection::confidential ||
                      member.protection == Protection::strict;
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
    page.rows.begin_row({day, draw.next(), "folkeregistermyndigheten", "Adressebeskyttelse"}, state);
    page.property("\"graderingsnivaa\":", hidden ? "fortrolig" : open ? "ugradert" : "klientadresse");
    page.rows.end_row();
    if (open) {
      page.rows.begin_row({day - 300, draw.next(), "folkeregistermyndigheten", "Adressebeskyttelse"},
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
  write_matrikkel_key(page.text, place);
  page.property("\"adressegradering\":", grading(page));
  page.property("\"startdatoForKontrakt\":", from);
  if (unknown || draw.percent(40)) page.property("\"sluttdatoForKontrakt\":", page.member.birth + adult_days);
  page.rows.end_row();
  page.rows.end_list();
}

namespace {

void write_abroad(Text& text, const Country& country, Draw& draw) {
  text.lit("\"utenlandskAdresse\":{\"adressenavn\":\"");
  text.text(country.street);
  text.put(' ');
  text.number(1 + draw.below(140));
  text.put('"');
  if (draw.percent(10)) text.lit(",\"bygning\":\"B\"");
  if (draw.percent(10)) text.lit(",\"etasjenummer\":\"3\"");
  if (draw.percent(10)) text.lit(",\"boenhet\":\"14\"");
  if (draw.percent(5)) text.lit(",\"postboks\":\"271\"");
  if (!country.postcode.empty()) {
    text.lit(",\"postkode\":\"");
    text.text(country.postcode);
    text.put('"');
  }
  text.lit(",\"byEllerStedsnavn\":\"");
  text.text(country.city);
  text.put('"');
  if (draw.percent(4)) text.lit(",\"distriktsnavn\":\"Testdistrikt\"");
  if (!country.region.empty()) {
    text.lit(",\"region\":\"");
    text.text(country.region);
    text.put('"');
  }
  if (draw.percent(8)) text.lit(",\"coAdressenavn\":\"c/o TEST\"");
  text.lit(",\"landkode\":\"");
  text.text(country.alpha2);
  text.lit("\"}");
}

void write_stay_row(Page& page, const Occurrence& occurrence, const RowState& state, Draw& draw) {
  Text& text = page.text;
  const std::uint32_t kind = draw.below(100);
  Place place = place_of(choose_place(draw.next()));
  std::string_view level = grading(page);
  page.rows.begin_row(occurrence, state);
  if (kind < 4) {
    text.put(',');
    write_abroad(text, countries()[draw.below(13)], draw);
  } else if (kind < 12 || place.kind == PlaceKind::unknown) {
    text.lit(",\"adressenErUkjent\":true");
  } else {
    text.put(',');
    write_place(text, place, place.kommune->numbers[era_of(occurrence.day)], Detail::full,
                draw.percent(35) ? care_of[draw.below(care_of.size())] : std::string_view{});
    write_matrikkel_key(text, place);
    if (level == "ugradert" && draw.percent(3)) level = "klientadresse";
  }
  page.property("\"adressegradering\":", level);
  page.property("\"oppholdsadressedato\":", occurrence.day);
  if (!page.member.d_person) {
    static constexpr std::array<std::string_view, 6> elsewhere{"pendler"sv, "militaer"sv, "utenriks"sv,
                                                               "paaSvalbard"sv, ""sv, ""sv};
    const std::string_view where = elsewhere[draw.below(elsewhere.size())];
    if (!where.empty()) page.property("\"oppholdAnnetSted\":", where);
  }
  page.rows.end_row();
}

} // namespace

void write_current_stay(Page& page) {
  const Member& member = page.member;
  if (member.protection == Protection::strict) return;
  Draw draw = page.draw(63);
  const bool resident = member.state == State::resident;
  const std::uint32_t share = member.d_person ? 75 : resident ? 2 : 0;
  const bool earlier = member.has_d_number && draw.percent(40);
  const bool stays = draw.percent(share) || member.state == State::not_resident;
  if (!stays && !earlier) return;
  page.rows.begin_list("\"oppholdsadresse\":[");
  if (stays) {
    const Day day = member.d_person ? member.d_day : page.latest() - draw.between(5, 900);
    write_stay_row(page, {day, draw.next(), member.d_person ? "skatteetaten"sv : "person"sv,
                          member.d_person ? "Tildele d-nummer"sv : "Flytting innenlands"sv},
                   {.may_lack_start = false}, draw);
  }
  if (earlier) {
    write_stay_row(page, {member.d_day, draw.next(), "folkeregistermyndigheten", "Innvandring"},
                   {.current = false, .ended = member.immigrated, .may_lack_start = false}, draw);
  }
  page.rows.end_list();
}

void write_migration(Page& page) {
  const Member& member = page.member;
  Draw draw = page.draw(64);
  const bool hidden = member.protection == Protection::strict;
  if (member.immigrated != no_day && !hidden) {
    page.rows.begin_list("\"innflytting\":[");
    page.rows.begin_row(page.arrival());
    page.property("\"fraflyttingsland\":", member.origin->alpha3);
    if (draw.percent(35)) page.property("\"fraflyttingsstedIUtlandet\":", member.origin->city);
    page.rows.end_row();
    page.rows.end_list();
  }
  if (member.emigrated == no_day || hidden) return;
  page.rows.begin_list("\"utflytting\":[");
  page.rows.begin_row(page.emigration());
  page.property("\"tilflyttingsland\":", member.destination->alpha3);
  if (draw.percent(50)) page.property("\"tilflyttingsstedIUtlandet\":", member.destination->city);
  page.property("\"utflyttingsdato\":", member.emigrated);
  page.rows.end_row();
  page.rows.end_list();
}

namespace {

void write_box(Page& page, std::string_view owner, std::string_view level, const Place& place,
               std::uint32_t number) {
  page.property("\"adressegradering\":", level);
  page.text.lit(",\"postboksadresse\":{\"postboks\":\"");
  page.text.number(number);
  page.text.put('"');
  if (!owner.empty()) page.property("\"postbokseier\":", owner);
  page.text.put(',');
  write_postal_place(page.text, place);
  page.text.put('}');
}

void write_protected_box(Page& page) {
  const Place place = place_of(choose_place(day_of(2000, 1, 1)));
  const Occurrence since = protected_since(page);
  page.rows.begin_list("\"postadresse\":[");
  page.rows.begin_row(since);
  write_box(page, "TESTMYNDIGHETEN", "ugradert", place, 9999);
  page.rows.end_row();
  // First the box itself was graded as strictly as the person.
  page.rows.begin_row({since.day - 30, mix(since.key), since.source, since.reason}, {.current = false});
  write_box(page, "TESTMYNDIGHETEN", "strengtFortrolig", place, 9998);
  page.rows.end_row();
  page.rows.end_list();
}

} // namespace

void write_postal(Page& page) {
  const Member& member = page.member;
  if (member.protection == Protection::strict) return write_protected_box(page);
  if (page.has(Feature::preferred_address)) {
    Draw draw = page.draw(65);
    page.rows.begin_list("\"preferertKontaktadresse\":[");
    page.rows.begin_row({day_of(2020, 11, 2) + draw.between(0, 200), draw.next(), "person", ""},
                        {.current = false});
    page.property("\"adressegradering\":", grading(page));
    page.property("\"valg\":", "bostedsadresse");
    page.rows.end_row();
    page.rows.end_list();
  }
  Draw draw = page.draw(66);
  if (member.state != State::resident || !draw.percent(4)) return;
  const Day day = page.latest() - draw.between(10, 4000);
  if (day <= page.settled().day) return;
  Place place = place_of(choose_place(draw.next()));
  page.rows.begin_list("\"postadresse\":[");
  page.rows.begin_row({day, draw.next(), "person", "Adresseoppdatering"}, {.may_lack_start = false});
  const std::uint32_t kind = draw.below(100);
  if (kind < 45) {
    write_box(page, draw.percent(20) ? "PRØVE AS"sv : ""sv, grading(page), place, 1 + draw.below(900));
  } else if (kind < 75) {
    page.property("\"adressegradering\":", grading(page));
    page.text.put(',');
    write_street(page.text, place, "", Detail::postal, {});
  } else {
    page.property("\"adressegradering\":", grading(page));
    page.text.lit(",\"postadresseIFrittFormat\":{\"adresselinje\":[\"POSTRESTANTE\",\"TESTVIKA\"],");
    write_postal_place(page.text, place);
    page.text.put('}');
  }
  page.rows.end_row();
  page.rows.end_list();
}

void write_foreign_postal(Page& page) {
  const Member& member = page.member;
  const bool abroad = member.state == State::emigrated || member.d_person;
  Draw draw = page.draw(67);
  if (!abroad || !draw.percent(60)) return;
  const Country& country = member.d_person ? *member.origin : *member.destination;
  const Day day = member.d_person ? member.d_day : member.emigrated;
  Occurrence occurrence = member.d_person ? page.d_number_given() : page.emigration();
  RowState state{.may_lack_start = false};
  if (draw.percent(15) && day < day_of(2024, 11, 1)) {
    state.recorded = day_of(2024, 11, 19);
    occurrence = {day, draw.next(), "FREG automatisk", "Adresseoppdatering"};
  }
  page.rows.begin_list("\"postadresseIUtlandet\":[");
  page.rows.begin_row(occurrence, state);
  page.property("\"adressegradering\":", grading(page));
  page.text.put(',');
  if (draw.percent(70)) {
    write_abroad(page.text, country, draw);
  } else {
    page.text.lit("\"utenlandskAdresseIFrittFormat\":{\"adresselinje\":[\"");
    page.text.capitals(country.street);
    page.text.put(' ');
    page.text.number(1 + draw.below(140));
    page.text.lit("\",\"");
    page.text.text(country.postcode.empty() ? "-"sv : country.postcode);
    page.text.put(' ');
    page.text.text(country.city);
    page.text.lit("\"]");
    const bool known = draw.percent(60);
    if (known) page.property("\"byEllerStedsnavn\":", country.city);
    page.text.lit(",\"landkode\":\"");
    page.text.text(known ? country.alpha2 : "YY"sv);
    page.text.lit("\"}");
  }
  page.rows.end_row();
  page.rows.end_list();
}

} // namespace grunndata::generate
