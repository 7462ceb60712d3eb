#include "tools/generate/address_text.h"

#include <array>

namespace grunndata::generate {
namespace {

using namespace std::string_view_literals;

constexpr std::array care_of{"c/o TESTBEDRIFT AS"sv, "c/o PRØVE EIENDOM"sv, "v/ TESTVIK KOMMUNE"sv,
                             "c/o HYBELHUSET"sv};

void write_unit(Text& text, const Place& place) {
  text.lit(",\"bruksenhetsnummer\":\"H");
  text.digits(place.unit, 4);
  text.lit("\",\"bruksenhetstype\":\"");
  text.text(place.unit_type);
  text.put('"');
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

} // namespace

void write_postal_place(Text& text, const Place& place) {
  text.lit("\"poststed\":{\"poststedsnavn\":\"");
  text.text(place.kommune->postal_name);
  text.lit("\",\"postnummer\":\"");
  text.text(place.postal_code);
  text.lit("\"}");
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
  if (detail == Detail::lean)
    text.number(place.street_code);
  else
    text.digits(place.street_code, 5);
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

void write_place(Text& text, const Place& place, std::string_view kommune, Detail detail,
                 std::string_view care) {
  switch (place.kind) {
    case PlaceKind::vegadresse: return write_street(text, place, kommune, detail, care);
    case PlaceKind::matrikkeladresse: return write_cadastral(text, place, kommune, detail);
    case PlaceKind::unknown:
      text.lit("\"ukjentBosted\":{\"bostedskommune\":\"");
      text.text(kommune);
      return text.lit("\"}");
  }
}

void write_matrikkel_key(Text& text, const Place& place, bool may_be_nearby) {
  if (place.kind == PlaceKind::unknown) return;
  if (may_be_nearby && place.matrikkel_key % 40 == 1)
    text.lit(",\"naerAdresseIdentifikatorFraMatrikkelen\":\"");
  else
    text.lit(",\"adresseIdentifikatorFraMatrikkelen\":\"");
  text.digits(place.matrikkel_key, 9);
  text.put('"');
}

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

std::string_view host_of(std::uint32_t drawn) noexcept { return care_of[drawn % care_of.size()]; }

std::string_view grading(const Page& page) noexcept {
  return page.member.protection == Protection::confidential ? "fortrolig" : "ugradert";
}

Occurrence protected_since(const Page& page) noexcept {
  return {page.member.protected_from, key_of(page.member.key, 60), "politiet",
          "Adressebeskyttelse"};
}

} // namespace grunndata::generate
