// What was told of somebody before they hid is told no more to callers without legal basis.
#include "registry/audit/subject_set.h"
#include "registry/keys.h"
#include "registry/store/store.h"
#include "registry/transaction.h"
#include "tests/registry/town.h"

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

using enum PersonPart;

PersonBuilder home(std::string_view street, std::string_view name = "Hansen") {
  PersonBuilder person(fnr(1));
  person.named(name).has(gender, R"("gender":"Female")");
  if (!street.empty()) person.lives_at(street);
  return person;
}

PersonBuilder hides_at(std::string_view street, Grading grading, std::string_view name = "Hansen") {
  PersonBuilder person = home({}, name);
  person.protection(grading).has(address_protection, R"("level":"protected")",
                                 {.grading = grading});
  if (grading != Grading::strictly_confidential) person.lives_at(street, {.grading = grading});
  return person;
}

Texts open_events(Town& town, std::uint64_t from = 0) {
  return town.events(from, Access::no_legal_basis);
}

std::uint64_t open_sequence(Town& town) { return town.sequence_of(fnr(1), Access::no_legal_basis); }

EventPage filtered(Town& town, EventType type, Access access) {
  EventTypeSet types;
  types.set(static_cast<std::size_t>(type));
  const auto page = town.registry().events(0, 1'000, access, {types});
  REQUIRE(page.has_value());
  return *page;
}

/// As records of the log were before they said where the one before stands.
void forget_where_records_stand(Registry& registry) {
  std::vector<store::Change> changes;
  const auto cursor = registry.store().scan(store::Family::log);
  for (cursor->seek(""); cursor->valid(); cursor->next()) {
    auto entry = read_log(cursor->value());
    REQUIRE(entry.has_value());
    entry->back = 0;
    changes.push_back({store::Family::log, std::string(cursor->key()), write_log(*entry)});
  }
  REQUIRE(registry.store().commit(changes, store::Durability::synced));
}

} // namespace

TEST_CASE("moves from before somebody hid are told to nobody without legal basis") {
  for (const Grading grading : {Grading::confidential, Grading::strictly_confidential}) {
    for (const bool old_records : {false, true}) {
      on_every_engine([=](Town& town) {
        town.import(home("A"), "2024-01-01");
        town.import(PersonBuilder(fnr(2)).named("Olsen"), "2024-01-01");
        town.import(home("A", "Berg"), "2024-01-02");
        const auto named = town.newest();
        town.import(home("B", "Berg"), "2024-01-03");
        town.import(home("C", "Berg"), "2024-01-04");
        CHECK(open_sequence(town) == town.newest());
        const Texts before = town.events(0);
        if (old_records) forget_where_records_stand(town.registry());
        const auto newest = town.newest();
        town.import(hides_at("C", grading, "Berg"), "2024-01-05");
        CHECK(open_events(town) ==
              Texts{"PersonPopulated", "PersonPopulated", "ChangeInName", "ChangeInPerson"});
        CHECK(open_events(town, newest + 1) == Texts{"ChangeInPerson"});
        // The twin's: the newest that is named.
        CHECK(open_sequence(town) == named);
        constexpr auto moves = EventType::change_in_residential_address;
        CHECK(filtered(town, moves, Access::no_legal_basis).events.empty());
        CHECK(filtered(town, moves, Access::legal_basis).events.size() >= 2);
        Texts all = town.events(0);
        all.resize(before.size());
        CHECK(all == before);
      });
    }
  }
}

TEST_CASE("who hides no more is named again, and what was withheld stays so") {
  on_every_engine([](Town& town) {
    town.import(home("A"), "2024-01-01");
    town.import(home("B"), "2024-01-02");
    town.import(hides_at("B", Grading::confidential), "2024-01-03");
    town.import(home("B"), "2024-01-04");
    const Texts lifted{"PersonPopulated", "ChangeInPerson", "ChangeInResidentialAddress"};
    CHECK(open_events(town) == lifted);
    CHECK(open_sequence(town) > 3);
    town.import(hides_at("B", Grading::confidential), "2024-01-05");
    CHECK(open_events(town) == Texts{"PersonPopulated", "ChangeInPerson", "ChangeInPerson"});
    CHECK(open_sequence(town) == 1);
  });
}

