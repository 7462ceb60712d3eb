#include "tools/generate/virksomhet/brreg.h"

#include <cstdio>

namespace grunndata::generate::virksomhet {

namespace {

constexpr CodeText headquarters{"70.100", "Hovedkontortjenester"};

void member(std::string& out, std::string_view name, std::string_view text) {
  out.append(",\"").append(name).append("\":");
  append_quoted(out, text);
}

void member(std::string& out, std::string_view name, bool flag) {
  out.append(",\"").append(name).append(flag ? "\":true" : "\":false");
}

void member(std::string& out, std::string_view name, Day day) {
  if (day != no_day) member(out, name, std::string_view(date_text(day)));
}

void code(std::string& out, std::string_view name, const CodeText& code) {
  if (code.code.empty()) return;
  out.append(",\"").append(name).append(R"(":{"kode":")").append(code.code);
  out.append(R"(","beskrivelse":)");
  append_quoted(out, code.text);
  out += '}';
}

void form(std::string& out, const Unit& unit, const Links& links) {
  out.append(R"(,"organisasjonsform":{"kode":")").append(unit.form.code);
  out.append(R"(","beskrivelse":)");
  append_quoted(out, unit.form.text);
  if (links.base.empty()) {
    out += R"(,"links":[]})";
    return;
  }
  out.append(R"(,"_links":{"self":{"href":")").append(links.base);
  out.append("/organisasjonsformer/").append(unit.form.code).append("\"}}}");
}

void address(std::string& out, std::string_view name, const PostalPlace& place,
             std::string_view line) {
  out.append(",\"").append(name).append(R"(":{"land":"Norge","landkode":"NO")");
  member(out, "postnummer", std::string_view(place.postal_code));
  member(out, "poststed", std::string_view(place.postal_name));
  out += R"(,"adresse":[)";
  append_quoted(out, line);
  out += ']';
  member(out, "kommune", std::string_view(place.kommune));
  member(out, "kommunenummer", std::string_view(place.kommune_number));
  out += '}';
}

void former_names(std::string& out, const Unit& unit) {
  if (unit.former.empty()) return;
  out += R"(,"historiskeNavn":[)";
  for (const FormerName& former : unit.former) {
    if (out.back() != '[') out += ',';
    out += R"({"navn":)";
    append_quoted(out, former.name);
    member(out, "fraDato", former.from);
    member(out, "tilDato", former.to);
    out += '}';
  }
  out += ']';
}

void size(std::string& out, const Unit& unit) {
  // Few are not told.
  if (unit.employees >= 5) {
    out.append(",\"antallAnsatte\":").append(std::to_string(unit.employees));
  }
  member(out, "harRegistrertAntallAnsatte", unit.employees > 0);
}

void links_of(std::string& out, const Unit& unit, const Links& links) {
  member(out, "respons_klasse", std::string_view(unit.sub ? "Underenhet" : "Enhet"));
  if (links.base.empty()) {
    out += R"(,"links":[]})";
    return;
  }
  const std::string_view kind = unit.sub ? "/underenheter/" : "/enheter/";
  out.append(R"(,"_links":{"self":{"href":")").append(links.base).append(kind);
  out.append(unit.number).append("\"}");
  if (!unit.parent.empty()) {
    out.append(R"(,"overordnetEnhet":{"href":")").append(links.base).append("/enheter/");
    out.append(unit.parent).append("\"}");
  }
  out += "}}";
}

/// What only main units say.
void main_members(std::string& out, const Unit& unit) {
  const bool is_company = unit.sector.code == "2100" || unit.form.code == "IKS" ||
                          unit.form.code == "SÆR";
  code(out, "institusjonellSektorkode", unit.sector);
  member(out, "registrertIForetaksregisteret", is_company);
  member(out, "registrertIStiftelsesregisteret", unit.form.code == "STI");
  member(out, "registrertIFrivillighetsregisteret", unit.form.code == "FLI");
  member(out, "konkurs", unit.bankrupt_since != no_day);
  member(out, "konkursdato", unit.bankrupt_since);
  member(out, "underAvvikling", unit.winding_up);
  member(out, "underTvangsavviklingEllerTvangsopplosning", false);
  member(out, "maalform", std::string_view(unit.nynorsk ? "Nynorsk" : "Bokmål"));
  member(out, "registrertIPartiregisteret", false);
  member(out, "stiftelsesdato", unit.begun);
  if (unit.sector.code == "2100") {
    member(out, "sisteInnsendteAarsregnskap", std::string_view("2024"));
  }
  if (unit.form.code == "SÆR") member(out, "erIKonsern", true);
}

} // namespace

std::string date_text(Day day) {
  const CivilDate date = civil_of(day);
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", date.year, date.month, date.day);
  return text;
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

void append_unit(std::string& out, const Unit& unit, const Links& links) {
  out.append(R"({"organisasjonsnummer":")").append(unit.number).append(1, '"');
  member(out, "navn", std::string_view(unit.name));
  form(out, unit, links);
  if (!unit.sub) {
    const std::string box = std::string("Postboks ").append(unit.number, 6);
    address(out, "postadresse", unit.place, box);
  }
  member(out, "registreringsdatoEnhetsregisteret", unit.registered);
  member(out, "registrertIMvaregisteret", unit.vat);
  code(out, "naeringskode1", unit.industry);
  if (unit.administrative) code(out, "hjelpeenhetskode", headquarters);
  size(out, unit);
  if (!unit.parent.empty()) member(out, "overordnetEnhet", std::string_view(unit.parent));
  if (unit.sub) {
    member(out, "oppstartsdato", unit.begun);
    member(out, "datoEierskifte", unit.owner_changed);
  }
  address(out, unit.sub ? "beliggenhetsadresse" : "forretningsadresse", unit.place,
          unit.place.street);
  if (!unit.sub) main_members(out, unit);
  former_names(out, unit);
  links_of(out, unit, links);
}

} // namespace grunndata::generate::virksomhet
