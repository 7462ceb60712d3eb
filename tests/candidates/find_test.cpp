// Candidates among persons of Folkeregisteret, as a caller would ask for them.
#include "registry/registry_impl.h"
#include "tests/candidates/crowd.h"

#include <algorithm>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;
using candidates::Description;
using candidates::Seeker;
using hjelpenummer::Gender;

namespace {

Somebody kari() {
  Somebody who;
  who.given = "Kari";
  who.family = "Bjørnstad";
  who.born = "1980-03-09";
  who.gender = Gender::female;
  who.street = "Øvre Storgate";
  who.house = "5";
  who.postcode = "0155";
  who.city = "OSLO";
  return who;
}

Description asking(std::string given, std::string family, std::string born) {
  Description wanted;
  wanted.given_name = std::move(given);
  wanted.family_name = std::move(family);
  wanted.birth_date = std::move(born);
  return wanted;
}

const Seeker with_basis{Access::legal_basis};
const Seeker without_basis{Access::no_legal_basis};

ErrorCode refusal_of(Town& town, const Description& wanted, std::size_t limit = 10) {
  const auto found = candidates::find_candidates(town.registry(), wanted, with_basis, limit);
  REQUIRE(!found.has_value());
  return found.error().code;
}

} // namespace

TEST_CASE("a person is found by name and birth date, however they are spelled") {
  on_every_engine([](Town& town) {
    town.import(person_of(1, kari()), "2024-01-01");
    const Texts id{town.id_of(fnr(1))};
    CHECK(told_of(find(town, asking("Kari", "Bjørnstad", "1980-03-09"))) ==
          Texts{"certain givenName:exact familyName:exact birthDate:exact"});
    CHECK(ids_of(find(town, asking("KARI", "BJOERNSTAD", "1980-03-09"))) == id);
    CHECK(ids_of(find(town, asking("Cari", "Bjornstad", "1980-03-09"))) == id);
    CHECK(ids_of(find(town, asking("Kari", "Bjørnstad", "1980-09-03"))) == id);
    CHECK(ids_of(find(town, asking("Kari", "Bjørnstad", "1981-03-09"))) == id);
    CHECK(ids_of(find(town, asking("Kari", "Bjørnstad", "1980"))) == id);
    CHECK(ids_of(find(town, asking("Krai", "Bjørnsatd", "1980-03-09"))) == id);
    CHECK(ids_of(find(town, asking("Bjørnstad", "Kari", "1980-03-09"))) == id);
    CHECK(find(town, asking("Per", "Hansen", "1980-03-09")).candidates.empty());
    CHECK(find(town, asking("Kari", "Bjørnstad", "1950-03-09")).candidates.empty());
  });
}

TEST_CASE("a birth date with an address finds somebody whose name nobody knows") {
  Town town;
  town.import(person_of(1, kari()), "2024-01-01");
  Description wanted = asking("", "", "1980-03-09");
  wanted.address = "Øvre Storgate 5, Oslo";
  CHECK(told_of(find(town, wanted)) == Texts{"possible birthDate:exact address:exact"});
}

TEST_CASE("a full name with an address finds somebody whose birth nobody knows") {
  Town town;
  town.import(person_of(1, kari()), "2024-01-01");
  Description wanted = asking("Kari", "Bjørnstad", "");
  wanted.address = "Øvre Storgate 5";
  CHECK(told_of(find(town, wanted)) ==
        Texts{"probable givenName:exact familyName:exact address:normalised"});
}

TEST_CASE("too little is refused") {
  Town town;
  CHECK(refusal_of(town, {}) == ErrorCode::invalid);
  CHECK(refusal_of(town, asking("Kari", "Bjørnstad", "")) == ErrorCode::invalid);
  CHECK(refusal_of(town, asking("", "", "1980-03-09")) == ErrorCode::invalid);
  CHECK(refusal_of(town, asking("-", " ' ", "1980-03-09")) == ErrorCode::invalid);
  Description wanted = asking("", "", "1980");
  wanted.address = "Lia 3";
  CHECK(refusal_of(town, wanted) == ErrorCode::invalid);
  wanted = asking("Kari", "", "");
  wanted.address = "Lia 3";
  CHECK(refusal_of(town, wanted) == ErrorCode::invalid);
  wanted = asking("Kari", "Vik", "");
  wanted.gender = Gender::female;
  wanted.organisation = "974760673";
  CHECK(refusal_of(town, wanted) == ErrorCode::invalid);
}

