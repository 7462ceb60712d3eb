// The log: what happened, in one order without gaps, as each reader may see it.
#include "tests/registry/town.h"

#include "registry/keys.h"
#include "tests/registry/store_around.h"

#include <algorithm>
#include <future>

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

using enum PersonPart;

constexpr std::string_view century_ahead = "2124-01-01";

EventTypeSet types(std::initializer_list<EventType> wanted) {
  EventTypeSet set;
  for (const EventType type : wanted) set.set(static_cast<std::size_t>(type));
  return set;
}

PersonBuilder named(unsigned n, const std::string& name) {
  PersonBuilder person(fnr(n));
  person.named(name);
  return person;
}

} // namespace

TEST_CASE("one event per changed part and commit, numbered without gaps") {
  on_every_engine([](Town& town) {
    PersonBuilder before = named(1, "One"), after = named(1, "Two");
    before.is("Resident").lives_at("Storgata 1");
    after.is("Emigrated").has(emigration_from_norway, R"("country":"SWE")");
    town.import(before, "2024-01-01");
    town.import(after, "2024-02-01");
    const auto page = town.registry().events(0, 100, Access::legal_basis);
    REQUIRE(page.has_value());
    std::uint64_t expected = 1;
    for (const Event& event : page->events) {
      CHECK(event.sequence == expected++);
      CHECK(std::string(view_of(event.person)) == town.id_of(fnr(1)));
    }
    CHECK(town.events(2) == Texts{"ChangeInName", "PersonIsEmigrated", "ChangeInResidentialAddress",
                                  "ChangeInEmigrationFromNorway"});
    CHECK(page->next == town.newest() + 1);
    CHECK_FALSE(page->more);
  });
}

TEST_CASE("a change of status tells which way it went") {
  struct Step {
    std::string status, event;
  };
  const std::vector<Step> steps{
      {"Resident", "PersonIsResident"},    {"Emigrated", "PersonIsEmigrated"},
      {"Resident", "PersonIsResident"},    {"Deceased", "PersonIsDeceased"},
      {"Resident", "PersonIsReactivated"}, {"Discontinued", "PersonIsDiscontinued"},
      {"Resident", "PersonIsReactivated"}, {"Disappeared", "ChangeInStatus"}};
  Town town;
  town.import(named(1, "One"), "2024-01-01");
  int day = 2;
  for (const Step& step : steps) {
    PersonBuilder person = named(1, "One");
    person.is(step.status);
    const auto newest = town.newest();
    town.import(person, "2024-01-" + std::string(day < 10 ? "0" : "") + std::to_string(day));
    ++day;
    CHECK(town.events(newest + 1) == Texts{step.event});
  }
}

TEST_CASE("every part has its event, and confidential parts are one ChangeInPerson a commit") {
  Town town;
  town.import(named(1, "One"), "2024-01-01");
  PersonBuilder all = named(1, "One");
  std::size_t parts = 0;
  for (const auto& facts : person_parts) {
    if (facts.part == name) continue;
    all.has(facts.part, R"("marker":1)");
    ++parts;
  }
  town.import(all, "2024-02-01");
  const Texts events = town.events(2);
  CHECK(events.size() == parts - 1); // citizenship and its retention have one type
  const Texts open = town.events(2, Access::no_legal_basis);
  CHECK(std::count(open.begin(), open.end(), "ChangeInPerson") == 1);
  CHECK(std::count(open.begin(), open.end(), "ChangeInFamilyRelation") == 0);
  CHECK(std::count(open.begin(), open.end(), "ChangeInResidentialAddress") == 1);
}

TEST_CASE("a reader without legal basis filters by what it is told, not by what happened") {
  on_every_engine([](Town& town) {
    town.import(named(1, "One"), "2024-01-01");
    PersonBuilder related = named(1, "One");
    related.has(family_relation, R"("role":"mother")");
    town.import(related, "2024-02-01");
    const auto hidden = types({EventType::change_in_family_relation});
    const auto general = types({EventType::change_in_person});
    const auto count = [&](Access access, const EventTypeSet& wanted) {
      const auto page = town.registry().events(0, 100, access, {wanted});
      REQUIRE(page.has_value());
      return page->events.size();
    };
    CHECK(count(Access::legal_basis, hidden) == 1);
    CHECK(count(Access::legal_basis, general) == 0);
    CHECK(count(Access::no_legal_basis, hidden) == 0);
    CHECK(count(Access::no_legal_basis, general) == 1);
  });
}

TEST_CASE("a filter scans on until enough match or the tip is reached") {
  on_every_engine([](Town& town) {
    std::vector<SourceRecord> records;
    for (unsigned n = 1; n <= 50; ++n) records.push_back(named(n, "Name").record());
    town.import(std::move(records), "2024-01-01");
    town.import(named(50, "Other"), "2024-02-01");
    const auto wanted = types({EventType::change_in_name});
    auto page = town.registry().events(0, 1, Access::legal_basis, {wanted});
    REQUIRE(page.has_value());
    REQUIRE(page->events.size() == 1);
    CHECK(page->events.front().sequence == 51);
    CHECK(page->next == 52);
    page = town.registry().events(page->next, 1, Access::legal_basis, {wanted});
    REQUIRE(page.has_value());
    CHECK(page->events.empty());
    CHECK(page->next == 52);
    // Page by page: everything once.
    std::uint64_t from = 0, seen = 0;
    for (bool more = true; more;) {
      const auto some = town.registry().events(from, 7, Access::no_legal_basis);
      REQUIRE(some.has_value());
      for (const Event& event : some->events) CHECK(event.sequence == ++seen);
      from = some->next;
      more = some->more;
    }
    CHECK(seen == 51);
  });
}

