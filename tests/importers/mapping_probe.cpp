#include "tests/importers/mapping_probe.h"

#include <doctest/doctest.h>
#include <simdjson.h>

namespace grunndata::importers::folkeregisteret {

std::string person_with(std::string_view properties) {
  std::string json = R"({"identifikasjonsnummer":[{"erGjeldende":true,"status":"iBruk",)"
                     R"("foedselsEllerDNummer":")";
  json += synthetic_fnr;
  json += R"(","identifikatortype":"foedselsnummer"}])";
  if (!properties.empty()) json += "," + std::string(properties);
  return json + "}";
}

Probe& Probe::map(std::string_view json) {
  PersonMapper mapper(options_);
  report.clear();
  fault.reset();
  if (auto mapped = mapper.map(json, record, report); !mapped) {
    fault = mapped.error();
    return *this;
  }
  // Whatever goes in, every rendering is a JSON object and every slice lies in its text.
  simdjson::dom::parser parser;
  const auto check = [&](registry::TextSlice slice, bool is_required) {
    if (!is_required && slice.empty()) return;
    REQUIRE(std::size_t{slice.begin} + slice.size <= record.text.size());
    simdjson::dom::element parsed;
    REQUIRE(parser.parse(std::string(record.view(slice))).get(parsed) == simdjson::SUCCESS);
    REQUIRE(parsed.is_object());
  };
  for (const registry::AssertionDraft& draft : record.assertions) {
    check(draft.row, true);
    check(draft.open_row, false);
    check(draft.v1_row, false);
    REQUIRE(draft.metadata_bytes >= 1);
    REQUIRE(draft.metadata_bytes < draft.row.size);
    const char next = record.view(draft.row)[draft.metadata_bytes];
    REQUIRE((next == ',' || next == '}' || (next == '"' && draft.metadata_bytes == 1)));
    REQUIRE(std::size_t{draft.element.begin} + draft.element.size <= record.raw.size());
    const std::string element = record.raw.substr(draft.element.begin, draft.element.size);
    simdjson::dom::element parsed;
    REQUIRE(parser.parse(element).get(parsed) == simdjson::SUCCESS);
    REQUIRE(parsed.is_object());
  }
  return *this;
}

std::vector<std::string> Probe::rows(registry::PersonPart part) const {
  std::vector<std::string> found;
  for (const registry::AssertionDraft& draft : record.assertions) {
    if (draft.part == part) found.push_back(text(draft.row));
  }
  return found;
}

std::string Probe::row(registry::PersonPart part) const {
  const std::vector<std::string> found = rows(part);
  return found.size() == 1 ? found.front() : std::string();
}

const registry::AssertionDraft& Probe::draft(registry::PersonPart part) const {
  const registry::AssertionDraft* found = nullptr;
  for (const registry::AssertionDraft& draft : record.assertions) {
    if (draft.part == part) found = &draft;
  }
  REQUIRE(found != nullptr);
  return *found;
}

} // namespace grunndata::importers::folkeregisteret
