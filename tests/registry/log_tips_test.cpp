// Whether there is anything new in the log that somebody waits for.
#include "registry/log_tips.h"
#include "tests/registry/town.h"

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

EventFilter only(EventType type) {
  EventFilter filter;
  filter.types.set(static_cast<std::size_t>(type));
  return filter;
}

} // namespace

TEST_CASE("only what is new, wanted and told of counts") {
  for (const Engine engine : {Engine::memory, Engine::disk}) {
    Town town(engine);
    LogTips tips(town.registry());
    PersonBuilder first(fnr(1)), renamed(fnr(1)), related(fnr(1));
    const auto names = only(EventType::change_in_name);
    const auto relations = only(EventType::change_in_family_relation);
    CHECK_FALSE(tips.may_have_beyond(0, {}, Access::legal_basis));
    town.import(first.named("One"), "2024-01-01");
    CHECK(tips.may_have_beyond(0, {}, Access::legal_basis));
    CHECK_FALSE(tips.may_have_beyond(1, {}, Access::legal_basis));
    CHECK_FALSE(tips.may_have_beyond(0, names, Access::legal_basis));
    town.import(renamed.named("Two"), "2024-01-02");
    CHECK(tips.may_have_beyond(1, names, Access::no_legal_basis));
    EventFilter personell = names;
    personell.kind = EntityKind::personell;
    CHECK_FALSE(tips.may_have_beyond(1, personell, Access::legal_basis));
    related.named("Two").has(PersonPart::family_relation, R"("role":"mother")");
    town.import(related, "2024-01-03");
    CHECK(tips.may_have_beyond(2, relations, Access::legal_basis));
    CHECK_FALSE(tips.may_have_beyond(2, relations, Access::no_legal_basis));
    CHECK(tips.may_have_beyond(2, only(EventType::change_in_person), Access::no_legal_basis));
    CHECK_FALSE(tips.may_have_beyond(3, {}, Access::legal_basis));
  }
}

TEST_CASE("after a long silence everybody is told to look") {
  Town town;
  std::vector<SourceRecord> records;
  for (unsigned n = 1; n <= 10'001; ++n) {
    PersonBuilder person(fnr(n));
    records.push_back(person.named("Name").record());
  }
  town.import(std::move(records), "2024-01-01");
  LogTips tips(town.registry());
  const auto names = only(EventType::change_in_name);
  CHECK(tips.may_have_beyond(0, names, Access::legal_basis));
  PersonBuilder other(fnr(20'000));
  town.import(other.named("Name"), "2024-01-02");
  CHECK_FALSE(tips.may_have_beyond(town.newest() - 1, names, Access::legal_basis));
}
