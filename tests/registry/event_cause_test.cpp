// Why an event happened, and which earlier one it says was wrong.
#include "tests/registry/town.h"

#include "registry/event_json.h"
#include "registry/keys.h"
#include "registry/store/store.h"

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

using enum PersonPart;

/// "ChangeInDeath annulment of 3", in order.
Texts told(Town& town, std::uint64_t from, Access access = Access::legal_basis) {
  const auto page = town.registry().events(from, 1'000, access);
  REQUIRE(page.has_value());
  Texts texts;
  for (const Event& event : page->events) {
    std::string text(name_of(event.type));
    text.append(" ").append(name_of(event.cause));
    if (event.corrects != 0) {
      text.append(" of ").append(std::to_string(event.corrects));
    }
    texts.push_back(std::move(text));
  }
  return texts;
}

PersonBuilder resident() {
  PersonBuilder person(fnr(1));
  person.is("Resident", {.from = "1980-01-01"});
  return person;
}

PersonBuilder dead(const std::string& day) {
  PersonBuilder person(fnr(1));
  person.is("Deceased", {.from = day}).is("Resident", superseded("1980-01-01")).died(day);
  return person;
}

RowFacts from(const std::string& day) { return {.from = day}; }

} // namespace

TEST_CASE("a mistaken death is annulled, and the annulment names it") {
  on_every_engine([](Town& town) {
    town.import(resident(), "2024-01-01");
    town.import(dead("2024-01-09"), "2024-01-10");
    CHECK(told(town, 0) == Texts{"PersonPopulated administrative", "PersonIsDeceased lifeEvent",
                                 "ChangeInDeath lifeEvent"});
    town.import(resident(), "2024-01-11");
    for (const Access access : {Access::legal_basis, Access::no_legal_basis}) {
      CHECK(told(town, 4, access) ==
            Texts{"PersonIsReactivated annulment of 2", "ChangeInDeath annulment of 3"});
    }
    town.import(dead("2024-01-08"), "2024-01-12");
    CHECK(told(town, 6) == Texts{"PersonIsDeceased lifeEvent", "ChangeInDeath lifeEvent"});
  });
}

TEST_CASE("a death that gets another day is corrected, each time the one told last") {
  on_every_engine([](Town& town) {
    town.import(resident(), "2024-01-01");
    town.import(dead("2024-01-09"), "2024-01-10");
    town.import(dead("2024-01-08"), "2024-01-11");
    CHECK(told(town, 4) ==
          Texts{"ChangeInStatus correction of 2", "ChangeInDeath correction of 3"});
    town.import(dead("2024-01-07"), "2024-01-12");
    CHECK(told(town, 6) ==
          Texts{"ChangeInStatus correction of 4", "ChangeInDeath correction of 5"});
    town.import(resident(), "2024-01-13");
    CHECK(told(town, 8) ==
          Texts{"PersonIsReactivated annulment of 6", "ChangeInDeath annulment of 7"});
  });
}

TEST_CASE("somebody taken in as dead has no event to correct, and it is said all the same") {
  Town town;
  town.import(dead("2024-01-09"), "2024-01-10");
  town.import(resident(), "2024-01-11");
  CHECK(told(town, 2) == Texts{"PersonIsReactivated annulment", "ChangeInDeath annulment"});
}

TEST_CASE("a name that replaces another is life, one that was wrong is corrected") {
  on_every_engine([](Town& town) {
    PersonBuilder first(fnr(1)), married(fnr(1)), misspelt(fnr(1)), ended(fnr(1));
    first.named("Hansen", from("1980-01-01"));
    married.named("Berg", from("2010-01-01")).named("Hansen", superseded("1980-01-01"));
    misspelt.named("Bergh", from("2010-01-01")).named("Hansen", superseded("1980-01-01"));
    ended.named("Hansen", from("1980-01-01"));
    town.import(first, "2024-01-01");
    town.import(married, "2024-01-02");
    CHECK(told(town, 2) == Texts{"ChangeInName lifeEvent"});
    town.import(misspelt, "2024-01-03");
    CHECK(told(town, 3) == Texts{"ChangeInName correction of 2"});
    town.import(ended, "2024-01-04");
    CHECK(told(town, 4) == Texts{"ChangeInName annulment of 3"});
  });
}

TEST_CASE("the first name takes the place of a provisional one in life") {
  Town town;
  PersonBuilder newborn(fnr(1)), named(fnr(1));
  RowFacts first = from("2024-01-20");
  first.reason = "Første gangs navnevalg";
  town.import(newborn.named("PIKE", from("2024-01-01")), "2024-01-02");
  town.import(named.named("Hansen", first), "2024-01-21");
  CHECK(told(town, 2) == Texts{"ChangeInName lifeEvent"});
}

