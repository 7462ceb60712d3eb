// What callers without legal basis see of persons who hide by more than their own record: through a
// merge, a relative, or a grading that came later.
#include "registry/person_protection.h"
#include "registry/place_fields.h"
#include "tests/registry/town.h"

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

using enum PersonPart;

constexpr std::string_view planted = "Plantestubben 66";
constexpr std::string_view elsewhere = "Andrestubben 7";

std::string street(std::string_view name) { return R"("addressName":")" + std::string(name) + '"'; }

/// A row says how it is graded, as the contract has it.
std::string graded_street(std::string_view name) {
  return street(name) + R"(,"addressConfidentiality":"ClientAddress")";
}
RowFacts graded_from(std::string from) {
  RowFacts facts;
  facts.from = std::move(from);
  facts.grading = Grading::client_address;
  return facts;
}

PersonBuilder plain(const std::string& number) {
  PersonBuilder person(number);
  person.named("Hansen", {.registered = "2020-01-01"});
  return person;
}

PersonBuilder protected_as(const std::string& number, Grading grading) {
  PersonBuilder person = plain(number);
  person.protection(grading);
  return person;
}

/// As the importer maps an open person: rows with the places in them.
PersonBuilder with_places(const std::string& number) {
  PersonBuilder person = plain(number);
  person.has(birth, R"("birthYear":"1980","birthPlace":"Barnebyen","birthCountry":"NOR")")
      .has(marital_status, R"("status":"Married","place":"Bryllupsbyen")",
           {.open = R"("status":"Married","place":"Bryllupsbyen")"})
      .has(guardianship_or_future_power_of_attorney,
           R"("guardianshipType":"Adult","office":"Fylket","guardian":{"name":"Verge"})");
  return person;
}

PersonBuilder child(const std::string& number, const std::string& mother) {
  PersonBuilder person = plain(number);
  person.has(shared_residence, street(planted), {.from = "2016-01-01"})
      .has(residential_address, street(elsewhere), {.from = "2015-01-01"})
      .related(RelationType::mother, mother);
  return person;
}

const Ask shared_home = only({shared_residence});
const Ask openly_shared_home = only({shared_residence}, openly());

std::string without(PersonPart part, std::string_view object, Naming naming = Naming::contract) {
  std::string left;
  append_without_places(part, object, naming, left);
  return left;
}

} // namespace

TEST_CASE("fields that tell a place are left out, others stay as they are spelled") {
  CHECK(without(birth, R"({"isValid":true,"birthDate":null,"birthPlace":"a","birthYear":"1"})") ==
        R"({"isValid":true,"birthDate":null,"birthYear":"1"})");
  CHECK(without(birth, R"({"birthPlace":"a\",\"birthYear\":\"2"})") == "{}");
  CHECK(without(guardianship_or_future_power_of_attorney,
                R"({"office":{"a":[1,{"b":"}"}]},"guardian":{"x":["]",{}],"office":"y"}})") ==
        R"({"guardian":{"x":["]",{}],"office":"y"}})");
  CHECK(without(birth, R"({"erGjeldende":true,"foedested":"a","foedselsaar":"1"})",
                Naming::folkeregisteret) == R"({"erGjeldende":true,"foedselsaar":"1"})");
  CHECK(without(birth, R"({"unknown":"a","birthYe\u0061r":"1"})") == "{}");
  for (const std::string_view none : {"{}", "", "[]", "null", R"({"birthYear)"}) {
    CHECK(without(birth, none) == "{}");
  }
}