TEST_CASE("an address that comes back with the end of a protection is named, although it stayed") {
  on_every_engine([](Town& town) {
    PersonBuilder hidden = home("A");
    hidden.protection(Grading::confidential)
        .has(address_protection, R"("level":"protected")", {.grading = Grading::confidential});
    town.import(hidden, "2024-01-01");
    town.import(home("A"), "2024-01-02");
    CHECK(open_events(town) == Texts{"PersonPopulated", "ChangeInResidentialAddress"});
    CHECK(town.events(2) == Texts{"ChangeInResidentialAddress", "ChangeInAddressProtection"});
  });
}

TEST_CASE("fields that go because somebody hides are no change of birth") {
  for (const Grading grading : {Grading::confidential, Grading::strictly_confidential}) {
    CAPTURE(grading);
    on_every_engine([grading](Town& town) {
      const auto born = [](std::string_view year) {
        PersonBuilder person(fnr(1));
        // As the row has it, and as the record has it: only what both may keep is compared.
        const std::string body =
            R"("birthYear":)" + std::string(year) + R"(,"foedselsaar":)" + std::string(year);
        return person.has(birth, body + R"(,"place":"Barnebyen")", {.open = body});
      };
      PersonBuilder person = born("1980");
      const auto hide = [grading](PersonBuilder& who) {
        who.protection(grading).has(address_protection, R"("level":"protected")",
                                    {.grading = grading});
      };
      PersonBuilder without_form(fnr(2));
      without_form.has(birth, R"("birthYear":1981,"place":"Barnebyen")");
      town.import({person.record(), without_form.record()}, "2024-01-01");
      PersonBuilder with_form(fnr(2));
      with_form.has(birth, R"("birthYear":1981,"place":"Barnebyen")",
                    {.open = R"("birthYear":1981)"});
      hide(with_form);
      hide(person);
      auto newest = town.newest();
      town.import({person.record(), with_form.record()}, "2024-01-02");
      for (const std::string& event : open_events(town, newest + 1)) {
        CHECK(event == "ChangeInPerson");
      }
      // What the twin would show is named all the same.
      newest = town.newest();
      PersonBuilder older = born("1979");
      hide(older);
      town.import(older, "2024-01-03");
      CHECK(open_events(town, newest + 1) == Texts{"ChangeInBirth"});
      CHECK(open_sequence(town) == newest + 1);
    });
  }
}

TEST_CASE("an address that is graded goes in general, one that is taken back by name") {
  on_every_engine([](Town& town) {
    const auto with_old_home = [](Grading grading) {
      PersonBuilder person = home({});
      const bool open = grading == Grading::unclassified;
      person.has(residential_address, open ? R"("street":"A")" : R"("street":"A","graded":true)",
                 {.grading = grading});
      return person.lives_at("B", superseded("2020-01-01"));
    };
    town.import(with_old_home(Grading::unclassified), "2024-01-01");
    auto newest = town.newest();
    town.import(with_old_home(Grading::client_address), "2024-01-02");
    CHECK(open_events(town, newest + 1) == Texts{"ChangeInPerson"});
    CHECK(open_sequence(town) == 1);
    newest = town.newest();
    town.import(home({}), "2024-01-03");
    CHECK(open_events(town, newest + 1) == Texts{"ChangeInResidentialAddress"});
  });
}

TEST_CASE("events of one commit that are hidden come behind those that are told") {
  on_every_engine([](Town& town) {
    town.import(hides_at("A", Grading::confidential), "2024-01-01");
    PersonBuilder moved = hides_at("B", Grading::confidential, "Berg");
    moved.has(citizenship, R"("country":"NOR")").has(family_relation, R"("role":"mother")");
    const auto newest = town.newest();
    town.import(moved, "2024-01-02");
    CHECK(town.events(newest + 1) == Texts{"ChangeInName", "ChangeInCitizenship",
                                           "ChangeInFamilyRelation", "ChangeInResidentialAddress"});
    const auto page = town.registry().events(newest + 1, 10, Access::no_legal_basis);
    REQUIRE(page.has_value());
    REQUIRE(page->events.size() == 3);
    CHECK(page->events.back().type == EventType::change_in_person);
    CHECK(page->events.back().sequence == newest + 3);
  });
}

