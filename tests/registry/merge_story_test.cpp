// Numbers that change, persons that turn out to be one, and persons that turn out to be two.
#include "tests/registry/town.h"

#include <algorithm>

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

const IdentifierKey duf{IdentifierType::duf, "202012345603", {}};

/// Loser goes by number 1, survivor by number 2.
PersonBuilder loser() {
  PersonBuilder person(fnr(1));
  person.named("Loser", {.registered = "2020-01-01"});
  return person;
}
PersonBuilder loser_ceased() {
  PersonBuilder person(fnr(1));
  person.opphoert().is("Discontinued", {.registered = "2024-01-31"});
  return person;
}
PersonBuilder survivor_alone() {
  PersonBuilder person(fnr(2));
  person.named("Survivor", {.registered = "2020-01-01"});
  return person;
}
PersonBuilder survivor() {
  PersonBuilder person(fnr(2));
  person.formerly(fnr(1)).named("Survivor", {.registered = "2020-01-01"});
  person.has(PersonPart::norwegian_identification_number, R"("note":"two numbers")",
             {.registered = "2024-01-31"});
  return person;
}

/// Both known apart since the first of January.
void both_known(Town& town) {
  town.import({loser().record(), survivor_alone().record()}, "2024-01-01");
}

/// Whoever asks for either number, or kept either id, gets the survivor.
void check_merged(Town& town, const std::string& loser_id, const std::string& survivor_id) {
  CHECK(town.told(fnr(1), "lastName") == Texts{"Survivor"});
  CHECK(town.told(fnr(2), "lastName") == Texts{"Survivor"});
  CHECK_FALSE(town.match(fnr(1)).in_use);
  CHECK(town.match(fnr(1)).moved);
  CHECK(town.match(fnr(2)).in_use);
  CHECK_FALSE(town.match(fnr(2)).moved);
  CHECK(town.id_of(fnr(1)) == survivor_id);
  CHECK(values_of(town.view_by_id(loser_id), "id") == Texts{survivor_id});
  CHECK(values_of(town.view_by_id(survivor_id), "id") == Texts{survivor_id});
}

} // namespace

TEST_CASE("a D-number that becomes a foedselsnummer keeps entity and id") {
  on_every_engine([](Town& town) {
    PersonBuilder before(dnr(1), IdentifierType::dnr);
    before.named("Novak");
    PersonBuilder after(fnr(1));
    after.formerly(dnr(1), IdentifierType::dnr).named("Novak");
    after.has(PersonPart::norwegian_identification_number, R"("note":"new")");
    town.import(before, "2024-01-01");
    const std::string id = town.id_of(dnr(1));
    town.import(after, "2024-02-01");
    CHECK(town.id_of(fnr(1)) == id);
    CHECK(town.id_of(dnr(1)) == id);
    CHECK(town.match(fnr(1)).in_use);
    CHECK_FALSE(town.match(dnr(1)).in_use);
    CHECK_FALSE(town.match(dnr(1)).moved);
    CHECK(town.events(2) == Texts{"ChangeInNorwegianIdentificationNumber"});
    // At first nobody had the foedselsnummer, and the D-number was in use.
    CHECK(town.refusal(fnr(1), recorded_as_of(1)) == ErrorCode::not_known_then);
    const auto then = town.match(key_of_number_text(dnr(1)), 1);
    REQUIRE(then.has_value());
    CHECK(then->in_use);
    // A leftover document of the D-number changes nothing.
    CHECK(town.import(before, "2024-01-15") == WriteOutcome::superseded);
    before.opphoert();
    CHECK(town.import(before, "2024-02-01") == WriteOutcome::superseded);
    CHECK(town.id_of(dnr(1)) == id);
  });
}

