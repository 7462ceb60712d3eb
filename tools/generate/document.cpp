#include "tools/generate/document.h"

#include "tools/generate/page.h"

namespace grunndata::generate {
namespace {

// A number that is in use no longer and stands for nobody: hardly anything is left.
void write_ceased(Page& page) {
  Draw draw = page.draw(1);
  const Day day = page.family.as_of - draw.between(20, 1800);
  const std::uint64_t key = draw.next();
  const Occurrence ceased{day, key, "folkeregistermyndigheten", "Opphøre person"};
  page.rows.begin_list("\"identifikasjonsnummer\":[");
  page.rows.begin_row({day, key, "KILDE_DSF", ""});
  page.text.lit(",\"status\":\"opphoert\",\"foedselsEllerDNummer\":\"");
  page.text.text(page.member.number);
  page.text.lit("\",\"identifikatortype\":\"foedselsnummer\"");
  page.rows.end_row();
  page.rows.end_list();
  page.rows.begin_list("\"status\":[");
  page.rows.begin_row(ceased);
  page.text.lit(",\"status\":\"opphoert\"");
  page.rows.end_row();
  page.rows.end_list();
  write_false_identity(page);
  page.rows.begin_list("\"sivilstand\":[");
  page.rows.begin_row(ceased);
  page.text.lit(",\"sivilstand\":\"uoppgitt\"");
  page.rows.end_row();
  page.rows.end_list();
}

void write_whole(Page& page) {
  write_identifiers(page);
  write_identity_basis(page);
  write_status(page);
  write_false_identity(page);
  write_estate_contact(page);
  write_foreign_identity(page);
  write_gender(page);
  write_birth(page);
  write_relations(page);
  write_civil_status(page);
  write_death(page);
  write_names(page);
  write_protection(page);
  write_residence(page);
  write_split_home(page);
  write_current_stay(page);
  write_migration(page);
  write_postal(page);
  write_foreign_postal(page);
  write_custody(page);
  write_sami(page);
  write_citizenship(page);
  write_stay(page);
  write_guardianship(page);
}

} // namespace

void write_document(const Family& family, std::size_t member, Text& text) {
  Page page(family, member, text);
  page.rows.begin_document();
  if (page.member.state == State::ceased)
    write_ceased(page);
  else
    write_whole(page);
  page.rows.end_document();
}

} // namespace grunndata::generate
