// Clients that hold another system's person ids keep finding their persons.
#include "registry/alias.h"
#include "registry/check.h"
#include "tests/registry/town.h"

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

AliasOutcome add(Town& town, const std::string& alias, const std::string& number) {
  const std::vector<AliasClaim> claims{{alias, {IdentifierType::fnr, number, {}}}};
  const auto outcomes = add_aliases(town.registry(), claims);
  REQUIRE(outcomes);
  return outcomes->front();
}

std::string found(Town& town, const std::string& alias) {
  Reading reading;
  return town.registry().get(alias, reading) ? std::string(reading.external_id()) : "";
}

} // namespace

TEST_CASE("an alias finds its person, also after an import, a merge and a restart") {
  for (const Engine engine : {Engine::memory, Engine::disk_reopened}) {
    Town town(engine);
    PersonBuilder person(fnr(1));
    person.named("Before");
    town.import({person.record(), PersonBuilder(fnr(2)).named("Survivor").record()}, "2024-01-01");
    CHECK(add(town, "old-7", fnr(1)) == AliasOutcome::added);
    const std::string id = found(town, "old-7");
    REQUIRE_FALSE(id.empty());
    CHECK(add(town, "old-7", fnr(1)) == AliasOutcome::known);
    CHECK(add(town, "old-7", fnr(2)) == AliasOutcome::refused);

    town.import(PersonBuilder(fnr(1)).named("After"), "2024-02-01");
    CHECK(found(town, "old-7") == id);

    PersonBuilder survivor(fnr(2));
    survivor.formerly(fnr(1)).named("Survivor");
    town.import(survivor, "2024-03-01");
    Reading reading;
    REQUIRE(town.registry().lookup({IdentifierType::fnr, fnr(2), {}}, reading));
    CHECK(found(town, "old-7") == reading.external_id());

    const auto report = check(town.registry(), {});
    REQUIRE(report);
    CHECK(report->findings.empty());
  }
}

TEST_CASE("an alias that could be one of our own ids, or means nobody, is refused") {
  Town town;
  town.import(PersonBuilder(fnr(1)).named("Somebody"), "2024-01-01");
  Reading reading;
  REQUIRE(town.registry().lookup({IdentifierType::fnr, fnr(1), {}}, reading));
  CHECK(add(town, std::string(reading.external_id()), fnr(1)) == AliasOutcome::refused);
  CHECK(add(town, "", fnr(1)) == AliasOutcome::refused);
  CHECK(add(town, std::string(alias_bytes_max + 1, 'x'), fnr(1)) == AliasOutcome::refused);
  CHECK(add(town, "nobody", fnr(3)) == AliasOutcome::refused);
  CHECK(found(town, "nobody").empty());
}
