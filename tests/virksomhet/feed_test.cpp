// The one log with persons and nodes in it: who asks for one kind does not pay for the other.
#include "registry/audit/subject_set.h"
#include "registry/node_runs.h"
#include "registry/subscriptions/cohort.h"
#include "registry/subscriptions/subscribed_events.h"
#include "tests/registry/person_builder.h"
#include "tests/virksomhet/node_builder.h"

#include <doctest/doctest.h>

#include <array>
#include <map>
#include <string>

using namespace grunndata::registry;
using namespace grunndata::registry::virksomhet;
using namespace grunndata::registry::virksomhet::stories;
using grunndata::registry::stories::PersonBuilder;
using grunndata::registry::stories::fnr;

namespace {

constexpr auto er = NodeSource::enhetsregisteret;

/// A valid organisasjonsnummer with `n` in it, of those whose check digit is one.
std::string orgnr(unsigned n) {
  static constexpr std::array<unsigned, 8> weights{3, 2, 7, 6, 5, 4, 3, 2};
  while (true) {
    const std::string digits = std::to_string(31'000'000 + n);
    unsigned sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      sum += weights[i] * static_cast<unsigned>(digits[i] - '0');
    }
    const unsigned check = (11 - sum % 11) % 11;
    if (check != 10) return digits + std::to_string(check);
    n += 500'000;
  }
}

NodeBatch many(std::string_view when, unsigned first, std::size_t count) {
  std::vector<NodeBuilder> records;
  for (std::size_t i = 0; i < count; ++i) {
    records.push_back(
        juridisk("ENH:" + orgnr(first + static_cast<unsigned>(i)), "Enhet " + std::string(when)));
  }
  return batch(er, when, records);
}

PersonBuilder person(unsigned n) {
  PersonBuilder made(fnr(n));
  made.named("Hansen");
  return made;
}

std::vector<std::uint64_t> sequences(Town& town, EntityKind kind, std::uint64_t from = 0) {
  std::vector<std::uint64_t> found;
  const auto page =
      town.registry().events(from, 10'000, Access::legal_basis, {.types = {}, .kind = kind});
  REQUIRE(page.has_value());
  CHECK(page->next == town.newest() + 1);
  for (const Event& event : page->events) {
    CHECK(event.kind == kind);
    found.push_back(event.sequence);
  }
  return found;
}

} // namespace

TEST_CASE("long runs of nodes' events are known, and grow while nothing comes between") {
  on_every_engine([](Town& town) {
    constexpr std::uint64_t size = node_run_events_min;
    town.import(person(1), "2024-01-01");
    const std::uint64_t begin = town.newest();
    load(town, many("2024-01-02", 0, size));
    load(town, many("2024-01-03", size, 3)); // right behind: the same run
    CHECK(town.newest() == begin + size + 3);
    const auto run_at = [&town](std::uint64_t at) {
      return node_run_at(town.registry().store(), at);
    };
    for (const std::uint64_t at : {begin + 1, begin + size, begin + size + 3}) {
      const auto run = run_at(at);
      REQUIRE(run.has_value());
      REQUIRE(run->has_value());
      CHECK((*run)->first == begin + 1);
      CHECK((*run)->last == begin + size + 3);
    }
    CHECK_FALSE(run_at(begin)->has_value());
    town.import(person(2), "2024-01-04");
    load(town, many("2024-01-05", 0, 3)); // a short run for itself
    CHECK_FALSE(run_at(town.newest())->has_value());

    const auto persons = sequences(town, EntityKind::person);
    REQUIRE(persons.size() == 2 * begin);
    CHECK(persons.back() == town.newest() - 3);
    CHECK(sequences(town, EntityKind::person, begin + 2).front() == begin + size + 4);
    CHECK(sequences(town, EntityKind::virksomhet).size() == size + 6);
    for (const Access access : {Access::legal_basis, Access::no_legal_basis}) {
      const auto latest = town.registry().latest_event(access, EntityKind::person);
      REQUIRE(latest.has_value());
      REQUIRE(latest->has_value());
      CHECK((*latest)->kind == EntityKind::person);
      CHECK((*latest)->sequence > begin + size);
    }
  });
}

TEST_CASE("the newest event of a person is found behind a load of nodes") {
  Town town;
  CHECK_FALSE(town.registry().latest_event(Access::legal_basis, EntityKind::person)->has_value());
  town.import(person(1), "2024-01-01");
  const std::uint64_t newest = town.newest();
  load(town, many("2024-01-02", 0, 2 * node_run_events_min));
  const auto latest = town.registry().latest_event(Access::legal_basis, EntityKind::person);
  REQUIRE(latest.has_value());
  REQUIRE(latest->has_value());
  CHECK((*latest)->sequence == newest);
  // A page that ends in the midst of a run goes on behind it.
  const auto page = town.registry().events(newest + 5, 10, Access::no_legal_basis,
                                           {.types = {}, .kind = EntityKind::person});
  REQUIRE(page.has_value());
  CHECK(page->events.empty());
  CHECK_FALSE(page->more);
  CHECK(page->next == town.newest() + 1);
}

TEST_CASE("events of nodes count for nobody in the audit log's sets of persons") {
  on_every_engine([](Town& town) {
    town.import(person(1), "2024-01-01");
    load(town, many("2024-01-02", 0, node_run_events_min));
    town.import(person(2), "2024-01-03");
    load(town, many("2024-01-04", 0, 2));
    const auto all = audit::subject_set(town.registry(), 0, town.newest() + 1,
                                        Access::legal_basis);
    REQUIRE(all.has_value());
    CHECK(all->persons == 2);
    CHECK(audit::holds(town.registry(), *all, Access::legal_basis).value());
    audit::SubjectDigest digest;
    for (const unsigned n : {1U, 2U}) {
      digest.add(*town.registry().ids().open(town.id_of(fnr(n))));
    }
    CHECK(digest.set(all->from, all->to).digest == all->digest);
  });
}

TEST_CASE("who subscribes to types of nodes is told of them, and nobody else is") {
  Town town;
  town.import(person(1), "2024-01-01");
  load(town, many("2024-01-02", 0, 3));
  load(town, many("2024-01-03", 0, 3));
  const auto key = CohortKey::of(town.registry());
  REQUIRE(key.has_value());
  const auto told = [&](EventTypeSet types) {
    Subscription subscription;
    subscription.everyone = true;
    subscription.types = types;
    const auto page = subscribed_events(town.registry(), *key, subscription, 0, 100,
                                        Access::no_legal_basis, *day("2124-01-01"));
    REQUIRE(page.has_value());
    std::map<EntityKind, int> kinds;
    for (const Event& event : page->events) ++kinds[event.kind];
    return kinds;
  };
  const EventTypeSet nodes = *find_event_group("virksomhet");
  CHECK(told({})[EntityKind::virksomhet] == 0);
  CHECK(told({})[EntityKind::person] > 0);
  CHECK(told(nodes)[EntityKind::virksomhet] == 6);
  CHECK(told(nodes)[EntityKind::person] == 0);
  const auto both = told(nodes | *find_event_group("name") | *find_event_group("birth"));
  CHECK(both.at(EntityKind::virksomhet) == 6);
  CHECK(both.at(EntityKind::person) > 0);
  Subscription cohort;
  cohort.types = nodes;
  cohort.purpose = "To know";
  cohort.expires = *day("2124-01-01");
  const auto fault = fault_of(cohort, *day("2123-01-01"));
  REQUIRE(fault.has_value());
  CHECK(fault->field == SubscriptionField::types);
}
