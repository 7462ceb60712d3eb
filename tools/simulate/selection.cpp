#include "tools/simulate/selection.h"

#include "tools/simulate/document.h"

#include <simdjson.h>

#include <algorithm>
#include <array>

namespace grunndata::simulate {

namespace {

namespace dom = simdjson::dom;

/// What `aktiv` stands for.
constexpr std::array<std::string_view, 4> active{"midlertidig", "ikkeBosatt", "forsvunnet",
                                                 "foedselsregistrert"};
constexpr std::array<std::string_view, 4> others{"bosatt", "utflyttet", "doed", "inaktiv"};
constexpr std::array<std::string_view, 2> genders{"kvinne", "mann"};
constexpr std::array<std::string_view, 10> marital_statuses{
    "uoppgitt",          "ugift",           "gift",
    "enkeEllerEnkemann", "skilt",           "separert",
    "registrertPartner", "separertPartner", "skiltPartner",
    "gjenlevendePartner"};

bool is_among(const auto& all, std::string_view name) {
  return std::ranges::find(all, name) != all.end();
}

/// False when it is there and no text.
bool read_text(const dom::object& object, std::string_view name, std::string& text) {
  dom::element found;
  std::string_view value;
  if (object[name].get(found) != simdjson::SUCCESS) return true;
  if (found.get_string().get(value) != simdjson::SUCCESS || value.empty()) return false;
  text = value;
  return true;
}

bool is_year(std::string_view text) {
  return text.empty() ||
         (text.size() == 4 && text.find_first_not_of("0123456789") == std::string_view::npos);
}

/// Without a bound everybody lies within, whatever is known of them.
bool lies_within(std::string_view year, std::string_view from, std::string_view to) {
  if (from.empty() && to.empty()) return true;
  return year.size() >= 4 && year.substr(0, 4) >= from && (to.empty() || year.substr(0, 4) <= to);
}

bool any_current(const Document& document, std::string_view property, std::string_view name,
                 std::string_view text) {
  const Property* const found = document.find(property);
  return found != nullptr && std::ranges::any_of(found->elements, [&](const std::string& element) {
           return is_current(element) && member(element, name) == text;
         });
}

std::string first_member(const Document& document, std::string_view property,
                         std::string_view name) {
  const Property* const found = document.find(property);
  return found == nullptr || found->elements.empty() ? std::string()
                                                     : member(found->elements.front(), name);
}

} // namespace

std::optional<Selection> Selection::read(std::string_view body) {
  dom::parser parser;
  dom::object object;
  dom::array statuses;
  if (parser.parse(body.data(), body.size()).get_object().get(object) != simdjson::SUCCESS ||
      object["personstatustyper"].get_array().get(statuses) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  Selection selection;
  for (const dom::element element : statuses) {
    std::string_view status;
    if (element.get_string().get(status) != simdjson::SUCCESS) return std::nullopt;
    if (status == "aktiv") {
      selection.statuses_.insert(selection.statuses_.end(), active.begin(), active.end());
    } else if (is_among(others, status)) {
      selection.statuses_.emplace_back(status);
    } else {
      return std::nullopt;
    }
  }
  std::string lives;
  std::string stays;
  dom::object kommune;
  if (object["kommunenummer"].get_object().get(kommune) == simdjson::SUCCESS &&
      (!read_text(kommune, "bostedskommunenummer", lives) ||
       !read_text(kommune, "oppholdskommunenummer", stays))) {
    return std::nullopt;
  }
  if (!read_text(object, "kjoenn", selection.gender_) ||
      !read_text(object, "sivilstandstype", selection.marital_status_) ||
      !read_text(object, "statsborgerskap", selection.citizenship_) ||
      !read_text(object, "foedselsaarFraOgMed", selection.born_from_) ||
      !read_text(object, "foedselsaarTilOgMed", selection.born_to_) ||
      !read_text(object, "doedsaarFraOgMed", selection.died_from_) ||
      !read_text(object, "doedsaarTilOgMed", selection.died_to_)) {
    return std::nullopt;
  }
  const bool are_years = is_year(selection.born_from_) && is_year(selection.born_to_) &&
                         is_year(selection.died_from_) && is_year(selection.died_to_);
  if (selection.statuses_.empty() || (!lives.empty() && !stays.empty()) || !are_years ||
      (!selection.gender_.empty() && !is_among(genders, selection.gender_)) ||
      (!selection.marital_status_.empty() &&
       !is_among(marital_statuses, selection.marital_status_))) {
    return std::nullopt;
  }
  selection.kommune_ = lives.empty() ? stays : lives;
  selection.property_ = !lives.empty() ? "bostedsadresse" : !stays.empty() ? "oppholdsadresse" : "";
  return selection;
}

std::string Selection::number_of(const std::string& json) const {
  const Document document(json);
  const auto holds = [&document](std::string_view property, std::string_view name,
                                 const std::string& text) {
    return text.empty() || any_current(document, property, name, text);
  };
  const bool has_status = std::ranges::any_of(statuses_, [&document](const std::string& status) {
    return any_current(document, "status", "status", status);
  });
  const Property* const numbers = document.find("identifikasjonsnummer");
  if (!has_status || numbers == nullptr || !holds(property_, "kommunenummer", kommune_) ||
      !holds("kjoenn", "kjoenn", gender_) || !holds("sivilstand", "sivilstand", marital_status_) ||
      !holds("statsborgerskap", "statsborgerskap", citizenship_) ||
      !lies_within(first_member(document, "foedsel", "foedselsaar"), born_from_, born_to_) ||
      !lies_within(first_member(document, "doedsfall", "doedsdato"), died_from_, died_to_)) {
    return {};
  }
  const auto current = std::ranges::find_if(numbers->elements, is_current);
  return current == numbers->elements.end() ? std::string()
                                            : member(*current, "foedselsEllerDNummer");
}

} // namespace grunndata::simulate
