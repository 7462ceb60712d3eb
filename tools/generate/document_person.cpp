#include "tools/generate/page.h"

#include <algorithm>
#include <array>

namespace grunndata::generate {
namespace {

using namespace std::string_view_literals;

constexpr std::array hospitals{"Liten Testinstitusjon"sv, "Blid Testsykehus"sv,
                               "Sørlig Prøvesykehus"sv, "Østre Testklinikk"sv, "Fødestua Prøve"sv,
                               "Nordre Testsykehus HF"sv};
constexpr std::array lawyers{"Advokatfirmaet Prøve & Sønn"sv, "Test Advokater AS"sv,
                             "Øvre Prøve Advokatkontor DA"sv};
constexpr std::array organisations{"Testvik kommune"sv, "Prøvebyrået AS"sv, "Skifteretten i Test"sv};

} // namespace

void write_person_name(Text& text, Tongue tongue, Draw draw) {
  const NameLists& lists = names_in(tongue);
  const Names given = draw.percent(50) ? lists.women : lists.men;
  text.lit("\"fornavn\":\"");
  text.capitals(given[draw.below(static_cast<std::uint32_t>(given.size()))]);
  text.lit("\",\"etternavn\":\"");
  text.capitals(lists.families[draw.below(static_cast<std::uint32_t>(lists.families.size()))]);
  text.put('"');
}

namespace {

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
        member.protection == Protection::none &&
        page.family.as_of - member.birth > adult_days) {
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
  const Kommune& kommune = kommune_of(at_home ? member.stays.rows[0].place : choose_place(draw.next()));
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
  if (member.twin == nobody) page.text.lit(",\"rekkefoelgenummer\":11");
  else if (static_cast<std::size_t>(member.twin) > page.index) page.text.lit(",\"rekkefoelgenummer\":21");
  else page.text.lit(",\"rekkefoelgenummer\":22");
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

namespace {

void cased(Text& text, std::string_view name, bool capitals) {
  if (capitals) text.capitals(name);
  else text.text(name);
}

void write_name_fields(Page& page, const PersonName& name, bool capitals) {
  Text& text = page.text;
  text.lit("\"fornavn\":\"");
  cased(text, name.first, capitals);
  if (name.reason == NameReason::provisional) {
    if (page.member.gender == Gender::woman) text.lit("*PIKE");
    else text.lit("*GUTT");
  }
  if (!name.second.empty()) {
    text.put(' ');
    cased(text, name.second, capitals);
  }
  if (!name.middle.empty()) {
    text.lit("\",\"mellomnavn\":\"");
    cased(text, name.middle, capitals);
  }
  text.lit("\",\"etternavn\":\"");
  cased(text, name.last, capitals);
  if (!name.joined_last.empty()) {
    text.put('-');
    cased(text, name.joined_last, capitals);
  }
  text.put('"');
}

// At most forty characters of the whole name, family name first.
void write_short_name(Text& text, const PersonName& name) {
  text.lit(",\"forkortetNavn\":\"");
  const std::size_t begin = text.view().size();
  text.capitals(name.last);
  if (!name.joined_last.empty()) text.put('-');
  text.capitals(name.joined_last);
  for (const std::string_view part : {name.first, name.second, name.middle}) {
    if (!part.empty()) text.put(' ');
    text.capitals(part);
  }
  std::size_t characters = 0;
  std::size_t end = begin;
  const std::string_view written = text.view();
  while (end < written.size()) {
    const bool leads = (static_cast<unsigned char>(written[end]) & 0xc0) != 0x80;
    if (leads && ++characters > 40) break;
    ++end;
  }
  text.drop(written.size() - end);
  while (text.last() == ' ') text.drop(1);
  text.put('"');
}

Occurrence naming(const Page& page, const PersonName& name, std::size_t row) {
  const std::uint64_t key = key_of(page.member.key, 6000 + row);
  switch (name.reason) {
  case NameReason::birth: return page.entry();
  case NameReason::provisional: return page.birth_of(page.index);
  case NameReason::first_choice: return {name.from, key, "forelder", "Første gangs navnevalg"};
  case NameReason::marriage: return {name.from, key, "folkeregistermyndigheten", "Navn"};
  case NameReason::change: return {name.from, key, "folkeregistermyndigheten", "Navn"};
  }
  return page.entry();
}

} // namespace

void write_names(Page& page) {
  const Member& member = page.member;
  page.rows.begin_list("\"navn\":[");
  for (std::size_t row = member.names_count; row-- > 0;) {
    const PersonName& name = member.names[row];
    Occurrence occurrence = naming(page, name, row);
    const bool migrated = is_migrated(occurrence.day);
    const std::uint64_t drawn = key_of(member.key, 6100 + row);
    const bool capitals = migrated || name.reason == NameReason::provisional || drawn % 2 == 0;
    page.rows.begin_row(occurrence, {.current = row + 1 == member.names_count});
    page.text.put(',');
    write_name_fields(page, name, capitals);
    if (migrated && drawn % 8 < 5) write_short_name(page.text, name);
    if (!migrated && drawn % 8 < 5) {
      page.text.lit(",\"originaltNavn\":{");
      write_name_fields(page, name, capitals);
      page.text.put('}');
    }
    page.rows.end_row();
  }
  page.rows.end_list();
}

namespace {

void write_citizen(Page& page, const Occurrence& occurrence, const RowState& state,
                   std::string_view country, Day acquired) {
  page.rows.begin_row(occurrence, state);
  page.property("\"statsborgerskap\":", country);
  if (acquired != no_day) page.property("\"ervervsdato\":", acquired);
  page.rows.end_row();
}

void write_keeping(Page& page, Draw& draw) {
  const std::string_view status = page.has(Feature::keeps_citizenship)  ? "harBibehold"
                                  : page.has(Feature::lost_citizenship) ? "harIkkeLengerBibehold"
                                  : page.has(Feature::needs_no_keeping)
                                      ? "norskStatsborgerTrengerIkkeBibehold"
                                      : "";
  if (status.empty()) return;
  const Day day = page.family.as_of - draw.between(100, 3000);
  page.rows.begin_list("\"bibehold\":[");
  page.rows.begin_row({day, draw.next(), "udi", "Statsborgerskap"});
  page.property("\"bibeholdstatus\":", status);
  page.property("\"datoForBibehold\":", day);
  page.rows.end_row();
  page.rows.end_list();
}

} // namespace

void write_citizenship(Page& page) {
  const Member& member = page.member;
  Draw draw = page.draw(22);
  const Occurrence entry = page.entry();
  page.rows.begin_list("\"statsborgerskap\":[");
  if (member.origin == nullptr) {
    write_citizen(page, entry, {}, "NOR", draw.percent(70) ? member.birth : no_day);
    if (draw.percent(2)) {
      const Country& second = countries()[draw.below(13)];
      write_citizen(page, entry, {}, second.alpha3, no_day);
    }
  } else {
    const Day naturalised = entry.day + draw.between(7 * days_a_year, 15 * days_a_year);
    const bool norwegian = !member.d_person && naturalised < page.latest() && draw.percent(45) &&
                           (member.emigrated == no_day || naturalised < member.emigrated);
    const bool keeps_both = draw.percent(55);
    if (norwegian) {
      write_citizen(page, {naturalised, draw.next(), "udi", "Statsborgerskap"}, {}, "NOR", naturalised);
    }
    RowState state;
    state.current = !norwegian || keeps_both;
    if (!state.current) state.ended = naturalised;
    write_citizen(page, entry, state, member.origin->alpha3, no_day);
  }
  page.rows.end_list();
  write_keeping(page, draw);
}

namespace {

void write_permit(Page& page, Day from, Day until, std::string_view permit, bool current, Draw& draw) {
  page.rows.begin_row({from, draw.next(), "udi", "Oppholdstillatelse"}, {.current = current});
  page.property("\"oppholdstillatelse\":", permit);
  page.property("\"oppholdFra\":", from);
  if (until != no_day) page.property("\"oppholdTil\":", until);
  page.rows.end_row();
}

void write_svalbard(Page& page, Draw& draw) {
  const std::string_view length = page.has(Feature::svalbard_short)       ? "underSeksMaaneder"
                                  : page.has(Feature::svalbard_half_year) ? "overSeksMaaneder"
                                  : page.has(Feature::svalbard_year)      ? "overTolvMaaneder"
                                  : page.has(Feature::svalbard_unknown)   ? "ukjent"
                                                                          : "";
  if (length.empty()) return;
  const Day from = page.family.as_of - draw.between(60, 2500);
  const bool over = draw.percent(40);
  page.rows.begin_list("\"oppholdPaaSvalbard\":[");
  page.rows.begin_row({from, draw.next(), "person", "Opphold på Svalbard"}, {.current = !over});
  page.property("\"startdato\":", from);
  if (over) page.property("\"sluttdato\":", from + 59);
  page.property("\"antattOppholdsvarighet\":", length);
  page.text.lit(",\"antallTidligereOpphold\":");
  page.text.number(draw.below(4));
  if (page.member.origin != nullptr) page.property("\"fraflyttingsland\":", page.member.origin->alpha3);
  else page.text.lit(",\"fraflyttingskommunenummer\":\"5501\"");
  page.rows.end_row();
  page.rows.end_list();
}

} // namespace

void write_stay(Page& page) {
  const Member& member = page.member;
  Draw draw = page.draw(23);
  const Day came = member.immigrated;
  if (member.origin != nullptr && !member.d_person && !member.origin->free_movement &&
      came > day_of(1992, 1, 1) && draw.percent(80)) {
    page.rows.begin_list("\"opphold\":[");
    const Day permanent = came + draw.between(3 * days_a_year, 6 * days_a_year);
    if (came < day_of(2011, 1, 1) && draw.percent(35)) {
      write_permit(page, came, no_day, "opplysningMangler", true, draw);
    } else if (permanent < page.latest()) {
      write_permit(page, permanent, no_day, "permanent", true, draw);
      if (draw.percent(50)) write_permit(page, came, permanent - 1, "midlertidig", false, draw);
    } else {
      write_permit(page, came, came + 1095, "midlertidig", true, draw);
    }
    page.rows.end_list();
  }
  write_svalbard(page, draw);
}

void write_sami(Page& page) {
  Draw draw = page.draw(24);
  const std::string_view language = page.has(Feature::sami_north)   ? "nordsamisk"
                                    : page.has(Feature::sami_south) ? "soersamisk"
                                    : page.has(Feature::sami_lule)  ? "lulesamisk"
                                                                    : "";
  if (!language.empty()) {
    const Day day = draw.between(day_of(2022, 11, 1), page.latest());
    page.rows.begin_list("\"brukAvSamiskSpraak\":[");
    page.rows.begin_row({day, draw.next(), "person", "Samisk språk"});
    page.text.lit(",\"spraak\":[\"");
    page.text.text(language);
    if (language != "nordsamisk" && draw.percent(20)) page.text.lit("\",\"nordsamisk");
    page.text.lit("\"]");
    page.rows.end_row();
    page.rows.end_list();
  }
  const std::string_view roll = page.has(Feature::sameting_in)      ? "innmeldt"
                                : page.has(Feature::sameting_out)   ? "utmeldt"
                                : page.has(Feature::sameting_never) ? "aldriInnmeldt"
                                                                    : "";
  if (roll.empty()) return;
  const Day day = page.latest() - draw.between(0, 1500);
  page.rows.begin_list("\"forholdTilSametingetsValgmanntall\":[");
  page.rows.begin_row({day, draw.next(), "Sametinget", "Valgmanntall"});
  page.property("\"forhold\":", roll);
  page.property("\"vedtaksdato\":", day);
  page.rows.end_row();
  page.rows.end_list();
}

} // namespace grunndata::generate