TEST_CASE("who is protected through a merge keeps what tells no place, on both sides") {
  for (const Grading grading : {Grading::confidential, Grading::strictly_confidential}) {
    for (const bool open_one_survives : {true, false}) {
      on_every_engine([=](Town& town) {
        const auto hides = [grading](const std::string& number) {
          return protected_as(number, grading);
        };
        const bool strict = grading == Grading::strictly_confidential;
        PersonBuilder survivor = open_one_survives ? with_places(fnr(2)) : hides(fnr(2));
        PersonBuilder loser = open_one_survives ? hides(fnr(1)) : with_places(fnr(1));
        town.import({loser.record(), survivor.record()}, "2024-01-01");
        const auto before = town.newest();
        survivor.formerly(fnr(1));
        town.import(survivor, "2024-02-01");
        const std::string number = open_one_survives ? fnr(2) : fnr(1);
        for (const Ask& ask : {Ask{}, recorded_as_of(before)}) {
          if (!open_one_survives && !ask.recorded_as_of) continue; // is the survivor now
          Ask open = ask;
          open.access = Access::no_legal_basis;
          CHECK(town.told(number, "birthYear", open) == Texts{"1980"});
          CHECK(town.told(number, "birthCountry", open) == Texts{"NOR"});
          CHECK(town.told(number, "guardianshipType", open) == Texts{"Adult"});
          CHECK(town.told(number, "name", only({guardianship_or_future_power_of_attorney}, open)) ==
                Texts{"Verge"});
          for (const char* place : {"birthPlace", "place", "office"}) {
            CHECK(town.told(number, place, open).empty());
            CHECK(town.told(number, place, on_v1(open)).empty());
            CHECK(town.told(number, place, ask).empty() == strict);
          }
          CHECK(town.told(number, "birthYear", ask) == Texts{"1980"});
        }
        for (const char* place : {"Barnebyen", "Bryllupsbyen", "Fylket"}) {
          CHECK(town.holds_no(place) == strict);
        }
        // Parted again, the one who comes back brings no place along.
        town.import({with_places(fnr(open_one_survives ? 2 : 1)).record(),
                     hides(fnr(open_one_survives ? 1 : 2)).record()},
                    "2024-03-01");
        CHECK(town.told(number, "birthPlace", openly()).empty());
        CHECK(town.told(number, "birthPlace").empty() == strict);
        CHECK(town.holds_no("Barnebyen") == strict);
      });
    }
  }
}

TEST_CASE("an address that is graded later was never open, but for what stayed open") {
  on_every_engine([](Town& town) {
    PersonBuilder before = plain(fnr(1)), after = plain(fnr(1));
    for (PersonBuilder* person : {&before, &after}) {
      person->has(present_address, street(elsewhere), {.from = "2016-01-01"});
    }
    before.has(residential_address, street(planted), {.from = "2015-01-01"});
    after.has(residential_address, graded_street(planted), graded_from("2015-01-01"));
    town.import(before, "2024-01-01");
    const auto then = town.newest();
    town.import(after, "2024-02-01");
    CHECK(town.told(fnr(1), "addressName", recorded_as_of(then, openly())) ==
          Texts{std::string(elsewhere)});
    CHECK(town.told(fnr(1), "addressName", recorded_as_of(then)) ==
          Texts{std::string(planted), std::string(elsewhere)});
    CHECK(town.events(then + 1, Access::no_legal_basis) == Texts{"ChangeInPerson"});
    // The grading ends: it is open from now on, and what was hidden then stays so.
    town.import(before, "2024-03-01");
    CHECK(town.told(fnr(1), "addressName", openly()).size() == 2);
    CHECK(town.told(fnr(1), "addressName", recorded_as_of(then, openly())) ==
          Texts{std::string(elsewhere)});
  });
}

TEST_CASE("an address of before is judged by its date, else by its home, else as the same") {
  struct Past {
    std::string body;
    std::string from;
    bool is_told;
  };
  for (const Past& past :
       {Past{street(planted), "2015-01-01", false}, Past{street(elsewhere), "2015-01-01", false},
        Past{street(planted), "2010-01-01", false}, Past{street(planted), "", false},
        Past{R"("postbox":"1")", "2010-01-01", false}, Past{street(elsewhere), "2010-01-01", true},
        Past{street(elsewhere), "", true}}) {
    on_every_engine([&past](Town& town) {
      PersonBuilder before = plain(fnr(1)), between = plain(fnr(1)), after = plain(fnr(1));
      before.has(residential_address, past.body, {.from = past.from});
      between.has(residential_address, past.body, {.from = past.from, .registered = "2024-01-31"});
      after.has(residential_address, graded_street(planted), graded_from("2015-01-01"));
      town.import(before, "2024-01-01");
      const auto first = town.newest();
      town.import(between, "2024-02-01");
      const auto second = town.newest();
      town.import(after, "2024-03-01");
      const Ask addresses = only({residential_address}, openly());
      for (const auto then : {first, second}) {
        CHECK((town.view(fnr(1), recorded_as_of(then, addresses)).find("[]") ==
               std::string::npos) == past.is_told);
      }
    });
  }
}