TEST_CASE("facts that break their rules are refused") {
  Town town;
  CHECK(refusal_of(town, asking("Kari", "Vik", "1980-02-30")) == ErrorCode::invalid);
  CHECK(refusal_of(town, asking("Kari", "Vik", "80")) == ErrorCode::invalid);
  CHECK(refusal_of(town, asking("Kari", "Vik", "1980-03-09T00")) == ErrorCode::invalid);
  CHECK(refusal_of(town, asking("Ka\nri", "Vik", "1980")) == ErrorCode::invalid);
  CHECK(refusal_of(town, asking(std::string(201, 'a'), "Vik", "1980")) == ErrorCode::invalid);
  CHECK(refusal_of(town, asking("Kari", "Vik", "1980"), 0) == ErrorCode::invalid);
  CHECK(refusal_of(town, asking("Kari", "Vik", "1980"), 11) == ErrorCode::invalid);
}

TEST_CASE("at most ten are shown, the best first, in the same order every time") {
  Town town;
  std::vector<SourceRecord> records;
  for (unsigned n = 0; n < 30; ++n) {
    Somebody who = kari();
    who.gender = n % 3 == 0 ? Gender::female : Gender::male;
    records.push_back(person_of(n, who).record());
  }
  town.import(std::move(records), "2024-01-01");
  Description wanted = asking("Kari", "Bjørnstad", "1980-03-09");
  wanted.gender = Gender::female;
  const auto found = find(town, wanted);
  REQUIRE(found.candidates.size() == 10);
  CHECK(std::ranges::all_of(found.candidates, [](const candidates::Candidate& candidate) {
    return candidate.grade == candidates::Grade::certain;
  }));
  const Texts ids = ids_of(found);
  CHECK(std::ranges::is_sorted(ids)); // equal ones by outside id
  CHECK(ids_of(find(town, wanted)) == ids);
  CHECK(find(town, wanted, with_basis, 3).candidates.size() == 3);
  CHECK(!found.is_cut_short);
}

TEST_CASE("who asks for a common name is told that more fit than were looked at") {
  Town town;
  std::vector<SourceRecord> records;
  for (unsigned n = 0; n < candidates::persons_read_max + 10; ++n) {
    records.push_back(person_of(n, kari()).record());
  }
  town.import(std::move(records), "2024-01-01");
  const auto found = find(town, asking("Kari", "Bjørnstad", "1980"));
  CHECK(found.is_cut_short);
  CHECK(found.work.persons == candidates::persons_read_max);
}

TEST_CASE("a former name finds, a withdrawn one does not") {
  on_every_engine([](Town& town) {
    Somebody who = kari();
    who.family = "Vik";
    who.former_families = {"Bjørnstad"};
    town.import(person_of(1, who), "2024-01-01");
    CHECK(told_of(find(town, asking("Kari", "Bjørnstad", "1980-03-09"))) ==
          Texts{"certain givenName:exact(former) familyName:exact(former) birthDate:exact"});
    who.former_families.clear();
    town.import(person_of(1, who), "2024-02-01");
    CHECK(told_of(find(town, asking("Kari", "Bjørnstad", "1980-03-09"))) ==
          Texts{"possible givenName:exact familyName:differs birthDate:exact"});
  });
}

