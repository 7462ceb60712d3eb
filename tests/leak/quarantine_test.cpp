// What is said of a document that cannot be read, or only in part.
#include "tests/api/registry_fixture.h"
#include "tests/leak/compare.h"
#include "tests/leak/people.h"

#include <doctest/doctest.h>

using namespace grunndata;
using namespace grunndata::leak;

namespace {

Document hidden_person(const std::string& number) {
  Document person = somebody(number, Fields::with_places);
  grade(person, Level::confidential);
  add_addresses(person, Level::confidential);
  add_moves(person);
  add_birth_and_estate(person);
  return person;
}

std::set<std::string> all_values() {
  std::set<std::string> spelled;
  for (const std::string& value : values_in({hidden_person(api::fnr(1)).json()})) {
    spelled.insert(value.front() == '"' ? value.substr(1) : value);
  }
  return spelled;
}

/// The document with `from` put in place of `to` once.
std::string changed(std::string json, std::string_view from, std::string_view to) {
  const auto at = json.find(from);
  REQUIRE(at != json.npos);
  return json.replace(at, from.size(), to);
}

std::vector<std::string> unreadable(const Document& person) {
  const std::string json = person.json();
  return {changed(json, "\"identifikasjonsnummer\"", "\"noeAnnet\""),
          json.substr(0, json.size() / 2), '[' + json + ']',
          changed(json, person.number(), std::string(11, '0'))};
}

} // namespace

TEST_CASE("a document that cannot be read waits without telling what it holds") {
  World world;
  World twin_world;
  const auto real = unreadable(hidden_person(api::fnr(1)));
  const auto twin = unreadable(somebody(api::fnr(1), Fields::without_places));
  for (std::size_t i = 0; i < real.size(); ++i) {
    world.quarantine(real[i]);
    twin_world.quarantine(twin[i]);
  }
  const auto waiting = registry::quarantined(world.registry(), 0, 100, false);
  const auto twins = registry::quarantined(twin_world.registry(), 0, 100, false);
  REQUIRE(waiting.has_value());
  REQUIRE(twins.has_value());
  REQUIRE(waiting->size() == real.size());
  REQUIRE(twins->size() == real.size());
  for (std::size_t i = 0; i < real.size(); ++i) {
    const registry::QuarantineEntry& entry = (*waiting)[i];
    CHECK(entry.reason == (*twins)[i].reason);
    CHECK(entry.json_path == (*twins)[i].json_path);
    CHECK(entry.message == (*twins)[i].message);
    CHECK(entry.raw.empty());
    const std::string said = entry.json_path + ' ' + entry.reason + ' ' + entry.message;
    for (const std::string& value : all_values()) CHECK(said.find(value) == said.npos);
  }
  const auto page = [](World& of) {
    return of.ask(registry::Access::no_legal_basis, {api::http::Method::get, "/metrics"}).body;
  };
  CHECK(page(world).find("grunndata_quarantined 4\n") != std::string::npos);
  CHECK(page(twin_world).find("grunndata_quarantined 4\n") != std::string::npos);
}