TEST_CASE("only a position beyond newest + 1 is out of range") {
  on_every_engine([](Town& town) {
    const auto code = [&](std::uint64_t from) {
      const auto page = town.registry().events(from, 10, Access::legal_basis);
      return page ? std::string(std::to_string(page->events.size()))
                  : std::string(code_name(page.error().code));
    };
    CHECK(code(0) == "0");
    CHECK(code(1) == "0");
    CHECK(code(2) == "out-of-range");
    town.import(named(1, "One"), "2024-01-01");
    CHECK(code(0) == "1");
    CHECK(code(1) == "1");
    CHECK(code(2) == "0");
    CHECK(code(3) == "out-of-range");
  });
}

TEST_CASE("the latest event is the latest the reader may see") {
  on_every_engine([](Town& town) {
    auto latest = town.registry().latest_event(Access::legal_basis);
    REQUIRE(latest.has_value());
    CHECK_FALSE(latest->has_value());
    town.import(named(1, "One"), "2024-01-01");
    PersonBuilder person = named(1, "One");
    person.has(family_relation, R"("role":"mother")")
        .has(parental_responsibility, R"("responsibility":"both")");
    town.import(person, "2024-02-01");
    latest = town.registry().latest_event(Access::legal_basis);
    REQUIRE(latest.has_value());
    CHECK((*latest)->sequence == 3);
    CHECK((*latest)->type == EventType::change_in_parental_responsibility);
    latest = town.registry().latest_event(Access::no_legal_basis);
    REQUIRE(latest.has_value());
    CHECK((*latest)->sequence == 2);
    CHECK((*latest)->type == EventType::change_in_person);
  });
}

TEST_CASE("a record refused in the middle of a batch leaves no hole and no trace") {
  on_every_engine([](Town& town) {
    SourceRecord nobody = named(2, "Nobody").record();
    nobody.identifiers.clear();
    const ImportCounts counts =
        town.import({named(1, "One").record(), nobody, named(3, "Three").record()}, "2024-01-01");
    CHECK(counts.written == 2);
    CHECK(counts.quarantined == 1);
    CHECK(town.newest() == 2);
    CHECK(town.events(0).size() == 2);
  });
}

TEST_CASE("time of the recorded axis: what was newest then") {
  on_every_engine([](Town& town) {
    const Instant before = now();
    CHECK_FALSE(town.registry().sequence_at(before).has_value());
    town.import(named(1, "One"), "2024-01-01");
    town.import({named(2, "Two").record(), named(3, "Three").record()}, "2024-01-01");
    const auto all = town.registry().events(0, 10, Access::legal_basis);
    REQUIRE(all.has_value());
    for (const Event& event : all->events) {
      const auto at_once = town.registry().sequence_at(event.recorded);
      REQUIRE(at_once.has_value());
      CHECK(*at_once == (event.sequence == 1 ? 1 : 3));
      const auto just_before = town.registry().sequence_at({event.recorded.microseconds - 1});
      if (event.sequence == 1) {
        REQUIRE_FALSE(just_before.has_value());
        CHECK(just_before.error().code == ErrorCode::not_known_then);
      } else {
        CHECK(*just_before == 1);
      }
    }
    CHECK(*town.registry().sequence_at(at(century_ahead)) == 3);
    CHECK(town.registry().sequence_at({-1}).error().code == ErrorCode::not_known_then);
  });
}

TEST_CASE("a clock that went back cannot disorder the recorded axis") {
  const std::shared_ptr<store::Store> shared = store::make_memory_store();
  {
    auto registry = Registry::open(std::make_unique<StoreAround>(shared), Environment::test);
    REQUIRE(registry.has_value());
  }
  // The last commit was made by a clock a hundred years ahead.
  const auto ahead = static_cast<std::uint64_t>(at(century_ahead).microseconds);
  const std::vector<store::Change> planted{
      {store::Family::clock, key_of_number(ahead), key_of_number(0)}};
  REQUIRE(shared->commit(planted, store::Durability::synced).has_value());
  auto registry = Registry::open(std::make_unique<StoreAround>(shared), Environment::test);
  REQUIRE(registry.has_value());
  ImportBatch batch;
  batch.items.push_back({named(1, "One").record(), 1, 0});
  batch.origins = {"-"};
  std::promise<void> done;
  submit_import(**registry, std::move(batch), [&done](auto&&) { done.set_value(); });
  done.get_future().wait();
  const auto event = (*registry)->latest_event(Access::legal_basis);
  REQUIRE(event.has_value());
  CHECK((*event)->recorded.microseconds > at(century_ahead).microseconds);
  CHECK(*(*registry)->sequence_at((*event)->recorded) == 1);
  CHECK(*(*registry)->sequence_at(at(century_ahead)) == 0);
}
