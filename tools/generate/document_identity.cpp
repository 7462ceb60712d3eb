#include "tools/generate/page.h"

#include <algorithm>
#include <array>

namespace grunndata::generate {
namespace {

using namespace std::string_view_literals;

void identifier(Page& page, const Occurrence& occurrence, const RowState& state,
                const Number& number, bool d_number) {
  page.rows.begin_row(occurrence, state);
  if (state.current)
    page.text.lit(",\"status\":\"iBruk\",\"foedselsEllerDNummer\":\"");
  else
    page.text.lit(",\"status\":\"opphoert\",\"foedselsEllerDNummer\":\"");
  page.text.text(number);
  if (d_number)
    page.text.lit("\",\"identifikatortype\":\"dNummer\"");
  else
    page.text.lit("\",\"identifikatortype\":\"foedselsnummer\"");
  page.rows.end_row();
}

void write_basis(Page& page, const Occurrence& occurrence, std::string_view status, bool current) {
  page.rows.begin_row(occurrence, {.current = current});
  page.property("\"identitetsgrunnlagstatus\":", status);
  page.rows.end_row();
}

struct StatusRow {
  Occurrence occurrence;
  std::string_view status;
};

} // namespace

void write_identifiers(Page& page) {
  const Member& member = page.member;
  page.rows.begin_list("\"identifikasjonsnummer\":[");
  const bool merged = member.has_spare && !member.was_other_gender;
  Occurrence given = page.settled();
  const Day began = given.day;
  if (member.has_spare && !merged) {
    given = {member.spare_ended, key_of(member.key, 11), "folkeregistermyndigheten", "Nytt nummer"};
  }
  identifier(page, given, {}, member.number, member.d_person);
  if (member.has_spare) {
    const Occurrence spare{began, key_of(member.key, 11), "folkeregistermyndigheten",
                           merged ? "Dublett"sv : "Endring av kjønn"sv};
    identifier(page, spare,
               {.current = false, .ended = member.spare_ended, .may_lack_start = false},
               member.spare, false);
  }
  if (member.has_d_number) {
    Occurrence held = page.arrival();
    held.day = member.d_day;
    identifier(page, held, {.current = false, .ended = member.immigrated, .may_lack_start = false},
               member.d_number, true);
  }
  page.rows.end_list();
}

void write_identity_basis(Page& page) {
  Draw draw = page.draw(2);
  const Member& member = page.member;
  const Occurrence entry = page.entry();
  const bool foreign = member.origin != nullptr;
  if (draw.percent(foreign ? 5 : 34)) return;
  page.rows.begin_list("\"identitetsgrunnlag\":[");
  const bool checked = draw.percent(foreign ? 55 : 18);
  if (checked && page.latest() > freg_began + 200) {
    const Day day = std::max(entry.day, draw.between(freg_began + 100, page.latest()));
    write_basis(page,
                {day, draw.next(), foreign ? "skatteetaten"sv : "politiet"sv,
                 foreign ? "Identitetskontroll"sv : "Pass"sv},
                "kontrollert", true);
    if (day > entry.day)
      write_basis(page, entry, foreign ? "ikkeKontrollert" : "ingenStatus", false);
  } else {
    write_basis(page, entry, foreign || !is_migrated(entry.day) ? "ikkeKontrollert" : "ingenStatus",
                true);
  }
  page.rows.end_list();
}

void write_status(Page& page) {
  const Member& member = page.member;
  std::array<StatusRow, 6> rows;
  std::size_t count = 0;
  const auto add = [&rows, &count](const Occurrence& occurrence, std::string_view status) {
    rows[count++] = {occurrence, status};
  };
  if (member.d_person) {
    add(page.d_number_given(), page.has(Feature::active) ? "aktiv" : "midlertidig");
    if (member.state == State::inactive) {
      const Day five_years = std::max(member.d_day + 5 * days_a_year + 2, day_of(2022, 2, 1));
      add({std::min(five_years, page.latest()), key_of(member.key, 12), "FREG automatisk",
           "Person med d-nummer"},
          "inaktiv");
    }
  } else {
    if (member.has_d_number) add(page.d_number_given(), "midlertidig");
    add(page.settled(), member.state == State::not_resident       ? "ikkeBosatt"
                        : member.state == State::birth_registered ? "foedselsregistrert"
                                                                  : "bosatt");
    if (member.emigrated != no_day) add(page.emigration(), "utflyttet");
    if (member.died != no_day) add(page.death_of(page.index), "doed");
    if (member.state == State::missing) {
      add({std::max(page.latest() - 400, page.settled().day + 1), key_of(member.key, 13),
           "politiet", "Forsvunnet"},
          "forsvunnet");
    }
  }
  page.rows.begin_list("\"status\":[");
  for (std::size_t row = count; row-- > 0;) {
    page.rows.begin_row(rows[row].occurrence, {.current = row + 1 == count});
    page.property("\"status\":", rows[row].status);
    page.rows.end_row();
  }
  page.rows.end_list();
}

void write_false_identity(Page& page) {
  const bool known = page.has(Feature::false_known);
  const bool described = page.has(Feature::false_described);
  if (!known && !described && !page.has(Feature::false_unknown)) return;
  Draw draw = page.draw(3);
  const Day day = page.family.as_of - draw.between(30, 1500);
  if (page.text.last() != '{') page.text.put(',');
  page.text.lit("\"falskIdentitet\":");
  page.rows.begin_row({day, draw.next(), "politiet", "Falsk identitet"});
  page.text.lit(",\"erFalsk\":true");
  if (known && page.index > 0) {
    page.property("\"rettIdentitetVedIdentifikasjonsnummer\":",
                  page.family.members[0].number.text());
  } else if (described) {
    page.text.lit(",\"rettIdentitetVedOpplysninger\":{\"personnavn\":{");
    write_person_name(page.text, Tongue::arabic, Draw(draw.next()));
    page.text.lit("},\"foedselsdato\":\"");
    page.text.date(page.member.birth + draw.between(-900, 900));
    page.text.lit("\",\"kjoenn\":\"mann\",\"statsborgerskap\":[\"IRQ\"]}");
  } else {
    page.text.lit(",\"rettIdentitetErUkjent\":true");
  }
  page.rows.end_row();
}

namespace {

void write_duf(Page& page, Draw& draw) {
  const CivilDate came = civil_of(page.entry().day);
  page.rows.begin_list("\"utlendingsmyndighetenesIdentifikasjonsnummer\":[");
  for (std::uint32_t row = draw.percent(4) ? 2 : 1; row > 0; --row) {
    const auto duf = identifiers::make_duf(came.year, draw.below(million));
    page.rows.begin_row({page.settled().day, draw.next(), "udi", "Innvandring"});
    page.property("\"identifikasjonsnummer\":", duf->text());
    page.text.lit(",\"identifikasjonsnummertype\":\"utlendingsmyndighetenesIdentifikasjonsnummer\","
                  "\"utstederland\":\"NOR\"");
    page.rows.end_row();
  }
  page.rows.end_list();
}

void write_foreign_number(Page& page, const Occurrence& occurrence, std::uint32_t kind,
                          Draw& draw) {
  page.rows.begin_row(occurrence);
  page.text.lit(",\"identifikasjonsnummer\":\"");
  if (kind == 0) {
    page.text.text(page.member.origin->alpha2);
    page.text.lit("-TEST-");
    page.text.digits(draw.below(million), 6);
    page.text.lit("\",\"identifikasjonsnummertype\":\"utenlandskIdentifikasjonsnummer\"");
  } else if (kind == 1) {
    page.text.lit("TIN-");
    page.text.digits(draw.below(100 * million), 8);
    page.text.lit("\",\"identifikasjonsnummertype\":\"taxIdentificationNumber\"");
  } else {
    page.text.lit("SSN-");
    page.text.digits(draw.below(10 * million), 7);
    page.text.lit("\",\"identifikasjonsnummertype\":\"socialSecurityNumber\"");
  }
  page.property("\"utstederland\":", page.member.origin->alpha3);
  page.rows.end_row();
}

constexpr std::array document_types{"pass"sv,
                                    "pass"sv,
                                    "nasjonaltIdentitetskort"sv,
                                    "pass"sv,
                                    "foererkort"sv,
                                    "utlendingspass"sv,
                                    "reisebevisForFlyktninger"sv,
                                    "schengenStandardisertOppholdskort"sv,
                                    "diplomatpass"sv,
                                    "noedpass"sv};

void write_document_row(Page& page, Draw& draw) {
  const bool issued_here = draw.percent(10);
  const Day given = page.entry().day;
  page.rows.begin_row({given, draw.next(), "skatteetaten", "Tildele d-nummer"});
  page.property("\"identifikasjonsdokumenttype\":",
                document_types[std::min(draw.below(10), draw.below(10))]);
  page.text.lit(",\"identifikasjonsdokumentnummer\":\"TEST");
  page.text.digits(draw.below(million), 6);
  page.text.lit("\",\"utstederland\":\"");
  page.text.text(issued_here ? "NOR"sv : page.member.origin->alpha3);
  page.text.put('"');
  if (draw.percent(25)) page.property("\"utstedernavn\":", page.member.origin->city);
  const Day from = given - draw.between(30, 3000);
  page.property("\"gyldigFra\":", from);
  page.property("\"gyldigTil\":", from + 3652);
  if (draw.percent(70)) {
    page.text.lit(",\"dokumentkontroll\":{\"dokumentkontrollstatus\":\"");
    if (draw.percent(80))
      page.text.lit("kontrollertIdentifikasjonsdokument");
    else
      page.text.lit("ikkeKontrollertIdentifikasjonsdokument");
    page.text.lit("\",\"dokumentkontrolltidspunkt\":\"");
    page.rows.moment(given - 7, draw.next());
    page.text.lit("\"}");
  }
  page.rows.end_row();
}

} // namespace

void write_foreign_identity(Page& page) {
  const Member& member = page.member;
  if (member.origin == nullptr) return;
  Draw draw = page.draw(4);
  if (member.origin->refugees && page.entry().day > day_of(1990, 1, 1) && draw.percent(85)) {
    write_duf(page, draw);
  }
  const Occurrence given{page.entry().day, draw.next(), "skatteetaten",
                         member.d_day != no_day ? "besluttetTildelingAvDNummer"sv
                                                : "Innvandring"sv};
  if (draw.percent(member.d_day != no_day ? 60 : 25)) {
    page.rows.begin_list("\"utenlandskPersonidentifikasjon\":[");
    const std::uint32_t kind = draw.below(3);
    write_foreign_number(page, given, kind, draw);
    if (draw.percent(30)) write_foreign_number(page, given, (kind + 1) % 3, draw);
    page.rows.end_list();
  }
  if (page.entry().day > day_of(2005, 1, 1) && draw.percent(member.d_day != no_day ? 70 : 35)) {
    page.rows.begin_list("\"legitimasjonsdokument\":[");
    write_document_row(page, draw);
    if (draw.percent(15)) write_document_row(page, draw);
    page.rows.end_list();
  }
}

} // namespace grunndata::generate