TEST_CASE("a merge: the survivor's record comes with the loser's number") {
  on_every_engine([](Town& town) {
    both_known(town);
    const std::string loser_id = town.id_of(fnr(1));
    const std::string survivor_id = town.id_of(fnr(2));
    CHECK(loser_id != survivor_id);
    CHECK(town.import(survivor(), "2024-02-01") == WriteOutcome::written);
    check_merged(town, loser_id, survivor_id);
    CHECK(town.events(3) == Texts{"PersonIsDiscontinuedAsDuplicate",
                                  "PersonIsContinuedAsValidUponMerger",
                                  "ChangeInNorwegianIdentificationNumber"});
    // What the loser's document still says is of no consequence.
    CHECK(town.import(loser_ceased(), "2024-02-01") == WriteOutcome::superseded);
    CHECK(town.import(survivor(), "2024-02-02") == WriteOutcome::unchanged);
    check_merged(town, loser_id, survivor_id);
  });
}

TEST_CASE("a merge: the loser's ceased record comes before the survivor's") {
  on_every_engine([](Town& town) {
    both_known(town);
    const std::string loser_id = town.id_of(fnr(1));
    const std::string survivor_id = town.id_of(fnr(2));
    CHECK(town.import(loser_ceased(), "2024-02-01") == WriteOutcome::written);
    CHECK(town.import(survivor(), "2024-02-01") == WriteOutcome::written);
    check_merged(town, loser_id, survivor_id);
    CHECK(town.import(loser_ceased(), "2024-02-02") == WriteOutcome::superseded);
    check_merged(town, loser_id, survivor_id);
  });
}

TEST_CASE("a merge inside one batch, in either order") {
  for (const bool loser_first : {true, false}) {
    CAPTURE(loser_first);
    on_every_engine([loser_first](Town& town) {
      both_known(town);
      const std::string loser_id = town.id_of(fnr(1));
      const std::string survivor_id = town.id_of(fnr(2));
      if (loser_first) {
        town.import({loser_ceased().record(), survivor().record()}, "2024-02-01");
      } else {
        town.import({survivor().record(), loser_ceased().record()}, "2024-02-01");
      }
      check_merged(town, loser_id, survivor_id);
    });
  }
}

TEST_CASE("a first extract that holds a merged pair gives one person, in either order") {
  for (const bool loser_first : {true, false}) {
    CAPTURE(loser_first);
    on_every_engine([loser_first](Town& town) {
      if (loser_first) {
        town.import({loser_ceased().record(), survivor().record()}, "2024-02-01");
      } else {
        town.import({survivor().record(), loser_ceased().record()}, "2024-02-01");
      }
      CHECK(town.told(fnr(1), "lastName") == Texts{"Survivor"});
      CHECK(town.told(fnr(2), "lastName") == Texts{"Survivor"});
      CHECK(town.id_of(fnr(1)) == town.id_of(fnr(2)));
      CHECK_FALSE(town.match(fnr(1)).in_use);
    });
  }
}

TEST_CASE("recordedAsOf sees who had the number before a merge, after it and after the split") {
  on_every_engine([](Town& town) {
    both_known(town);
    const std::string loser_id = town.id_of(fnr(1));
    const std::string survivor_id = town.id_of(fnr(2));
    const std::uint64_t before = town.newest();
    town.import(survivor(), "2024-02-01");
    const std::uint64_t merged = town.newest();
    town.import({loser().record(), survivor_alone().record()}, "2024-03-01");
    const std::uint64_t split = town.newest();
    CHECK(town.told(fnr(1), "lastName", recorded_as_of(before)) == Texts{"Loser"});
    CHECK(town.told(fnr(1), "lastName", recorded_as_of(merged)) == Texts{"Survivor"});
    CHECK(town.told(fnr(1), "lastName", recorded_as_of(split)) == Texts{"Loser"});
    CHECK(town.told(fnr(1), "lastName") == Texts{"Loser"});
    CHECK(town.told(fnr(2), "lastName", recorded_as_of(merged)) == Texts{"Survivor"});
    const auto then = town.match(key_of_number_text(fnr(1)), before);
    REQUIRE(then.has_value());
    CHECK(then->in_use);
    CHECK_FALSE(then->moved);
    const auto between = town.match(key_of_number_text(fnr(1)), merged);
    REQUIRE(between.has_value());
    CHECK_FALSE(between->in_use);
    CHECK(between->moved);
    CHECK(town.id_of(fnr(1)) == loser_id);
    CHECK(town.id_of(fnr(2)) == survivor_id);
  });
}

