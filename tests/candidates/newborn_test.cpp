// Newborns that got a hjelpenummer, and the child that Folkeregisteret delivers later.
#include "registry/work_queue.h"
#include "tests/candidates/ward.h"

#include <chrono>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;
using hjelpenummer::CancelReason;
using hjelpenummer::Facts;
using hjelpenummer::Gender;
using hjelpenummer::Newborn;

namespace {

Newborn child_of(unsigned mother, std::string_view born, std::uint8_t order = 1) {
  return {IdentifierType::fnr, fnr(mother), at(born), order};
}

Facts a(Gender gender) {
  Facts facts;
  facts.gender = gender;
  return facts;
}

/// As Folkeregisteret delivers it.
PersonBuilder delivered(unsigned n, const std::string& mother, const std::string& born,
                        Gender gender, std::string_view multiple = {}) {
  Somebody who;
  who.given = "Liten";
  who.family = "Vik";
  who.born = born;
  who.gender = gender;
  PersonBuilder person = person_of(n, who);
  person.related(RelationType::mother, mother);
  if (!multiple.empty()) {
    person.has(PersonPart::birth_in_norway,
               R"("organizationName":"Sykehus","multipleBirthNumber":)" + std::string(multiple));
  }
  return person;
}

std::vector<WorkItem> matches(Ward& ward) {
  WorkFilter filter;
  filter.kind = WorkKind::newborn_match;
  const auto items = work_items(ward.town.registry(), filter, 0, 100);
  REQUIRE(items.has_value());
  return *items;
}

EntityId entity_of(Ward& ward, unsigned n) { return ward.town.match(fnr(n)).entity; }

} // namespace

TEST_CASE("a child delivered with the same mother and day opens work, once") {
  for (const Engine engine : {Engine::memory, Engine::disk}) {
    Ward ward(engine);
    const auto number = ward.issue(a(Gender::female), child_of(1, "2024-05-05T01:30:00Z"));
    ward.town.import(delivered(2, fnr(1), "2024-05-05", Gender::female), "2024-05-10");
    const auto items = matches(ward);
    REQUIRE(items.size() == 1);
    CHECK(items[0].persons == std::vector<EntityId>{*number.entity, entity_of(ward, 2)});
    CHECK(items[0].organisation == hospital);
    CHECK(!items[0].urgent);
    CHECK(items[0].text.find("differs") == std::string::npos);
    CHECK(items[0].text.find_first_of("0123456789") == std::string::npos);
    ward.town.import(delivered(2, fnr(1), "2024-05-05", Gender::female), "2024-05-11");
    ward.town.import(delivered(2, fnr(1), "2024-05-05", Gender::female, "11"), "2024-05-12");
    CHECK(matches(ward).size() == 1);
    check_whole(ward.town.registry());
  }
}

TEST_CASE("the mother is known by any of her numbers") {
  Ward ward;
  Somebody mother;
  mother.given = "Mor";
  ward.town.import(person_of(1, mother).formerly(dnr(7), IdentifierType::dnr), "2024-01-01");
  ward.issue({}, Newborn{IdentifierType::dnr, dnr(7), at("2024-05-05T12:00:00Z"), 1});
  ward.town.import(delivered(2, fnr(1), "2024-05-05", Gender::male), "2024-05-10");
  CHECK(matches(ward).size() == 1);
}

TEST_CASE("another mother, another day, or no mother opens nothing") {
  Ward ward;
  ward.issue({}, child_of(1, "2024-05-05T12:00:00Z"));
  ward.issue({}, Newborn{{}, "", at("2024-05-05T12:00:00Z"), 1});
  ward.town.import(delivered(2, fnr(9), "2024-05-05", Gender::male), "2024-05-10");
  ward.town.import(delivered(3, fnr(1), "2024-05-08", Gender::male), "2024-05-10");
  ward.town.import(delivered(4, fnr(1), "2022-05-05", Gender::male), "2024-05-10");
  Somebody alone;
  alone.given = "Liten";
  alone.born = "2024-05-05";
  ward.town.import(person_of(5, alone), "2024-05-10");
  CHECK(matches(ward).empty());
  ward.town.import(delivered(6, fnr(1), "2024-05-06", Gender::male), "2024-05-10");
  CHECK(matches(ward).size() == 1); // the day after, by some clock
  check_whole(ward.town.registry());
}

TEST_CASE("twins are told apart by sex, else by their order, else both are asked about") {
  Ward ward;
  const auto girl = ward.issue(a(Gender::female), child_of(1, "2024-05-05T12:00:00Z", 1));
  const auto boy = ward.issue(a(Gender::male), child_of(1, "2024-05-05T12:05:00Z", 2));
  ward.town.import(delivered(2, fnr(1), "2024-05-05", Gender::male, "22"), "2024-05-10");
  ward.town.import(delivered(3, fnr(1), "2024-05-05", Gender::female, "21"), "2024-05-10");
  auto items = matches(ward);
  REQUIRE(items.size() == 2);
  CHECK(items[0].persons == std::vector<EntityId>{*boy.entity, entity_of(ward, 2)});
  CHECK(items[1].persons == std::vector<EntityId>{*girl.entity, entity_of(ward, 3)});

  const auto first = ward.issue(a(Gender::male), child_of(11, "2024-05-05T12:00:00Z", 1));
  ward.issue(a(Gender::male), child_of(11, "2024-05-05T12:05:00Z", 2));
  ward.town.import(delivered(12, fnr(11), "2024-05-05", Gender::male, "21"), "2024-05-10");
  items = matches(ward);
  REQUIRE(items.size() == 3);
  CHECK(items[2].persons.front() == *first.entity);
  ward.town.import(delivered(13, fnr(11), "2024-05-05", Gender::male), "2024-05-10");
  CHECK(matches(ward).size() == 5);
}

TEST_CASE("a sex that was told otherwise is pointed out, not decided") {
  Ward ward;
  ward.issue(a(Gender::female), child_of(1, "2024-05-05T12:00:00Z"));
  ward.town.import(delivered(2, fnr(1), "2024-05-05", Gender::male), "2024-05-10");
  const auto items = matches(ward);
  REQUIRE(items.size() == 1);
  CHECK(items[0].text.find("sex that was told differs") != std::string::npos);
}

TEST_CASE("a number that is cancelled or erased matches nobody any more") {
  Ward ward;
  const auto cancelled = ward.issue({}, child_of(1, "2024-05-05T12:00:00Z"));
  const auto erased = ward.issue({}, child_of(1, "2024-05-05T12:00:00Z"));
  REQUIRE(ward.numbers
              ->cancel(cancelled.identifier(), CancelReason::issued_twice, Ward::nurse(), "feil")
              .has_value());
  REQUIRE(ward.numbers->erase(erased.identifier(), Ward::nurse()).has_value());
  ward.town.import(delivered(2, fnr(1), "2024-05-05", Gender::female), "2024-05-10");
  CHECK(matches(ward).empty());
  CHECK(!ward.numbers->erase(erased.identifier(), Ward::nurse()).value().newborn);
  const auto cursor = ward.town.registry().store().scan(store::Family::search);
  for (cursor->seek(""); cursor->valid(); cursor->next()) { // her number is in no list
    CHECK(cursor->key().find(fnr(1)) == std::string_view::npos);
    CHECK(cursor->value().find(fnr(1)) == std::string_view::npos);
  }
  check_whole(ward.town.registry());
}