TEST_CASE("no position in the log tells readers without legal basis of hidden events") {
  on_every_engine([](Town& town) {
    town.import(hides_at("A", Grading::confidential), "2024-01-01");
    const auto told = town.newest();
    town.import(hides_at("B", Grading::confidential), "2024-01-02");
    REQUIRE(town.newest() > told);
    CHECK(*town.registry().newest_told(Access::no_legal_basis) == told);
    CHECK(*town.registry().newest_told(Access::legal_basis) == town.newest());
    for (const std::size_t limit : {std::size_t{1}, std::size_t{10}}) {
      const auto page = town.registry().events(0, limit, Access::no_legal_basis);
      REQUIRE(page.has_value());
      CHECK(page->next == told + 1);
      CHECK_FALSE(page->more);
    }
    for (const std::uint64_t from : {told + 1, town.newest() + 1, town.newest() + 2}) {
      const auto page = town.registry().events(from, 10, Access::no_legal_basis);
      REQUIRE(page.has_value());
      CHECK(page->events.empty());
      CHECK(page->next == from);
      CHECK_FALSE(page->more);
    }
    CHECK(town.registry().events(town.newest() + 2, 10, Access::legal_basis).error().code ==
          ErrorCode::out_of_range);
  });
}

TEST_CASE("what a job told of holds when somebody hides later, and is not told to all") {
  on_every_engine([](Town& town) {
    town.import(home("A"), "2024-01-01");
    town.import(home("B"), "2024-01-02");
    const auto end = town.newest() + 1;
    const auto set = audit::subject_set(town.registry(), 2, end, Access::no_legal_basis);
    REQUIRE(set.has_value());
    CHECK(set->persons == 1);
    town.import(hides_at("B", Grading::strictly_confidential), "2024-01-03");
    CHECK(audit::holds(town.registry(), *set, Access::no_legal_basis).value());
    const EntityId person = town.match(fnr(1)).entity;
    const auto covered = [&](audit::Told told) {
      const auto sequences =
          audit::sequences_of(town.registry(), person, 0, UINT64_MAX, Access::no_legal_basis, told);
      REQUIRE(sequences.has_value());
      return audit::covers(*set, *sequences);
    };
    CHECK(covered(audit::Told::ever));
    CHECK_FALSE(covered(audit::Told::now));
  });
}

TEST_CASE("a transaction finds a person's events, its own too, and forgets what is rolled back") {
  Town town;
  EntityIdSource ids{EntityId{}};
  const EntityId mine = ids.next();
  const EntityId other = ids.next();
  Transaction transaction(town.registry().store(), 0, Instant{1}, ids);
  constexpr auto type = EventType::change_in_name;
  const auto open = static_cast<std::uint8_t>(type);
  const auto first = transaction.append_event(mine, {type, open}, 0);
  transaction.append_event(other, {type, open}, 0);
  const auto second = transaction.append_event(mine, {type, open}, first);
  auto events = transaction.events_of(mine, second, first);
  REQUIRE(events.has_value());
  REQUIRE(events->size() == 2);
  CHECK(events->front().sequence == second);
  CHECK(events->back().sequence == first);
  const auto mark = transaction.mark();
  transaction.withhold(events->back());
  const auto third = transaction.append_event(mine, {type, open}, second);
  events = transaction.events_of(mine, third, first);
  REQUIRE(events.has_value());
  CHECK(events->size() == 3);
  CHECK(events->back().entry.is_withheld());
  transaction.roll_back(mark);
  events = transaction.events_of(mine, second, first);
  REQUIRE(events.has_value());
  CHECK(events->size() == 2);
  CHECK_FALSE(events->back().entry.is_withheld());
  CHECK(transaction.events_of(mine, second + 1, first).error().code == ErrorCode::corrupt);
  CHECK(transaction.events_of(other, second, first).error().code == ErrorCode::corrupt);
}
