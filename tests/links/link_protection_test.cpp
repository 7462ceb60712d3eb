// The strictest protection of all who are linked holds for each of them, and stays.
#include "registry/person_protection.h"
#include "tests/links/desk.h"

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

constexpr std::string_view planted = "Plantestubben 66";
const std::string one = fnr(1);
const std::string two = fnr(2);
const IdentifierKey first{IdentifierType::fnr, one, {}};
const IdentifierKey second{IdentifierType::fnr, two, {}};

PersonBuilder person(unsigned n, std::string_view last) {
  PersonBuilder builder(fnr(n));
  builder.named(last, {.registered = "2020-01-01"});
  return builder;
}

PersonBuilder at_home(unsigned n) {
  PersonBuilder builder = person(n, "Hansen");
  builder.lives_at(planted, {.from = "2015-01-01"});
  return builder;
}

PersonBuilder hiding(unsigned n, Grading grading) {
  PersonBuilder builder = person(n, "Olsen");
  builder.protection(grading).has(PersonPart::address_protection, R"("level":"protected")",
                                  {.grading = grading});
  return builder;
}

Link link_two(Desk& desk, const IdentifierKey& loser, const IdentifierKey& survivor) {
  const Link proposed = desk.propose(loser, survivor);
  const auto link = desk.links().decide(proposed.number, true, actor("Arne"), "ja");
  REQUIRE(link.has_value());
  return *link;
}

Texts streets(Town& town, const IdentifierKey& key, const Ask& ask = {}) {
  return values_of(town.view(key, ask), "street");
}

} // namespace

TEST_CASE("a protected person is linked by two people, and both are protected from then on") {
  for (const Grading grading : {Grading::confidential, Grading::strictly_confidential}) {
    on_every_engine([grading](Town& town) {
      Desk desk(town);
      town.import({at_home(1).record(), hiding(2, grading).record()}, "2024-01-01");
      hjelpenummer::Facts facts;
      facts.place_found = planted;
      facts.note = planted;
      const std::string number = desk.issue("Ukjent", facts);
      // The one who hides is the loser, the one whose address is known carries on.
      const Link link = link_two(desk, second, first);
      CHECK(streets(town, first, openly()).empty());
      CHECK(streets(town, second, openly()).empty());
      CHECK(streets(town, first).empty() == (grading == Grading::strictly_confidential));
      const Link other = link_two(desk, fhn(number), first);
      if (grading == Grading::strictly_confidential) CHECK(town.holds_no(planted));
      desk.undo(link);
      CHECK(streets(town, first, openly()).empty());
      const auto reviews = desk.work(WorkKind::protection_review);
      REQUIRE(reviews.size() == 1);
      CHECK(reviews[0].about == link.number);
      CHECK(reviews[0].persons.size() == 2); // the survivor and the hjelpenummer
      REQUIRE(release_protection(town.registry(), desk.id(first)).has_value());
      CHECK(streets(town, first, openly()).empty() ==
            (grading == Grading::strictly_confidential)); // what is purged stays so
      desk.undo(other);
      if (grading == Grading::strictly_confidential) CHECK(town.holds_no(planted));
    });
  }
}

TEST_CASE("who comes to hide while linked takes everybody along, up and down the chain") {
  on_every_engine([](Town& town) {
    Desk desk(town);
    town.import({at_home(1).record(), person(2, "Olsen").record()}, "2024-01-01");
    const std::string number = desk.issue("Ukjent");
    desk.link(fhn(number), second);
    const Link link = link_two(desk, second, first);
    CHECK(streets(town, second, openly()) == Texts{std::string(planted)});
    town.import(hiding(2, Grading::confidential), "2024-02-01");
    CHECK(streets(town, second, openly()).empty());
    CHECK(streets(town, first, openly()).empty());
    // The survivor's own newer record lifts nothing while they are linked.
    PersonBuilder later = at_home(1);
    later.is("Resident");
    town.import(later, "2024-03-01");
    CHECK(streets(town, first, openly()).empty());
    desk.undo(link);
    CHECK(streets(town, first, openly()).empty());
    REQUIRE(release_protection(town.registry(), desk.id(first)).has_value());
    CHECK(streets(town, first, openly()) == Texts{std::string(planted)});
  });
}

TEST_CASE("what the survivor's own record takes back still holds because of the other") {
  Town town;
  Desk desk(town);
  PersonBuilder both = at_home(1);
  both.protection(Grading::confidential);
  town.import({both.record(), hiding(2, Grading::confidential).record()}, "2024-01-01");
  link_two(desk, second, first);
  town.import(at_home(1), "2024-02-01");
  CHECK(streets(town, first, openly()).empty());
  town.import(person(2, "Olsen"), "2024-02-01");
  town.import(at_home(1), "2024-03-01");
  CHECK(streets(town, first, openly()).empty()); // until a human decides
  REQUIRE(release_protection(town.registry(), desk.id(first)).has_value());
  CHECK(streets(town, first, openly()) == Texts{std::string(planted)});
  check_whole(town.registry());
}

TEST_CASE("callers without legal basis learn of a link, and not of who hides") {
  Town town;
  Desk desk(town);
  town.import({at_home(1).record(), hiding(2, Grading::confidential).record()}, "2024-01-01");
  const auto before = town.newest();
  link_two(desk, second, first);
  for (const std::string& event : town.events(before + 1, Access::no_legal_basis)) {
    CHECK(event != "ChangeInAddressProtection");
  }
}