TEST_CASE("an address whose past the source still gives openly stays open in the past") {
  on_every_engine([](Town& town) {
    PersonBuilder before = plain(fnr(1)), after = plain(fnr(1));
    before.has(residential_address, street(planted), {.from = "2010-01-01"});
    after.has(residential_address, graded_street(planted), graded_from("2015-01-01"))
        .has(residential_address, street(planted), superseded("2010-01-01"));
    town.import(before, "2024-01-01");
    const auto then = town.newest();
    town.import(after, "2024-02-01");
    CHECK(town.told(fnr(1), "addressName", with_history(openly())) == Texts{std::string(planted)});
    CHECK(town.told(fnr(1), "addressName", recorded_as_of(then, openly())) ==
          Texts{std::string(planted)});
  });
}

TEST_CASE("a shared residence with a confidential parent is not told, whoever is read first") {
  for (const int order : {0, 1, 2, 3}) { // 3: in one commit, the child first
    CAPTURE(order);
    on_every_engine([order](Town& town) {
      const SourceRecord of_child = child(fnr(2), fnr(1)).record();
      const SourceRecord hides = protected_as(fnr(1), Grading::confidential).record();
      std::uint64_t newest = 0;
      if (order == 0) {
        town.import({hides}, "2024-01-01");
        town.import({of_child}, "2024-02-01");
      } else if (order == 3) {
        town.import({of_child, hides}, "2024-02-01");
      } else {
        if (order == 2) town.import(plain(fnr(1)), "2024-01-01");
        town.import({of_child}, "2024-01-02");
        CHECK(town.told(fnr(2), "addressName", openly_shared_home).size() == 1);
        newest = town.newest();
        town.import({hides}, "2024-02-01");
        const auto told = town.events(newest + 1, Access::no_legal_basis);
        CHECK(told.back() == "ChangeInPerson");
        CHECK(town.sequence_of(fnr(2), Access::no_legal_basis) == newest); // as of the twin
      }
      const auto then = newest != 0 ? newest : town.newest();
      for (const Ask& ask : {openly_shared_home, with_history(openly_shared_home),
                             recorded_as_of(then, openly_shared_home)}) {
        CHECK(town.told(fnr(2), "addressName", ask).empty());
      }
      CHECK(town.told(fnr(2), "addressName", shared_home) == Texts{std::string(planted)});
      CHECK(town.told(fnr(2), "addressName", only({residential_address}, openly())) ==
            Texts{std::string(elsewhere)}); // never another person's own address
      // The same again changes nothing.
      const auto settled = town.newest();
      CHECK(town.import({of_child}, "2024-03-01").unchanged == 1);
      CHECK(town.newest() == settled);
      // When the parent does not hide any more, it is told again.
      town.import(plain(fnr(1)), "2024-04-01");
      CHECK(town.told(fnr(2), "addressName", openly_shared_home) == Texts{std::string(planted)});
      CHECK(town.events(settled + 1, Access::no_legal_basis).back() == "ChangeInSharedResidence");
    });
  }
}

TEST_CASE("a parent's protection through a merge hides the shared residence until it is released") {
  on_every_engine([](Town& town) {
    town.import({protected_as(fnr(3), Grading::confidential).record(), plain(fnr(1)).record(),
                 child(fnr(2), fnr(1)).record()},
                "2024-01-01");
    CHECK(town.told(fnr(2), "addressName", openly_shared_home).size() == 1);
    PersonBuilder mother = plain(fnr(1));
    mother.formerly(fnr(3));
    town.import(mother, "2024-02-01");
    CHECK(town.told(fnr(2), "addressName", openly_shared_home).empty());
    REQUIRE(release_protection(town.registry(), town.id_of(fnr(1))).has_value());
    // The one who was merged into her stays confidential, and has the number no more.
    CHECK(town.told(fnr(2), "addressName", openly_shared_home) == Texts{std::string(planted)});
  });
}
