// What Folkeregisteret says while people say that two are one.
#include "tests/links/desk.h"

#include <algorithm>

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

const std::string one = fnr(1);
const std::string two = fnr(2);
const std::string three = fnr(3);
const IdentifierKey first{IdentifierType::fnr, one, {}};
const IdentifierKey second{IdentifierType::fnr, two, {}};
const IdentifierKey third{IdentifierType::fnr, three, {}};

PersonBuilder person(unsigned n, std::string_view last) {
  PersonBuilder builder(fnr(n));
  builder.named(last, {.registered = "2020-01-01"});
  return builder;
}

PersonBuilder merged(unsigned n, std::string_view last, const std::string& formerly) {
  PersonBuilder builder = person(n, last);
  builder.formerly(formerly);
  return builder;
}

void three_known(Town& town) {
  town.import(
      {person(1, "Hansen").record(), person(2, "Olsen").record(), person(3, "Berg").record()},
      "2024-01-01");
}

/// Live, with the two people it takes.
Link link_persons(Desk& desk, const IdentifierKey& loser, const IdentifierKey& survivor) {
  const Link proposed = desk.propose(loser, survivor);
  const auto link = desk.links().decide(proposed.number, true, actor("Arne"), "ja");
  REQUIRE(link.has_value());
  return *link;
}

} // namespace

TEST_CASE("what arrives while linked goes to the side whose number it names") {
  on_every_engine([](Town& town) {
    Desk desk(town);
    three_known(town);
    const Link link = link_persons(desk, first, second);
    const auto linked = town.newest();
    CHECK(town.import(person(1, "Hansen"), "2024-02-01") == WriteOutcome::unchanged);
    CHECK(town.import(person(1, "Lie"), "2024-02-02") == WriteOutcome::written);
    CHECK(town.import(person(2, "Dahl"), "2024-02-02") == WriteOutcome::written);
    const Texts events = town.events(linked + 1);
    CHECK(std::ranges::count(events, "PersonIsRestoredBySplitting") == 0);
    CHECK(desk.name(first) == Texts{"Dahl"});
    CHECK(desk.name(second) == Texts{"Dahl"});
    CHECK(desk.ceased(second) == Texts{one});
    CHECK(desk.name(first, recorded_as_of(linked)) == Texts{"Olsen"});
    const auto later = town.newest();
    desk.undo(link);
    CHECK(desk.name(first) == Texts{"Lie"});
    CHECK(desk.name(second) == Texts{"Dahl"});
    CHECK(desk.ceased(second).empty());
    CHECK(desk.name(first, recorded_as_of(later)) == Texts{"Dahl"});
  });
}

TEST_CASE("a number that the loser gets while linked is the survivor's to show") {
  on_every_engine([](Town& town) {
    Desk desk(town);
    three_known(town);
    PersonBuilder before(dnr(1), IdentifierType::dnr);
    before.named("Novak");
    town.import(before, "2024-01-01");
    const std::string d_number = dnr(1);
    const IdentifierKey temporary{IdentifierType::dnr, d_number, {}};
    const Link link = link_persons(desk, temporary, second);
    PersonBuilder after(fnr(4));
    after.formerly(d_number, IdentifierType::dnr).named("Novak");
    town.import(after, "2024-02-01");
    const std::string four = fnr(4);
    CHECK(desk.name({IdentifierType::fnr, four, {}}) == Texts{"Olsen"});
    Texts both{d_number, four};
    std::ranges::sort(both);
    CHECK(desk.ceased(second) == both);
    desk.undo(link);
    CHECK(desk.ceased(second).empty());
    CHECK(desk.name(temporary) == Texts{"Novak"});
  });
}

TEST_CASE("the source merges the same two: the link and the source agree, each can be taken back") {
  for (const bool undo_first : {true, false}) {
    CAPTURE(undo_first);
    on_every_engine([undo_first](Town& town) {
      Desk desk(town);
      three_known(town);
      const Link link = link_persons(desk, first, second);
      const auto linked = town.newest();
      town.import(merged(2, "Olsen", one), "2024-02-01");
      CHECK(desk.work(WorkKind::link_conflict).empty());
      CHECK(desk.name(first) == Texts{"Olsen"});
      CHECK(desk.ceased(second).empty()); // the source's own row says it
      CHECK(desk.ceased(second, recorded_as_of(linked)) == Texts{one});
      if (undo_first) {
        desk.undo(link);
        CHECK(desk.name(first) == Texts{"Olsen"}); // the source still says so
        town.import(person(1, "Hansen"), "2024-03-01");
        CHECK(desk.name(first) == Texts{"Hansen"});
        town.import(person(2, "Olsen"), "2024-03-01");
      } else {
        town.import(person(1, "Hansen"), "2024-03-01");
        town.import(person(2, "Olsen"), "2024-03-01");
        CHECK(desk.name(first) == Texts{"Olsen"}); // people still say so
        CHECK(desk.ceased(second) == Texts{one});
        const auto conflicts = desk.work(WorkKind::link_conflict);
        REQUIRE(conflicts.size() == 1);
        CHECK(conflicts[0].about == link.number);
        desk.undo(link);
        CHECK(desk.name(first) == Texts{"Hansen"});
      }
      CHECK(desk.name(second) == Texts{"Olsen"});
      CHECK(desk.name(first, recorded_as_of(linked)) == Texts{"Olsen"});
      CHECK(desk.ceased(second).empty());
    });
  }
}

