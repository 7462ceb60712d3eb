// Persons who were one, or turn out to be: the strictest protection holds for each of them.
#include "registry/person_protection.h"
#include "tests/registry/town.h"

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

using enum PersonPart;

constexpr std::string_view planted = "Plantestubben 66";

PersonBuilder plain(const std::string& number) {
  PersonBuilder person(number);
  person.named("Hansen", {.registered = "2020-01-01"});
  return person;
}

PersonBuilder protected_as(const std::string& number, Grading grading) {
  PersonBuilder person = plain(number);
  person.protection(grading).has(address_protection, R"("level":"protected")",
                                 {.grading = grading});
  return person;
}

PersonBuilder at_home(const std::string& number) {
  PersonBuilder person = plain(number);
  person.lives_at(planted, {.from = "2015-01-01"});
  return person;
}

} // namespace

TEST_CASE("who carries on somebody protected is protected as they were") {
  for (const Grading grading : {Grading::confidential, Grading::strictly_confidential}) {
    on_every_engine([grading](Town& town) {
      PersonBuilder survivor = at_home(fnr(2));
      town.import({protected_as(fnr(1), grading).record(), survivor.record()}, "2024-01-01");
      CHECK(town.told(fnr(2), "street", openly()) == Texts{std::string(planted)});
      survivor.formerly(fnr(1));
      town.import(survivor, "2024-02-01");
      for (const std::string& number : {fnr(1), fnr(2)}) {
        CHECK(town.told(number, "street", openly()).empty());
        CHECK(town.told(number, "street", with_history(openly())).empty());
        CHECK(town.told(number, "street").empty() == (grading == Grading::strictly_confidential));
      }
      if (grading == Grading::strictly_confidential) CHECK(town.holds_no(planted));
      // A newer record that knows nothing of it lifts nothing.
      PersonBuilder later = survivor;
      later.named("Olsen");
      town.import(later, "2024-03-01");
      CHECK(town.told(fnr(2), "street", openly()).empty());
      CHECK(town.import(later, "2024-04-01") == WriteOutcome::unchanged);
    });
  }
}

TEST_CASE("once the survivor's own record has said as much, it decides") {
  on_every_engine([](Town& town) {
    town.import({protected_as(fnr(1), Grading::confidential).record(), plain(fnr(2)).record()},
                "2024-01-01");
    PersonBuilder survivor = at_home(fnr(2));
    survivor.formerly(fnr(1));
    town.import(survivor, "2024-02-01");
    CHECK(town.told(fnr(2), "street", openly()).empty());
    PersonBuilder said = protected_as(fnr(2), Grading::confidential);
    said.formerly(fnr(1));
    town.import(said, "2024-03-01");
    town.import(survivor, "2024-04-01");
    CHECK(town.told(fnr(2), "street", openly()) == Texts{std::string(planted)});
  });
}

TEST_CASE("two who are parted again stay protected until a human decides") {
  on_every_engine([](Town& town) {
    PersonBuilder loser = at_home(fnr(1));
    PersonBuilder survivor = protected_as(fnr(2), Grading::confidential);
    town.import({loser.record(), survivor.record()}, "2024-01-01");
    PersonBuilder merged = protected_as(fnr(2), Grading::confidential);
    merged.formerly(fnr(1));
    town.import(merged, "2024-02-01");
    // The survivor lets go of the number: the other one comes back.
    town.import(survivor, "2024-03-01");
    town.import(loser, "2024-03-01");
    CHECK(town.told(fnr(1), "street") == Texts{std::string(planted)});
    CHECK(town.told(fnr(1), "street", openly()).empty());
    CHECK(town.told(fnr(2), "level") == Texts{"protected"});
    const auto released = release_protection(town.registry(), town.id_of(fnr(1)));
    REQUIRE(released.has_value());
    CHECK(town.told(fnr(1), "street", openly()) == Texts{std::string(planted)});
    const auto again = release_protection(town.registry(), town.id_of(fnr(1)));
    REQUIRE_FALSE(again.has_value());
    CHECK(again.error().code == ErrorCode::conflict);
    CHECK_FALSE(release_protection(town.registry(), town.id_of(fnr(2))).has_value());
  });
}

TEST_CASE("what was purged with a merged person stays away when the two are parted") {
  on_every_engine([](Town& town) {
    PersonBuilder loser = at_home(fnr(1));
    PersonBuilder survivor = protected_as(fnr(2), Grading::strictly_confidential);
    town.import({loser.record(), survivor.record()}, "2024-01-01");
    const auto before = town.newest();
    PersonBuilder merged = protected_as(fnr(2), Grading::strictly_confidential);
    merged.formerly(fnr(1));
    town.import(merged, "2024-02-01");
    CHECK(town.holds_no(planted));
    town.import(survivor, "2024-03-01");
    town.import(plain(fnr(1)), "2024-03-01");
    CHECK(town.told(fnr(1), "street", recorded_as_of(before)).empty());
    CHECK(town.told(fnr(1), "street", with_history()).empty());
  });
}