TEST_CASE("a split restores the old entity and id, in either order") {
  for (const bool loser_first : {true, false}) {
    CAPTURE(loser_first);
    on_every_engine([loser_first](Town& town) {
      both_known(town);
      const std::string loser_id = town.id_of(fnr(1));
      const std::string survivor_id = town.id_of(fnr(2));
      town.import(survivor(), "2024-02-01");
      const std::uint64_t merged = town.newest();
      if (loser_first) {
        town.import(loser(), "2024-03-01");
        CHECK(town.id_of(fnr(1)) == loser_id);
        town.import(survivor_alone(), "2024-03-01");
      } else {
        town.import(survivor_alone(), "2024-03-01");
        town.import(loser(), "2024-03-01");
      }
      CHECK(town.id_of(fnr(1)) == loser_id);
      CHECK(town.id_of(fnr(2)) == survivor_id);
      CHECK(town.match(fnr(1)).in_use);
      CHECK_FALSE(town.match(fnr(1)).moved);
      CHECK(town.told(fnr(1), "lastName") == Texts{"Loser"});
      CHECK(values_of(town.view_by_id(loser_id), "id") == Texts{loser_id});
      const Texts events = town.events(merged + 1);
      CHECK(std::ranges::count(events, "PersonIsRestoredBySplitting") == 1);
    });
  }
}

TEST_CASE("a split restores somebody whose only number had ceased, in either order of one batch") {
  for (const bool loser_first : {true, false}) {
    CAPTURE(loser_first);
    on_every_engine([loser_first](Town& town) {
      town.import({loser_ceased().record(), survivor_alone().record()}, "2024-01-01");
      const std::string loser_id = town.id_of(fnr(1));
      const std::string survivor_id = town.id_of(fnr(2));
      town.import(survivor(), "2024-02-01");
      CHECK(town.id_of(fnr(1)) == survivor_id);
      if (loser_first) {
        town.import({loser_ceased().record(), survivor_alone().record()}, "2024-03-01");
      } else {
        town.import({survivor_alone().record(), loser_ceased().record()}, "2024-03-01");
      }
      CHECK(town.id_of(fnr(1)) == loser_id);
      CHECK(town.id_of(fnr(2)) == survivor_id);
      CHECK_FALSE(town.match(fnr(1)).in_use);
      CHECK_FALSE(town.match(fnr(1)).moved);
    });
  }
}

TEST_CASE("a split takes every number back that the record names") {
  on_every_engine([](Town& town) {
    PersonBuilder two_numbers(fnr(1));
    two_numbers.formerly(dnr(1), IdentifierType::dnr).named("Loser");
    PersonBuilder all(fnr(2));
    all.formerly(fnr(1)).formerly(dnr(1), IdentifierType::dnr).named("Survivor");
    town.import({two_numbers.record(), survivor_alone().record()}, "2024-01-01");
    const std::string loser_id = town.id_of(fnr(1));
    town.import(all, "2024-02-01");
    CHECK(town.told(dnr(1), "lastName") == Texts{"Survivor"});
    town.import(two_numbers, "2024-03-01");
    CHECK(town.id_of(fnr(1)) == loser_id);
    CHECK(town.id_of(dnr(1)) == loser_id);
    CHECK(town.told(fnr(2), "lastName") == Texts{"Survivor"});
  });
}

TEST_CASE("a split of what was always one person makes a new one") {
  on_every_engine([](Town& town) {
    town.import(survivor(), "2024-01-01");
    const std::string id = town.id_of(fnr(2));
    CHECK(town.import(loser(), "2024-02-01") == WriteOutcome::written);
    CHECK(town.id_of(fnr(2)) == id);
    CHECK(town.id_of(fnr(1)) != id);
    CHECK(town.told(fnr(1), "lastName") == Texts{"Loser"});
    CHECK(town.events(2) == Texts{"PersonPopulated", "PersonIsChangedBySplitting"});
  });
}

