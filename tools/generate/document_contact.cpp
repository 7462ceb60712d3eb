#include "tools/generate/address_text.h"

#include <array>

namespace grunndata::generate {
namespace {

using namespace std::string_view_literals;

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
                draw.percent(35) ? host_of(draw.below(100)) : std::string_view{});
    write_matrikkel_key(text, place, false);
    if (level == "ugradert" && draw.percent(3)) level = "klientadresse";
  }
  page.property("\"adressegradering\":", level);
  page.property("\"oppholdsadressedato\":", occurrence.day);
  if (!page.member.d_person) {
    static constexpr std::array<std::string_view, 6> elsewhere{
        "pendler"sv, "militaer"sv, "utenriks"sv, "paaSvalbard"sv, ""sv, ""sv};
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
    write_stay_row(page,
                   {day, draw.next(), member.d_person ? "skatteetaten"sv : "person"sv,
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
  page.rows.begin_row({since.day - 30, mix(since.key), since.source, since.reason},
                      {.current = false});
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
  page.rows.begin_row({day, draw.next(), "person", "Adresseoppdatering"},
                      {.may_lack_start = false});
  const std::uint32_t kind = draw.below(100);
  if (kind < 45) {
    write_box(page, draw.percent(20) ? "PRØVE AS"sv : ""sv, grading(page), place,
              1 + draw.below(900));
  } else if (kind < 75) {
    page.property("\"adressegradering\":", grading(page));
    page.text.put(',');
    write_street(page.text, place, "", Detail::postal, {});
  } else {
    page.property("\"adressegradering\":", grading(page));
    page.text.lit(
        ",\"postadresseIFrittFormat\":{\"adresselinje\":[\"POSTRESTANTE\",\"TESTVIKA\"],");
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