TEST_CASE("the source merges the loser into a third person: it decides while it says so") {
  on_every_engine([](Town& town) {
    Desk desk(town);
    three_known(town);
    const std::string number = desk.issue("Ukjent");
    const Link below = desk.link(fhn(number), first);
    const Link link = link_persons(desk, first, second);
    Texts both{number, one};
    std::ranges::sort(both);
    CHECK(desk.ceased(second) == both);
    const auto linked = town.newest();
    town.import(merged(3, "Berg", one), "2024-02-01");
    CHECK(desk.name(first) == Texts{"Berg"});
    CHECK(desk.name(fhn(number)) == Texts{"Berg"});
    CHECK(desk.ceased(third) == Texts{number});
    CHECK(desk.ceased(second).empty());
    const auto conflicts = desk.work(WorkKind::link_conflict);
    REQUIRE(conflicts.size() == 1);
    CHECK(conflicts[0].about == link.number);
    CHECK(conflicts[0].persons.size() == 3);
    CHECK(desk.links().link(link.number)->state == LinkState::live);
    const auto overruled = town.newest();
    town.import(person(1, "Hansen"), "2024-03-01");
    town.import(person(3, "Berg"), "2024-03-01");
    CHECK(desk.name(first) == Texts{"Olsen"}); // the source let go: the link holds again
    CHECK(desk.ceased(second) == both);
    CHECK(desk.ceased(third).empty());
    CHECK(desk.name(first, recorded_as_of(linked)) == Texts{"Olsen"});
    CHECK(desk.name(first, recorded_as_of(overruled)) == Texts{"Berg"});
    CHECK(desk.name(fhn(number), recorded_as_of(overruled)) == Texts{"Berg"});
    desk.undo(link);
    CHECK(desk.name(first) == Texts{"Hansen"});
    CHECK(desk.name(fhn(number)) == Texts{"Hansen"});
    desk.undo(below);
    CHECK(desk.name(fhn(number)) == Texts{"Ukjent"});
  });
}

TEST_CASE("the source merges them the other way round: the link rests, and can be undone") {
  for (const bool undo_first : {true, false}) {
    CAPTURE(undo_first);
    on_every_engine([undo_first](Town& town) {
      Desk desk(town);
      three_known(town);
      const std::string number = desk.issue("Ukjent");
      desk.link(fhn(number), second);
      const Link link = link_persons(desk, first, second);
      town.import(merged(1, "Hansen", two), "2024-02-01");
      for (const IdentifierKey& key : {first, second, fhn(number)}) {
        CHECK(desk.name(key) == Texts{"Hansen"});
      }
      CHECK(desk.ceased(first) == Texts{number});
      CHECK(desk.work(WorkKind::link_conflict).empty());
      if (undo_first) desk.undo(link);
      town.import(person(2, "Olsen"), "2024-03-01");
      town.import(person(1, "Hansen"), "2024-03-01");
      CHECK(desk.name(second) == Texts{"Olsen"});
      CHECK(desk.name(fhn(number)) == Texts{"Olsen"});
      CHECK(desk.name(first) == Texts{undo_first ? "Hansen" : "Olsen"});
      if (!undo_first) desk.undo(link);
      CHECK(desk.name(first) == Texts{"Hansen"});
      CHECK(desk.ceased(second) == Texts{number});
      CHECK(desk.ceased(first).empty());
    });
  }
}

TEST_CASE("a number linked to somebody whom the source merges goes along, and comes back") {
  on_every_engine([](Town& town) {
    Desk desk(town);
    three_known(town);
    const std::string number = desk.issue("Ukjent");
    const Link link = desk.link(fhn(number), first);
    town.import(merged(2, "Olsen", one), "2024-02-01");
    CHECK(desk.name(fhn(number)) == Texts{"Olsen"});
    CHECK(desk.ceased(second) == Texts{number});
    town.import(person(1, "Hansen"), "2024-03-01");
    town.import(person(2, "Olsen"), "2024-03-01");
    CHECK(desk.name(fhn(number)) == Texts{"Hansen"});
    CHECK(desk.ceased(first) == Texts{number});
    CHECK(desk.ceased(second).empty());
    town.import(merged(2, "Olsen", one), "2024-04-01");
    desk.undo(link);
    CHECK(desk.name(fhn(number)) == Texts{"Ukjent"});
    CHECK(desk.ceased(second).empty());
  });
}

TEST_CASE("a linked person is not mistaken for one whom the source merged away") {
  Town town;
  Desk desk(town);
  three_known(town);
  // The first person changes number while linked; somebody else gets the old one as their own.
  link_persons(desk, first, second);
  PersonBuilder renumbered(fnr(5));
  renumbered.formerly(one).named("Hansen");
  town.import(renumbered, "2024-02-01");
  const std::string id = desk.id(second);
  CHECK(desk.id(first) == id);
  town.import(person(1, "Ny"), "2024-03-01");
  CHECK(desk.name(first) == Texts{"Ny"});
  CHECK(desk.id(first) != id);
  const std::string five = fnr(5);
  CHECK(desk.id({IdentifierType::fnr, five, {}}) == id);
  check_whole(town.registry());
}
