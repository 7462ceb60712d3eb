#include "tools/generate/page.h"

#include <array>

namespace grunndata::generate {
namespace {

using namespace std::string_view_literals;

constexpr std::array hospitals{"Liten Testinstitusjon"sv, "Blid Testsykehus"sv,
                               "Sørlig Prøvesykehus"sv,   "Østre Testklinikk"sv,
                               "Fødestua Prøve"sv,        "Nordre Testsykehus HF"sv};
constexpr std::array lawyers{"Advokatfirmaet Prøve & Sønn"sv, "Test Advokater AS"sv,
                             "Øvre Prøve Advokatkontor DA"sv};
constexpr std::array organisations{"Testvik kommune"sv, "Prøvebyrået AS"sv,
                                   "Skifteretten i Test"sv};

void write_orgnr(Page& page, Draw& draw) {
  page.text.lit("\"organisasjonsnummer\":\"");
  auto number = identifiers::make_orgnr(31'000'000 + draw.below(900'000));
  while (!number) number = identifiers::make_orgnr(31'000'000 + draw.below(900'000));
  page.text.text(*number);
  page.text.put('"');
}

// Somebody of the family who is alive and grown up; nobody when there is none.
int survivor(const Page& page) {
  for (std::size_t index = 0; index < page.family.count; ++index) {
    const Member& member = page.family.members[index];
    if (index != page.index && member.state == State::resident &&
        member.protection == Protection::none && page.family.as_of - member.birth > adult_days) {
      return static_cast<int>(index);
    }
  }
  return nobody;
}

void write_contact(Page& page, Draw& draw) {
  const int contact = survivor(page);
  const std::uint32_t kind = draw.below(100);
  if (kind < 70 && contact != nobody) {
    page.text.lit(",\"person\":{\"foedselsEllerDNummer\":\"");
    page.text.text(page.other(contact).number);
    page.text.lit("\"}");
  } else if (kind < 78) {
    page.text.lit(",\"person\":{\"foedselsdato\":\"");
    page.text.date(page.member.birth + draw.between(8000, 12000));
    page.text.lit("\",\"personnavn\":{");
    write_person_name(page.text, Tongue::norwegian, Draw(draw.next()));
    page.text.lit("}}");
  } else if (kind < 91) {
    page.text.lit(",\"advokat\":{\"personnavn\":{");
    write_person_name(page.text, Tongue::norwegian, Draw(draw.next()));
    page.text.lit("},\"organisasjonsnavn\":\"");
    page.text.text(lawyers[draw.below(lawyers.size())]);
    page.text.lit("\",");
    write_orgnr(page, draw);
    page.text.put('}');
  } else {
    page.text.lit(",\"organisasjon\":{\"organisasjonsnavn\":\"");
    page.text.text(organisations[draw.below(organisations.size())]);
    page.text.lit("\",");
    write_orgnr(page, draw);
    page.text.lit(",\"kontaktpersonnavn\":{");
    write_person_name(page.text, Tongue::norwegian, Draw(draw.next()));
    page.text.lit("}}");
  }
}

} // namespace

void write_estate_contact(Page& page) {
  const Member& member = page.member;
  Draw draw = page.draw(20);
  if (member.died == no_day || member.died < freg_began || !draw.percent(65)) return;
  const Day issued = member.died + draw.between(14, 90);
  if (issued > page.family.as_of - 2) return;
  page.rows.begin_list("\"kontaktinformasjonForDoedsbo\":[");
  page.rows.begin_row({issued, draw.next(), "tingrett", "Dødsbo"});
  page.property("\"skifteform\":", draw.percent(12) ? "offentlig" : "annet");
  page.property("\"attestutstedelsesdato\":", issued);
  write_contact(page, draw);
  const Place place = place_of(choose_place(draw.next()));
  page.text.lit(",\"adresse\":{\"adresselinje\":[\"");
  page.text.text(place.street_stem);
  page.text.text(place.street_suffix);
  page.text.put(' ');
  page.text.number(place.house_number);
  page.text.lit("\"],\"postnummer\":\"");
  page.text.text(place.postal_code);
  page.text.lit("\",\"poststedsnavn\":\"");
  page.text.text(place.kommune->postal_name);
  page.text.lit("\",\"landkode\":\"NOR\"}");
  page.rows.end_row();
  page.rows.end_list();
}

void write_gender(Page& page) {
  const Member& member = page.member;
  const bool woman = member.gender == Gender::woman;
  page.rows.begin_list("\"kjoenn\":[");
  if (member.has_spare && member.was_other_gender) {
    page.rows.begin_row({member.spare_ended, key_of(member.key, 11), "folkeregistermyndigheten",
                         "Endring av kjønn"});
    page.property("\"kjoenn\":", woman ? "kvinne" : "mann");
    page.rows.end_row();
    page.rows.begin_row(page.entry(), {.current = false});
    page.property("\"kjoenn\":", woman ? "mann" : "kvinne");
  } else {
    page.rows.begin_row(page.entry());
    page.property("\"kjoenn\":", woman ? "kvinne" : "mann");
  }
  page.rows.end_row();
  page.rows.end_list();
}

void write_birth(Page& page) {
  const Member& member = page.member;
  Draw draw = page.draw(21);
  const CivilDate civil = civil_of(member.birth);
  page.rows.begin_list("\"foedsel\":[");
  page.rows.begin_row(page.entry());
  if (!page.has(Feature::no_birth_date)) page.property("\"foedselsdato\":", member.birth);
  page.text.lit(",\"foedselsaar\":\"");
  page.text.digits(static_cast<unsigned>(civil.year), 4);
  page.text.put('"');
  const bool at_home = member.stays.count > 0 && member.stays.rows[0].from == member.birth;
  const Kommune& kommune =
      kommune_of(at_home ? member.stays.rows[0].place : choose_place(draw.next()));
  const bool hidden = member.protection == Protection::strict;
  if (member.origin != nullptr) {
    if (draw.percent(60)) page.property("\"foedested\":", member.origin->city);
    page.property("\"foedeland\":", member.origin->alpha3);
  } else {
    if (!hidden && draw.percent(25)) page.property("\"foedested\":", kommune.name);
    if (!hidden && draw.percent(88)) {
      page.property("\"foedekommuneINorge\":", kommune.numbers[era_of(member.birth)]);
    }
    page.text.lit(",\"foedeland\":\"NOR\"");
  }
  page.rows.end_row();
  page.rows.end_list();
  if (member.origin != nullptr || hidden) return;
  if (member.birth < day_of(1967, 1, 1) || !(member.twin != nobody || draw.percent(55))) return;
  page.rows.begin_list("\"foedselINorge\":[");
  page.rows.begin_row(page.entry());
  page.property("\"foedselsinstitusjonsnavn\":", hospitals[draw.below(hospitals.size())]);
  if (member.twin == nobody)
    page.text.lit(",\"rekkefoelgenummer\":11");
  else if (static_cast<std::size_t>(member.twin) > page.index)
    page.text.lit(",\"rekkefoelgenummer\":21");
  else
    page.text.lit(",\"rekkefoelgenummer\":22");
  page.rows.end_row();
  page.rows.end_list();
}

void write_death(Page& page) {
  if (page.member.died == no_day) return;
  page.text.lit(",\"doedsfall\":");
  page.rows.begin_row(page.death_of(page.index));
  page.property("\"doedsdato\":", page.member.died);
  page.rows.end_row();
}

} // namespace grunndata::generate