TEST_CASE("a merge of merges leads to the last survivor") {
  on_every_engine([](Town& town) {
    PersonBuilder third_alone(fnr(3)), third(fnr(3));
    third_alone.named("Third");
    third.formerly(fnr(2)).formerly(fnr(1)).named("Third");
    both_known(town);
    town.import(third_alone, "2024-01-01");
    const std::string loser_id = town.id_of(fnr(1));
    const std::string survivor_id = town.id_of(fnr(2));
    town.import(survivor(), "2024-02-01");
    const std::uint64_t first_merge = town.newest();
    town.import(third, "2024-03-01");
    for (const std::string& number : {fnr(1), fnr(2), fnr(3)}) {
      CHECK(town.told(number, "lastName") == Texts{"Third"});
    }
    for (const std::string& id : {loser_id, survivor_id}) {
      CHECK(values_of(town.view_by_id(id), "lastName") == Texts{"Third"});
    }
    CHECK(town.told(fnr(1), "lastName", recorded_as_of(first_merge)) == Texts{"Survivor"});
    CHECK(town.told(fnr(1), "lastName", recorded_as_of(2)) == Texts{"Loser"});
  });
}

TEST_CASE("a record that names two persons' numbers in use merges both into it") {
  on_every_engine([](Town& town) {
    PersonBuilder first(dnr(1), IdentifierType::dnr), second(dnr(2), IdentifierType::dnr);
    first.named("First");
    second.named("Second");
    PersonBuilder both(fnr(1));
    both.formerly(dnr(1), IdentifierType::dnr).formerly(dnr(2), IdentifierType::dnr);
    both.named("Both");
    town.import({first.record(), second.record()}, "2024-01-01");
    const std::string second_id = town.id_of(dnr(2));
    town.import(both, "2024-02-01");
    for (const std::string& number : {dnr(1), dnr(2), fnr(1)}) {
      CHECK(town.told(number, "lastName") == Texts{"Both"});
    }
    CHECK(values_of(town.view_by_id(second_id), "lastName") == Texts{"Both"});
  });
}

TEST_CASE("an older record merges nobody") {
  on_every_engine([](Town& town) {
    town.import(survivor_alone(), "2024-01-01");
    town.import(loser(), "2024-03-01");
    town.import(survivor(), "2024-02-01");
    CHECK(town.told(fnr(1), "lastName") == Texts{"Loser"});
    CHECK(town.told(fnr(2), "lastName") == Texts{"Survivor"});
    CHECK(town.match(fnr(1)).in_use);
  });
}

TEST_CASE("a DUF number of a loser finds the survivor, also when both held it") {
  for (const bool survivor_too : {false, true}) {
    CAPTURE(survivor_too);
    on_every_engine([survivor_too](Town& town) {
      PersonBuilder one = loser(), other = survivor_alone(), merged = survivor();
      one.also(IdentifierType::duf, std::string(duf.text));
      if (survivor_too) {
        other.also(IdentifierType::duf, std::string(duf.text));
        merged.also(IdentifierType::duf, std::string(duf.text));
      }
      town.import({one.record(), other.record()}, "2024-01-01");
      if (survivor_too) {
        CHECK(town.refusal(duf) == ErrorCode::ambiguous);
      }
      town.import(merged, "2024-02-01");
      const auto match = town.match(duf);
      REQUIRE(match.has_value());
      CHECK(match->entity == town.match(fnr(2)).entity);
      if (survivor_too) {
        CHECK(town.refusal(duf, recorded_as_of(2)) == ErrorCode::ambiguous);
      }
    });
  }
}

