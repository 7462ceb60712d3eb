// Whom a job covered, told from the log of events.
#include "registry/audit/subject_set.h"

#include "registry/audit/tree/hash.h"
#include "tests/registry/town.h"

#include <doctest/doctest.h>

#include <set>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;
namespace audit = grunndata::registry::audit;

namespace {

EntityId id_of(Town& town, const std::string& number) { return town.match(number).entity; }

/// The same from what readers see: events, whose outside ids are opened again.
std::set<EntityId> seen(Town& town, std::uint64_t from, std::uint64_t to, Access access) {
  std::set<EntityId> persons;
  const auto page = town.registry().events(from, 10'000, access);
  REQUIRE(page);
  for (const Event& event : page->events) {
    if (event.sequence < to) {
      persons.insert(*town.registry().ids().open(view_of(event.person)));
    }
  }
  return persons;
}

std::array<std::uint8_t, 32> digest_of(const std::set<EntityId>& persons) {
  std::string bytes;
  for (const EntityId& person : persons) bytes += person.view();
  return audit::sha256(audit::bytes_of(bytes));
}

/// Twenty persons, some of whom change; one moves to a protected address.
void fill(Town& town) {
  for (unsigned n = 1; n <= 20; ++n) {
    town.import(PersonBuilder(fnr(n)).named("Hansen"), "2024-01-01");
  }
  for (unsigned n = 5; n <= 9; ++n) {
    town.import(PersonBuilder(fnr(n)).named("Olsen"), "2024-02-01");
  }
  town.import(PersonBuilder(fnr(3)).named("Hansen").protection(Grading::confidential),
              "2024-03-01");
}

} // namespace

TEST_CASE("a subject set holds everybody a reader of that range was told about") {
  on_every_engine([](Town& town) {
    fill(town);
    const std::uint64_t end = town.newest() + 1;
    for (const Access access : {Access::legal_basis, Access::no_legal_basis}) {
      for (const auto& [from, to] :
           {std::pair<std::uint64_t, std::uint64_t>{0, end}, {10, 15}, {end - 3, end}, {4, 4}}) {
        CAPTURE(from);
        CAPTURE(to);
        const auto set = audit::subject_set(town.registry(), from, to, access);
        REQUIRE(set);
        const auto persons = seen(town, from, to, access);
        CHECK(set->persons == persons.size());
        CHECK(set->digest == digest_of(persons));
        CHECK(audit::holds(town.registry(), *set, access).value());
        for (unsigned n = 1; n <= 20; ++n) {
          const EntityId person = id_of(town, fnr(n));
          const auto sequences = audit::sequences_of(town.registry(), person, 0, end, access);
          REQUIRE(sequences);
          CHECK(audit::covers(*set, *sequences) == persons.contains(person));
        }
      }
    }
  });
}

TEST_CASE("a set that is not what the log gives does not hold") {
  Town town;
  fill(town);
  auto set = *audit::subject_set(town.registry(), 0, 10, Access::legal_basis);
  CHECK(audit::holds(town.registry(), set, Access::legal_basis).value());
  set.persons += 1;
  CHECK_FALSE(audit::holds(town.registry(), set, Access::legal_basis).value());
  set.persons -= 1;
  set.digest[5] ^= 1U;
  CHECK_FALSE(audit::holds(town.registry(), set, Access::legal_basis).value());
  CHECK(audit::subject_set(town.registry(), 5, 4, Access::legal_basis).error().code ==
        ErrorCode::invalid);
}