TEST_CASE("what only the source's housekeeping changes is administrative") {
  Town town;
  RowFacts merged = from("2020-01-01");
  merged.reason = "Kommuneregulering";
  RowFacts again = merged;
  again.registered = "2024-01-03";
  const auto living = [](const RowFacts& facts) {
    PersonBuilder person(fnr(1));
    person.lives_at("Storgata 2", facts).lives_at("Storgata 1", superseded("2000-01-01"));
    return person;
  };
  PersonBuilder before(fnr(1));
  town.import(before.lives_at("Storgata 1", from("2000-01-01")), "2024-01-01");
  town.import(living(merged), "2024-01-02");
  town.import(living(again), "2024-01-03");
  town.import(living(from("2020-01-01")), "2024-01-04");
  for (const std::string& event : told(town, 2)) {
    CHECK(event == "ChangeInResidentialAddress administrative");
  }
  CHECK(told(town, 2).size() == 3);
}

TEST_CASE("a part that the source keeps no past of changes in life, birth cannot") {
  Town town;
  PersonBuilder before(fnr(1)), after(fnr(1));
  before.has(identification_document, R"("type":"pass")").has(birth, R"("birthYear":1980)");
  after.has(identification_document, R"("type":"new")").has(birth, R"("birthYear":1981)");
  town.import(before, "2024-01-01");
  town.import(after, "2024-01-02");
  CHECK(told(town, 2) ==
        Texts{"ChangeInBirth correction", "ChangeInIdentificationDocument lifeEvent"});
}

TEST_CASE("without legal basis no cause is told where something may hide, whoever the person is") {
  Town town;
  PersonBuilder before(fnr(1)), after(fnr(1));
  before.lives_at("Storgata 1", from("2000-01-01")).named("Hansen", from("1980-01-01"));
  after.lives_at("Storgata 3", from("2000-01-01")).named("Jensen", from("1980-01-01"));
  after.has(family_relation, R"("role":"mother")");
  town.import(before, "2024-01-01");
  town.import(after, "2024-01-02");
  CHECK(told(town, 2, Access::no_legal_basis) ==
        Texts{"ChangeInName correction", "ChangeInResidentialAddress ", "ChangeInPerson "});
  CHECK(told(town, 2) ==
        Texts{"ChangeInName correction", "ChangeInResidentialAddress correction",
              "ChangeInFamilyRelation lifeEvent"});
}

TEST_CASE("records from before causes were kept are told without one") {
  on_every_engine([](Town& town) {
    town.import(resident(), "2024-01-01");
    town.import(dead("2024-01-09"), "2024-01-10");
    town.import(resident(), "2024-01-11");
    std::vector<store::Change> changes;
    const auto cursor = town.registry().store().scan(store::Family::log);
    for (cursor->seek(""); cursor->valid(); cursor->next()) {
      changes.push_back({store::Family::log, std::string(cursor->key()),
                         std::string(cursor->value().substr(0, log_entry_short_bytes))});
      changes.back().value->at(offsetof(LogEntry, marks)) = '\0';
    }
    REQUIRE(town.registry().store().commit(changes, store::Durability::synced));
    CHECK(told(town, 4) == Texts{"PersonIsReactivated ", "ChangeInDeath "});
  });
}

TEST_CASE("a page ends after so many events were looked at, and goes on where it ended") {
  on_every_engine([](Town& town) {
    for (unsigned n = 1; n <= 5; ++n) {
      PersonBuilder person(fnr(n));
      town.import(person.named("One"), "2024-01-01");
    }
    PersonBuilder renamed(fnr(5));
    town.import(renamed.named("Two"), "2024-01-02");
    EventFilter filter;
    filter.types.set(static_cast<std::size_t>(EventType::change_in_name));
    filter.looked_at_max = 2;
    for (const Access access : {Access::legal_basis, Access::no_legal_basis}) {
      std::uint64_t next = 0;
      std::size_t found = 0, pages = 0;
      for (bool more = true; more; ++pages) {
        const auto page = town.registry().events(next, 10, access, filter);
        REQUIRE(page.has_value());
        found += page->events.size();
        next = page->next;
        more = page->more;
      }
      CHECK(found == 1);
      CHECK(pages == 3);
      CHECK(next == 7);
    }
    filter.kind = EntityKind::personell;
    filter.types.reset();
    filter.looked_at_max = 100;
    const auto none = town.registry().events(0, 10, Access::legal_basis, filter);
    REQUIRE(none.has_value());
    CHECK(none->events.empty());
    CHECK_FALSE(none->more);
  });
}

TEST_CASE("an event is written with its parts, without anything that was not told") {
  Event event;
  event.sequence = 7;
  event.type = EventType::change_in_citizenship;
  event.cause = EventCause::correction;
  event.corrects = 3;
  std::string json;
  append_json(json, event);
  CHECK(json.find(R"("changedParts":["Citizenship","CitizenshipRetention"],"cause":"correction",)"
                  R"("corrects":3,)") != std::string::npos);
  json.clear();
  event = {};
  event.type = EventType::change_in_person;
  append_json(json, event);
  CHECK(json.find("changedParts") == std::string::npos);
  CHECK(json.find("cause") == std::string::npos);
  CHECK(json.find("corrects") == std::string::npos);
  CHECK(changed_parts(EventType::person_is_deceased).count() == 1);
  CHECK(find_event_group("death")->test(static_cast<std::size_t>(EventType::change_in_death)));
  CHECK_FALSE(find_event_group("nothing").has_value());
}