TEST_CASE("numbers that others issue may fit two persons: ambiguous, and they merge nobody") {
  const IdentifierKey foreign{IdentifierType::foreign, "X-77", "SWE"};
  const IdentifierKey unverified{IdentifierType::unverified, "12-34", {}};
  for (const IdentifierKey& key : {foreign, unverified, duf}) {
    CAPTURE(static_cast<int>(key.type));
    on_every_engine([&key](Town& town) {
      PersonBuilder one(fnr(1)), other(fnr(2));
      one.named("One").also(key.type, std::string(key.text), std::string(key.assigner));
      other.named("Other").also(key.type, std::string(key.text), std::string(key.assigner));
      town.import(one, "2024-01-01");
      REQUIRE(town.match(key).has_value());
      CHECK(town.match(key)->type == key.type);
      town.import(other, "2024-01-01");
      CHECK(town.refusal(key) == ErrorCode::ambiguous);
      CHECK(town.match(key, 1).has_value());
      CHECK(town.told(fnr(1), "lastName") == Texts{"One"});
      CHECK(town.told(fnr(2), "lastName") == Texts{"Other"});
      // The same text under another assigner or type is another number.
      CHECK(town.refusal({key.type, key.text, "NOR"}) == ErrorCode::not_found);
      CHECK(town.refusal({IdentifierType::hnr, key.text, key.assigner}) == ErrorCode::not_found);
      // One of them loses it again.
      PersonBuilder without(fnr(2));
      without.named("Other");
      town.import(without, "2024-02-01");
      REQUIRE(town.match(key).has_value());
      CHECK(town.match(key)->entity == town.match(fnr(1)).entity);
    });
  }
}

TEST_CASE("an identifier that is withdrawn is found no more, except as of then") {
  on_every_engine([](Town& town) {
    PersonBuilder with(fnr(1)), without(fnr(1));
    with.named("One").also(IdentifierType::duf, std::string(duf.text));
    without.named("Two");
    town.import(with, "2024-01-01");
    town.import(without, "2024-02-01");
    CHECK(town.refusal(duf) == ErrorCode::not_found);
    CHECK(town.match(duf, 1).has_value());
    CHECK_FALSE(town.match(duf, 2).has_value());
  });
}

TEST_CASE("a number that went back to the older one makes no new person") {
  on_every_engine([](Town& town) {
    PersonBuilder first(fnr(1)), second(fnr(2)), third(fnr(1));
    first.named("One");
    second.formerly(fnr(1)).named("Two");
    third.formerly(fnr(2)).named("Three");
    town.import(first, "2024-01-01");
    const std::string id = town.id_of(fnr(1));
    town.import(second, "2024-02-01");
    town.import(third, "2024-03-01");
    CHECK(town.id_of(fnr(1)) == id);
    CHECK(town.id_of(fnr(2)) == id);
    CHECK(town.match(fnr(1)).in_use);
    CHECK_FALSE(town.match(fnr(2)).in_use);
  });
}

TEST_CASE("a split out of a merge of merges restores the person who went by the number") {
  on_every_engine([](Town& town) {
    PersonBuilder third_alone(fnr(3)), third(fnr(3));
    third_alone.named("Third");
    third.formerly(fnr(2)).formerly(fnr(1)).named("Third");
    both_known(town);
    town.import(third_alone, "2024-01-01");
    const std::string loser_id = town.id_of(fnr(1));
    const std::string survivor_id = town.id_of(fnr(2));
    town.import(survivor(), "2024-02-01");
    town.import(third, "2024-03-01");
    town.import(loser(), "2024-04-01");
    CHECK(town.id_of(fnr(1)) == loser_id);
    CHECK(town.told(fnr(2), "lastName") == Texts{"Third"});
    town.import(survivor_alone(), "2024-04-01");
    CHECK(town.id_of(fnr(2)) == survivor_id);
    CHECK(town.told(fnr(3), "lastName") == Texts{"Third"});
  });
}

TEST_CASE("a number that was wrong on somebody's record is a new person when another comes by it") {
  on_every_engine([](Town& town) {
    PersonBuilder wrong(fnr(1)), right(fnr(1)), other(dnr(9), IdentifierType::dnr);
    wrong.formerly(dnr(9), IdentifierType::dnr).named("One");
    right.named("One");
    other.named("Nine");
    town.import(wrong, "2024-01-01");
    town.import(right, "2024-02-01");
    CHECK(town.refusal(dnr(9)) == ErrorCode::not_found);
    town.import(other, "2024-03-01");
    CHECK(town.id_of(dnr(9)) != town.id_of(fnr(1)));
    CHECK(town.told(dnr(9), "lastName", recorded_as_of(1)) == Texts{"One"});
  });
}