TEST_CASE("who was merged leads to who carries on, for callers with legal basis") {
  on_every_engine([](Town& town) {
    Somebody duplicate = kari();
    duplicate.born = "1980-03-08";
    town.import(person_of(1, kari()), "2024-01-01");
    town.import(person_of(2, duplicate), "2024-01-01");
    CHECK(find(town, asking("Kari", "Bjørnstad", "1980-03-08")).candidates.size() == 2);
    town.import(person_of(1, kari()).formerly(fnr(2)), "2024-02-01");
    const auto found = find(town, asking("Kari", "Bjørnstad", "1980-03-08"));
    REQUIRE(found.candidates.size() == 1);
    CHECK(ids_of(found) == Texts{town.id_of(fnr(1))});
    CHECK(found.candidates[0].grade == candidates::Grade::certain);
    CHECK(found.candidates[0].through_predecessor);
    const auto open = find(town, asking("Kari", "Bjørnstad", "1980-03-08"), without_basis);
    REQUIRE(open.candidates.size() == 1);
    CHECK(!open.candidates[0].through_predecessor);
    CHECK(open.candidates[0].grade == candidates::Grade::probable);
    town.import(person_of(2, duplicate), "2024-03-01"); // parted again
    CHECK(find(town, asking("Kari", "Bjørnstad", "1980-03-08")).candidates.size() == 2);
  });
}

TEST_CASE("an address that the caller may not see takes no part") {
  // The twin of whoever hides is somebody with no address registered.
  struct Case {
    Grading address, protection;
    Seeker seeker;
  };
  const std::vector<Case> cases{
      {Grading::confidential, Grading::confidential, without_basis},
      {Grading::unclassified, Grading::confidential, without_basis},
      {Grading::client_address, Grading::unclassified, without_basis},
      {Grading::strictly_confidential, Grading::strictly_confidential, with_basis},
      {Grading::strictly_confidential, Grading::strictly_confidential, without_basis},
      {Grading::unclassified, Grading::strictly_confidential, with_basis},
      {Grading::strictly_confidential, Grading::unclassified, with_basis},
  };
  std::vector<Description> questions{asking("Kari", "Bjørnstad", "1980-03-09"),
                                     asking("", "", "1980-03-09"), asking("Kari", "Bjørnstad", ""),
                                     asking("Kari", "Bjørnstad", "1980")};
  for (Description& question : questions) {
    question.address = "Øvre Storgate 5, 0155 Oslo";
  }
  for (const Case& one : cases) {
    CAPTURE(static_cast<int>(one.address));
    CAPTURE(static_cast<int>(one.protection));
    Somebody hides = kari();
    hides.address = one.address;
    hides.protection = one.protection;
    Somebody twin = kari();
    twin.street.clear();
    Town hiding;
    Town plain;
    Somebody neighbour = kari(); // shows that an open address does count
    neighbour.born = "1980-03-10";
    for (auto& [town, who] : {std::pair{&hiding, &hides}, std::pair{&plain, &twin}}) {
      town->import({person_of(1, *who).record(), person_of(2, neighbour).record()}, "2024-01-01");
    }
    for (const Description& question : questions) {
      const auto found = find(hiding, question, one.seeker);
      const auto expected = find(plain, question, one.seeker);
      CHECK(told_of(found) == told_of(expected));
      CHECK(found.work == expected.work);
      CHECK(found.is_cut_short == expected.is_cut_short);
    }
  }
}

TEST_CASE("an address that the caller may see counts") {
  Town town;
  Somebody hides = kari();
  hides.address = Grading::confidential;
  hides.protection = Grading::confidential;
  town.import(person_of(1, hides), "2024-01-01");
  Description wanted = asking("Kari", "Bjørnstad", "1980-03-09");
  wanted.address = "Øvre Storgate 5, 0155 Oslo";
  CHECK(told_of(find(town, wanted, with_basis)) ==
        Texts{"certain givenName:exact familyName:exact birthDate:exact address:exact"});
  CHECK(told_of(find(town, wanted, without_basis)) ==
        Texts{"certain givenName:exact familyName:exact birthDate:exact"});
}

TEST_CASE("while places are withheld since a restore no address counts") {
  Town town;
  town.import(person_of(1, kari()), "2024-01-01");
  Description wanted = asking("Kari", "Bjørnstad", "1980-03-09");
  const Texts without = told_of(find(town, wanted));
  wanted.address = "Øvre Storgate 5, 0155 Oslo";
  CHECK(told_of(find(town, wanted)) != without);
  town.registry().impl().places_withheld.store(true);
  CHECK(told_of(find(town, wanted)) == without);
  CHECK(find(town, wanted).work.addresses == 0);
}
