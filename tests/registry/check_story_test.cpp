// What `check` finds and `rebuild` mends.
#include "registry/check.h"
#include "registry/keys.h"
#include "registry/rebuild.h"
#include "tests/registry/town.h"

#include <algorithm>
#include <map>
#include <set>

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

using store::Family;

/// Maps a record by remembering what it was made from.
class Memory {
public:
  SourceRecord keep(const PersonBuilder& person) {
    SourceRecord record = person.record();
    records_[record.raw] = record;
    return record;
  }
  void replace(std::string_view raw, const PersonBuilder& person) {
    SourceRecord record = person.record();
    record.raw = raw;
    for (AssertionDraft& draft : record.assertions) draft.element = {0, 1};
    records_[std::string(raw)] = std::move(record);
  }
  [[nodiscard]] Renderer renderer() const {
    return [this](std::string_view json, bool, SourceRecord& record) -> Result<void> {
      const auto found = records_.find(std::string(json));
      if (found == records_.end()) return fail(ErrorCode::invalid, "unknown record");
      record = found->second;
      return {};
    };
  }

private:
  std::map<std::string, SourceRecord> records_;
};

PersonBuilder kari() {
  PersonBuilder person(fnr(1));
  person.named("Hansen").lives_at("Storgata 1").lives_at("Nygata 2", superseded("2001-01-01"));
  person.related(RelationType::child, fnr(2));
  return person;
}

struct Place {
  Family family;
  std::string key, value;
};

std::vector<Place> all_of(Town& town, Family family) {
  std::vector<Place> all;
  const auto cursor = town.registry().store().scan(family);
  for (cursor->seek(""); cursor->valid(); cursor->next()) {
    all.push_back({family, std::string(cursor->key()), std::string(cursor->value())});
  }
  return all;
}

void put(Town& town, const Place& place, std::optional<std::string> value) {
  const std::vector<store::Change> changes{{place.family, place.key, std::move(value)}};
  REQUIRE(town.registry().store().commit(changes, store::Durability::synced).has_value());
}

std::set<std::string> faults_of(Town& town) {
  const auto report = check(town.registry(), {});
  REQUIRE(report.has_value());
  std::set<std::string> families;
  for (const Finding& finding : report->findings) {
    families.insert(finding.family);
    CHECK_FALSE(finding.what.empty());
    CHECK_FALSE(finding.advice.empty());
    CHECK(finding.place.find(fnr(1)) == std::string::npos);
  }
  CHECK(report->figures.faults >= families.size());
  return families;
}

std::string bytes_of(Town& town) {
  std::string all;
  for (const auto& facts : store::families) {
    for (const Place& place : all_of(town, facts.family)) all += place.key + place.value;
  }
  return all;
}

} // namespace

TEST_CASE("check finds nothing in a whole registry, and what is missing in another") {
  const std::map<Family, std::string> found_in{{Family::current, "identifier"},
                                               {Family::source, "source"},
                                               {Family::identifier, "identifier"},
                                               {Family::relation, "relation"}};
  for (const auto& [family, seen_in] : found_in) {
    Town town;
    town.import(kari(), "2024-01-01");
    CHECK(faults_of(town).empty());
    for (const Place& place : all_of(town, family)) {
      put(town, place, std::nullopt);
      CHECK(faults_of(town).contains(seen_in));
      put(town, place, place.value);
    }
    CHECK(faults_of(town).empty());
  }
}

TEST_CASE("check finds a history without its person, a lost end of the log, a bad value") {
  Town town;
  town.import(kari(), "2024-01-01");
  for (const Family family : {Family::current, Family::past, Family::source, Family::identifier,
                              Family::relation, Family::log, Family::clock}) {
    for (const Place& place : all_of(town, family)) {
      put(town, place, place.value.substr(0, place.value.size() - 1));
      CHECK_FALSE(faults_of(town).empty());
      put(town, place, place.value);
    }
  }
  const auto logged = all_of(town, Family::log);
  put(town, logged.back(), std::nullopt);
  town.reopen();
  CHECK(faults_of(town).contains("current"));
}

TEST_CASE("check can be stopped") {
  Town town;
  std::vector<SourceRecord> records;
  for (unsigned n = 1; n <= 2000; ++n) records.push_back(PersonBuilder(fnr(n)).record());
  town.import(std::move(records), "2024-01-01");
  CheckOptions options;
  options.progress = [](const CheckFigures&) { return false; };
  const auto report = check(town.registry(), options);
  REQUIRE_FALSE(report.has_value());
  CHECK(report.error().code == ErrorCode::cancelled);
}

