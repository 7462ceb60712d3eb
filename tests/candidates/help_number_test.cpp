// Candidates that are known by a hjelpenummer.
#include "tests/candidates/ward.h"

using namespace grunndata::registry;
using namespace grunndata::registry::stories;
using candidates::Description;
using candidates::HelpNumbersSeen;
using candidates::Seeker;
using hjelpenummer::CancelReason;
using hjelpenummer::Facts;

namespace {

const Seeker with_basis{Access::legal_basis};
const Seeker without_basis{Access::no_legal_basis};
const std::string ward_unit(hospital);
const Seeker issuer{Access::legal_basis, HelpNumbersSeen::own, ward_unit};
const Seeker linker{Access::legal_basis, HelpNumbersSeen::all};
const Seeker issuer_without_basis{Access::no_legal_basis, HelpNumbersSeen::own, ward_unit};

Facts ola() {
  Facts facts;
  facts.given_name = "Ola";
  facts.family_name = "Ukjent";
  facts.birth_date = "1980-03-09";
  facts.gender = hjelpenummer::Gender::male;
  facts.address = "Lia 3, Bergen";
  return facts;
}

Description asking_for_ola() {
  Description wanted;
  wanted.given_name = "Ola";
  wanted.family_name = "Ukjent";
  wanted.birth_date = "1980-03-09";
  return wanted;
}

} // namespace

TEST_CASE("who has a hjelpenummer is found as anybody else, by those who may know") {
  for (const Engine engine : {Engine::memory, Engine::disk}) {
    Ward ward(engine);
    const auto number = ward.issue(ola());
    for (const Seeker& seeker : {with_basis, issuer, linker, issuer_without_basis}) {
      const auto found = find(ward.town, asking_for_ola(), seeker);
      REQUIRE(found.candidates.size() == 1);
      REQUIRE(found.candidates[0].number.has_value());
      CHECK(found.candidates[0].number->number == number.number);
      CHECK(found.candidates[0].entity == *number.entity);
      CHECK(told_of(found) == Texts{"certain givenName:exact familyName:exact birthDate:exact"});
    }
    const auto nobody = find(ward.town, asking_for_ola(), without_basis);
    CHECK(nobody.candidates.empty());
    CHECK(nobody.work == candidates::CandidateWork{}); // not even looked at
    check_whole(ward.town.registry());
  }
}

TEST_CASE("address and organisation of a hjelpenummer are for those who work with them") {
  Ward ward;
  ward.issue(ola());
  Description wanted = asking_for_ola();
  wanted.address = "Lia 3";
  wanted.organisation = hospital;
  const Seeker elsewhere{Access::legal_basis, HelpNumbersSeen::own, "991825827"};
  for (const Seeker& seeker : {issuer, linker}) {
    CHECK(told_of(find(ward.town, wanted, seeker)) ==
          Texts{"certain givenName:exact familyName:exact birthDate:exact address:normalised "
                "organisation:exact"});
  }
  CHECK(told_of(find(ward.town, wanted, elsewhere)) ==
        Texts{"certain givenName:exact familyName:exact birthDate:exact"});
  CHECK(told_of(find(ward.town, wanted, with_basis)) ==
        Texts{"certain givenName:exact familyName:exact birthDate:exact"});
  CHECK(find(ward.town, wanted, with_basis).work.addresses == 0);
}

TEST_CASE("facts told later are found, what was told before as a former name") {
  Ward ward;
  const auto number = ward.issue(ola());
  hjelpenummer::FactItem item;
  item.told = now();
  item.by = Ward::nurse();
  item.reason = "pårørende ringte";
  item.facts.given_name = "Olav";
  item.facts.birth_date = "1981-03-09";
  REQUIRE(ward.numbers->update(number.identifier(), item).has_value());
  Description wanted = asking_for_ola();
  wanted.given_name = "Olav";
  wanted.birth_date = "1981-03-09";
  CHECK(told_of(find(ward.town, wanted)) ==
        Texts{"certain givenName:exact familyName:exact birthDate:exact"});
  CHECK(told_of(find(ward.town, asking_for_ola())) ==
        Texts{"probable givenName:exact(former) familyName:exact(former) birthDate:similar"});
  check_whole(ward.town.registry());
}

TEST_CASE("only a year, or no birth at all, is found by both names") {
  Ward ward;
  Facts year = ola();
  year.birth_date = "1980";
  Facts none = ola();
  none.birth_date.clear();
  ward.issue(year);
  ward.issue(none);
  CHECK(told_of(find(ward.town, asking_for_ola())) ==
        Texts{"possible givenName:exact familyName:exact birthDate:partly",
              "possible givenName:exact familyName:exact"});
}

TEST_CASE("a number that is cancelled or erased is no candidate, and erased leaves no key") {
  Ward ward;
  const auto cancelled = ward.issue(ola());
  const auto erased = ward.issue(ola());
  CHECK(find(ward.town, asking_for_ola()).candidates.size() == 2);
  REQUIRE(ward.numbers
              ->cancel(cancelled.identifier(), CancelReason::issued_by_mistake, Ward::nurse(),
                       "tastefeil")
              .has_value());
  REQUIRE(ward.numbers->erase(erased.identifier(), Ward::nurse()).has_value());
  CHECK(find(ward.town, asking_for_ola()).candidates.empty());
  const auto cursor = ward.town.registry().store().scan(store::Family::search);
  for (cursor->seek(""); cursor->valid(); cursor->next()) {
    CHECK(cursor->key().find(erased.entity->view()) == std::string_view::npos);
  }
  check_whole(ward.town.registry());
}

TEST_CASE("without legal basis another unit's hjelpenumre cannot be told from nobody") {
  Ward ward;
  Ward empty;
  ward.issue(ola());
  Description wanted = asking_for_ola();
  wanted.address = "Lia 3";
  const Seeker elsewhere{Access::no_legal_basis, HelpNumbersSeen::own, "991825827"};
  const Seeker of_no_unit{Access::no_legal_basis, HelpNumbersSeen::own, ""};
  for (const Seeker& seeker : {elsewhere, of_no_unit}) {
    const auto found = find(ward.town, wanted, seeker);
    const auto expected = find(empty.town, wanted, seeker);
    CHECK(found.candidates.empty());
    CHECK(found.is_cut_short == expected.is_cut_short);
    CHECK(found.work.persons == expected.work.persons);
    CHECK(found.work.addresses == expected.work.addresses);
  }
}

TEST_CASE("an address that nothing was agreed about takes no part") {
  Ward ward;
  Somebody kari;
  kari.given = "Kari";
  kari.family = "Vik";
  kari.born = "1980-03-09";
  kari.street = "Lia";
  kari.house = "3";
  ward.town.import(person_of(1, kari), "2024-01-01");
  Description wanted;
  wanted.given_name = "Kari";
  wanted.family_name = "Vik";
  wanted.birth_date = "1980-03-09";
  wanted.address = "Lia 3";
  Seeker seeker{Access::legal_basis};
  const Texts plain{"certain givenName:exact familyName:exact birthDate:exact"};
  CHECK(told_of(find(ward.town, wanted, seeker)) == Texts{plain[0] + " address:normalised"});
  seeker.parts.reset(static_cast<std::size_t>(PersonPart::residential_address));
  const auto found = find(ward.town, wanted, seeker);
  CHECK(told_of(found) == plain);
  CHECK(found.work.addresses == 0);
}
