#include "registry/place_fields.h"

#include <algorithm>
#include <array>
#include <span>

namespace grunndata::registry {

namespace {

struct Name {
  std::string_view contract;
  std::string_view folkeregisteret;
};

constexpr std::array<Name, 6> metadata{{
    {"registeredAt", "ajourholdstidspunkt"},
    {"isValid", "erGjeldende"},
    {"source", "kilde"},
    {"reason", "aarsak"},
    {"validFrom", "gyldighetstidspunkt"},
    {"validTo", "opphoerstidspunkt"},
}};

constexpr std::array<Name, 3> of_birth{{
    {"birthDate", "foedselsdato"},
    {"birthYear", "foedselsaar"},
    {"birthCountry", "foedeland"},
}};

constexpr std::array<Name, 5> of_marital_status{{
    {"status", "sivilstand"},
    {"statusDate", "sivilstandsdato"},
    {"authority", "myndighet"},
    {"abroad", "utland"},
    {"relatedByMaritalStatus", "relatertVedSivilstand"},
}};

constexpr std::array<Name, 5> of_parental_responsibility{{
    {"responsibilityType", "ansvar"},
    {"subjectOfResponsibility", "ansvarssubjekt"},
    {"responsible", "ansvarlig"},
    {"responsibleWithoutIdentifier", "ansvarligUtenIdentifikator"},
    {"subjectOfResponsibilityWithoutIdentifier", "ansvarssubjektUtenIdentifikator"},
}};

constexpr std::array<Name, 2> of_guardianship{{
    {"guardianshipType", "vergemaaltype"},
    {"guardian", "verge"},
}};

std::span<const Name> names_of(PersonPart part) noexcept {
  switch (part) {
    case PersonPart::birth: return of_birth;
    case PersonPart::marital_status: return of_marital_status;
    case PersonPart::parental_responsibility: return of_parental_responsibility;
    case PersonPart::guardianship_or_future_power_of_attorney: return of_guardianship;
    default: return {};
  }
}

/// Behind the closing quote of the string whose opening one stands at `at`.
std::size_t end_of_string(std::string_view text, std::size_t at) noexcept {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    at += text[at] == '\\' ? 1 : 0;
  }
  return std::min(at + 1, text.size());
}

/// Behind the value that starts at `at`.
std::size_t end_of_value(std::string_view text, std::size_t at) noexcept {
  for (std::size_t depth = 0; at < text.size();) {
    const char c = text[at];
    if (depth == 0 && (c == ',' || c == '}')) {
      break;
    }
    if (c == '"') {
      at = end_of_string(text, at);
      continue;
    }
    depth += c == '{' || c == '[' ? 1 : 0;
    depth -= c == '}' || c == ']' ? 1 : 0;
    ++at;
  }
  return at;
}

} // namespace

bool tells_no_place(PersonPart part, std::string_view field, Naming naming) noexcept {
  const auto name = naming == Naming::contract ? &Name::contract : &Name::folkeregisteret;
  return std::ranges::find(metadata, field, name) != metadata.end() ||
         std::ranges::count(names_of(part), field, name) != 0;
}

void append_without_places(PersonPart part, std::string_view object, Naming naming,
                           std::string& out) {
  out += '{';
  bool any = false;
  for (std::size_t at = 1; at < object.size() && object[at] == '"';) {
    const std::size_t key_end = end_of_string(object, at);
    const std::size_t end = end_of_value(object, key_end + 1); // behind the colon
    if (tells_no_place(part, object.substr(at + 1, key_end - at - 2), naming)) {
      out += any ? "," : "";
      out += object.substr(at, end - at);
      any = true;
    }
    at = end + 1; // behind the comma
  }
  out += '}';
}

} // namespace grunndata::registry