TEST_CASE("a rebuild by the same mapping changes no byte") {
  on_every_engine([](Town& town) {
    Memory memory;
    town.import({memory.keep(kari())}, "2024-01-01");
    PersonBuilder moved = kari();
    moved.has(PersonPart::citizenship, R"("country":"NOR")");
    town.import({memory.keep(moved)}, "2024-02-01");
    const std::string before = bytes_of(town);
    const auto figures = rebuild(town.registry(), memory.renderer(), {});
    REQUIRE(figures.has_value());
    CHECK(figures->entities == 1);
    CHECK(figures->changed == 0);
    CHECK(figures->mended == 0);
    CHECK(figures->failed == 0);
    CHECK(bytes_of(town) == before);
    CheckOptions deep;
    deep.deep = true;
    deep.renderer = memory.renderer();
    CHECK(check(town.registry(), deep)->figures.faults == 0);
  });
}

TEST_CASE("a rebuild by a new mapping replaces the rendering without an event") {
  on_every_engine([](Town& town) {
    Memory memory;
    const SourceRecord record = memory.keep(kari());
    town.import({record}, "2024-01-01");
    const std::string id = town.id_of(fnr(1));
    PersonBuilder rendered(fnr(1));
    rendered.named("Hansen").lives_at("STORGATA 1");
    rendered.lives_at("Nygata 2", superseded("2001-01-01"));
    rendered.has(PersonPart::gender, R"("gender":"Female")");
    memory.replace(record.raw, rendered);
    const auto figures = rebuild(town.registry(), memory.renderer(), {});
    REQUIRE(figures.has_value());
    CHECK(figures->changed == 1);
    CHECK(town.newest() == 1);
    CHECK(town.id_of(fnr(1)) == id);
    CHECK(town.told(fnr(1), "street", with_history()) == Texts{"STORGATA 1", "Nygata 2"});
    CHECK(town.told(fnr(1), "gender") == Texts{"Female"});
    CHECK(town.told(fnr(1), "street", recorded_as_of(1)) == Texts{"STORGATA 1"});
    // The record is still the same record.
    CHECK(town.import({record}, "2024-02-01").unchanged == 1);
  });
}

TEST_CASE("a rebuild mends a lost index entry and a lost edge") {
  on_every_engine([](Town& town) {
    Memory memory;
    town.import({memory.keep(kari())}, "2024-01-01");
    for (const Family family : {Family::identifier, Family::relation}) {
      for (const Place& place : all_of(town, family)) {
        put(town, place, std::nullopt);
        const auto figures = rebuild(town.registry(), memory.renderer(), {});
        REQUIRE(figures.has_value());
        CHECK(figures->mended >= 1);
        CHECK(faults_of(town).empty());
        CHECK(town.told(fnr(1), "lastName") == Texts{"Hansen"});
      }
    }
  });
}

TEST_CASE("a rebuild keeps a merged person protected as the survivor is") {
  Town town;
  Memory memory;
  PersonBuilder loser(fnr(1)), survivor(fnr(2));
  loser.named("Loser").lives_at("Storgata 1");
  survivor.formerly(fnr(1)).named("Survivor").protection(Grading::confidential);
  PersonBuilder alone(fnr(2));
  alone.named("Survivor");
  town.import({memory.keep(loser), memory.keep(alone)}, "2024-01-01");
  town.import({memory.keep(survivor)}, "2024-02-01");
  CHECK(town.told(fnr(1), "street", recorded_as_of(2, openly())).empty());
  REQUIRE(rebuild(town.registry(), memory.renderer(), {}).has_value());
  CHECK(town.told(fnr(1), "street", recorded_as_of(2, openly())).empty());
}

TEST_CASE("a record that cannot be mapped any more stays as it was, and is counted") {
  Town town;
  Memory memory;
  town.import(kari(), "2024-01-01");
  const std::string before = bytes_of(town);
  const auto figures = rebuild(town.registry(), memory.renderer(), {});
  REQUIRE(figures.has_value());
  CHECK(figures->failed == 1);
  CHECK(bytes_of(town) == before);
}
