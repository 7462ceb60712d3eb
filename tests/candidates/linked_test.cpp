// Candidates among people who were linked or merged: what was said of them finds who carries on.
#include "registry/check.h"
#include "tests/candidates/crowd.h"
#include "tests/links/desk.h"

using namespace grunndata::registry;
using namespace grunndata::registry::stories;
using candidates::Description;
using candidates::HelpNumbersSeen;
using candidates::Seeker;

namespace {

const std::string one = fnr(1);
const std::string two = fnr(2);
const IdentifierKey known{IdentifierType::fnr, one, {}};
const IdentifierKey hiding{IdentifierType::fnr, two, {}};

Somebody kari() {
  Somebody who;
  who.given = "Kari";
  who.family = "Hansen";
  who.born = "1980-03-09";
  who.street = "Lia";
  who.house = "3";
  return who;
}

hjelpenummer::Facts unknown_woman() {
  hjelpenummer::Facts facts;
  facts.given_name = "Mona";
  facts.birth_date = "1979-01-02";
  facts.address = "Storgata 7";
  return facts;
}

Description asking_for_mona() {
  Description wanted;
  wanted.given_name = "Mona";
  wanted.family_name = "Ukjent";
  wanted.birth_date = "1979-01-02";
  return wanted;
}

Description asking_for_kari() {
  Description wanted;
  wanted.given_name = "Kari";
  wanted.family_name = "Hansen";
  wanted.birth_date = "1980-03-09";
  wanted.address = "Lia 3";
  return wanted;
}

const Seeker linker{Access::legal_basis, HelpNumbersSeen::all};
const Seeker linker_without_basis{Access::no_legal_basis, HelpNumbersSeen::all};

} // namespace

TEST_CASE("the facts of a linked hjelpenummer find the person, and the number again once parted") {
  on_every_engine([](Town& town) {
    Desk desk(town);
    town.import(person_of(1, kari()), "2024-01-01");
    const std::string number = desk.issue("Ukjent", unknown_woman());
    const auto alone = find(town, asking_for_mona(), linker);
    REQUIRE(alone.candidates.size() == 1);
    REQUIRE(alone.candidates[0].number.has_value());
    CHECK(alone.candidates[0].number->number == number);

    const Link link = desk.link(fhn(number), known);
    const auto linked = find(town, asking_for_mona(), linker);
    REQUIRE(linked.candidates.size() == 1);
    CHECK(ids_of(linked) == Texts{town.id_of(fnr(1))});
    CHECK(linked.candidates[0].through_predecessor);
    CHECK_FALSE(linked.candidates[0].number.has_value());
    CHECK(find(town, asking_for_mona(), linker_without_basis).candidates.empty());
    CHECK(ids_of(find(town, asking_for_kari(), linker)) == Texts{town.id_of(fnr(1))});
    check_whole(town.registry());

    desk.undo(link);
    CHECK(ids_of(find(town, asking_for_mona(), linker)) == ids_of(alone));
    CHECK(told_of(find(town, asking_for_mona(), linker)) == told_of(alone));
    check_whole(town.registry());
  });
}

TEST_CASE("what arrives while they are linked is found on its own side after they are parted") {
  Town town;
  Desk desk(town);
  town.import(person_of(1, kari()), "2024-01-01");
  const std::string number = desk.issue("Ukjent", unknown_woman());
  const Link link = desk.link(fhn(number), known);
  Somebody married = kari();
  married.family = "Dahl";
  married.former_families = {"Hansen"};
  town.import(person_of(1, married), "2024-02-01");
  desk.undo(link);
  Description wanted = asking_for_kari();
  wanted.family_name = "Dahl";
  CHECK(ids_of(find(town, wanted, linker)) == Texts{town.id_of(fnr(1))});
  CHECK(find(town, asking_for_mona(), linker).candidates.size() == 1);
  check_whole(town.registry());
}

TEST_CASE("whoever is linked with somebody who hides has no address to be found by") {
  Somebody hides = kari();
  hides.given = "Berit";
  hides.protection = Grading::confidential;
  const Seeker without_basis{Access::no_legal_basis};
  const Texts no_address{"certain givenName:exact familyName:exact birthDate:exact"};
  Town town;
  Desk desk(town);
  town.import(person_of(1, kari()), "2024-01-01");
  town.import(person_of(2, hides), "2024-01-01");
  CHECK(told_of(find(town, asking_for_kari(), without_basis))[0] ==
        no_address[0] + " address:normalised");
  const Link proposed = desk.propose(hiding, known);
  REQUIRE(desk.links().decide(proposed.number, true, actor("Rita"), "samme menneske").has_value());
  CHECK(told_of(find(town, asking_for_kari(), without_basis)) == no_address);
  CHECK(told_of(find(town, asking_for_kari(), {Access::legal_basis}))[0] ==
        no_address[0] + " address:normalised");
  desk.undo(desk.links().link(proposed.number).value()); // the protection stays on both
  CHECK(told_of(find(town, asking_for_kari(), without_basis))[0] == no_address[0]);
  check_whole(town.registry());
}
