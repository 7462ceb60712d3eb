// What becomes of records: new, the same again, corrected, ended, replaced, older.
#include "tests/registry/town.h"

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

PersonBuilder kari() {
  PersonBuilder person(fnr(1));
  person.named("Hansen", {.from = "2000-01-01", .registered = "2000-01-02"})
      .is("Resident", {.from = "2000-01-01", .registered = "2000-01-02"})
      .lives_at("Storgata 1", {.from = "2010-01-01", .registered = "2010-01-02"});
  return person;
}

} // namespace

TEST_CASE("a new person is found by number and gives one event") {
  on_every_engine([](Town& town) {
    CHECK(town.import(kari(), "2024-01-01") == WriteOutcome::written);
    CHECK(town.told(fnr(1), "lastName") == Texts{"Hansen"});
    CHECK(town.told(fnr(1), "street") == Texts{"Storgata 1"});
    const Match match = town.match(fnr(1));
    CHECK(match.in_use);
    CHECK_FALSE(match.moved);
    CHECK(town.newest() == 1);
    CHECK(town.events(0) == Texts{"PersonPopulated"});
    CHECK(town.events(0, Access::no_legal_basis) == Texts{"PersonPopulated"});
    CHECK(town.refusal(fnr(2)) == ErrorCode::not_found);
  });
}

TEST_CASE("the same record again writes nothing and moves no sequence") {
  on_every_engine([](Town& town) {
    town.import(kari(), "2024-01-01");
    const std::string before = town.view(fnr(1), with_history());
    CHECK(town.import(kari(), "2024-01-01") == WriteOutcome::unchanged);
    CHECK(town.import(kari(), "2024-02-01") == WriteOutcome::unchanged);
    CHECK(town.newest() == 1);
    CHECK(town.view(fnr(1), with_history()) == before);
  });
}

TEST_CASE("the same record twice in one batch is one person") {
  on_every_engine([](Town& town) {
    const ImportCounts counts = town.import({kari().record(), kari().record()}, "2024-01-01");
    CHECK(counts.written == 1);
    CHECK(counts.unchanged == 1);
    CHECK(town.newest() == 1);
  });
}

TEST_CASE("a corrected row is withdrawn: not history, yet recordedAsOf explains it") {
  on_every_engine([](Town& town) {
    town.import(kari(), "2024-01-01");
    PersonBuilder corrected(fnr(1));
    corrected.named("Hanssen", {.from = "2000-01-01", .registered = "2000-01-02"})
        .is("Resident", {.from = "2000-01-01", .registered = "2000-01-02"})
        .lives_at("Storgata 1", {.from = "2010-01-01", .registered = "2010-01-02"});
    CHECK(town.import(corrected, "2024-02-01") == WriteOutcome::written);
    CHECK(town.events(2) == Texts{"ChangeInName"});
    CHECK(town.told(fnr(1), "lastName") == Texts{"Hanssen"});
    CHECK(town.told(fnr(1), "lastName", with_history()) == Texts{"Hanssen"});
    CHECK(town.told(fnr(1), "lastName", recorded_as_of(1)) == Texts{"Hansen"});
    CHECK(town.told(fnr(1), "lastName", recorded_as_of(2)) == Texts{"Hanssen"});
    CHECK(town.told(fnr(1), "lastName", recorded_as_of(900)) == Texts{"Hanssen"});
  });
}

TEST_CASE("a row that ends is history and no longer current") {
  on_every_engine([](Town& town) {
    town.import(kari(), "2024-01-01");
    PersonBuilder moved(fnr(1));
    moved.named("Hansen", {.from = "2000-01-01", .registered = "2000-01-02"})
        .is("Resident", {.from = "2000-01-01", .registered = "2000-01-02"})
        .lives_at("Storgata 1", {.from = "2010-01-01",
                                 .to = "2024-01-15",
                                 .registered = "2024-01-16",
                                 .validity = Validity::not_valid});
    town.import(moved, "2024-02-01");
    CHECK(town.told(fnr(1), "street").empty());
    CHECK(town.told(fnr(1), "street", with_history()) == Texts{"Storgata 1"});
    CHECK(town.told(fnr(1), "validTo", with_history()) == Texts{"2024-01-15"});
    CHECK(town.told(fnr(1), "street", as_of("2024-01-14")) == Texts{"Storgata 1"});
    CHECK(town.told(fnr(1), "street", as_of("2024-01-15")).empty());
    CHECK(town.told(fnr(1), "street", recorded_as_of(1)) == Texts{"Storgata 1"});
    CHECK(town.events(2) == Texts{"ChangeInResidentialAddress"});
  });
}

TEST_CASE("a replaced row stays as history behind the one that replaced it") {
  on_every_engine([](Town& town) {
    town.import(kari(), "2024-01-01");
    PersonBuilder married(fnr(1));
    married.named("Berg", {.from = "2024-01-20", .registered = "2024-01-21"})
        .named("Hansen", superseded("2000-01-01", "2000-01-02"))
        .is("Resident", {.from = "2000-01-01", .registered = "2000-01-02"})
        .lives_at("Storgata 1", {.from = "2010-01-01", .registered = "2010-01-02"});
    town.import(married, "2024-02-01");
    CHECK(town.told(fnr(1), "lastName") == Texts{"Berg"});
    CHECK(town.told(fnr(1), "lastName", with_history()) == Texts{"Berg", "Hansen"});
    CHECK(town.told(fnr(1), "lastName", as_of("2024-01-19")) == Texts{"Hansen"});
    CHECK(town.told(fnr(1), "lastName", as_of("2024-01-20")) == Texts{"Berg"});
    CHECK(town.told(fnr(1), "lastName", recorded_as_of(1, with_history())) == Texts{"Hansen"});
    CHECK(town.events(2) == Texts{"ChangeInName"});
  });
}

TEST_CASE("only the order of delivery changed: kept, and no event") {
  on_every_engine([](Town& town) {
    PersonBuilder one(fnr(1));
    one.has(PersonPart::citizenship, R"("country":"NOR")")
        .has(PersonPart::citizenship, R"("country":"SWE")");
    PersonBuilder other(fnr(1));
    other.has(PersonPart::citizenship, R"("country":"SWE")")
        .has(PersonPart::citizenship, R"("country":"NOR")");
    town.import(one, "2024-01-01");
    CHECK(town.import(other, "2024-02-01") == WriteOutcome::written);
    CHECK(town.newest() == 1);
    CHECK(town.told(fnr(1), "country") == Texts{"SWE", "NOR"});
  });
}

TEST_CASE("two equal rows are two rows, and one of them can go") {
  on_every_engine([](Town& town) {
    PersonBuilder twice(fnr(1));
    twice.has(PersonPart::citizenship, R"("country":"NOR")")
        .has(PersonPart::citizenship, R"("country":"NOR")");
    PersonBuilder once(fnr(1));
    once.has(PersonPart::citizenship, R"("country":"NOR")");
    town.import(twice, "2024-01-01");
    CHECK(town.told(fnr(1), "country") == Texts{"NOR", "NOR"});
    town.import(once, "2024-02-01");
    CHECK(town.told(fnr(1), "country") == Texts{"NOR"});
    CHECK(town.told(fnr(1), "country", recorded_as_of(1)) == Texts{"NOR", "NOR"});
    CHECK(town.events(2) == Texts{"ChangeInCitizenship"});
  });
}

TEST_CASE("an older extract is superseded, whenever it comes") {
  on_every_engine([](Town& town) {
    PersonBuilder old(fnr(1));
    old.named("Hansen");
    PersonBuilder young(fnr(1));
    young.named("Berg");
    CHECK(town.import(young, "2024-02-01") == WriteOutcome::written);
    CHECK(town.import(old, "2024-01-01") == WriteOutcome::superseded);
    CHECK(town.told(fnr(1), "lastName") == Texts{"Berg"});
    CHECK(town.newest() == 1);
    CHECK(town.import(old, "2024-03-01") == WriteOutcome::written);
    CHECK(town.told(fnr(1), "lastName") == Texts{"Hansen"});
  });
}

TEST_CASE("inside one extract the later registered-at wins, and of equals the later one") {
  on_every_engine([](Town& town) {
    PersonBuilder early(fnr(1)), late(fnr(1)), same(fnr(1)), silent(fnr(1));
    early.named("Early", {.registered = "2020-01-01"});
    late.named("Late", {.registered = "2020-01-02"});
    same.named("Same", {.registered = "2020-01-02"});
    silent.named("Silent");
    const ImportCounts counts =
        town.import({late.record(), early.record(), silent.record()}, "2024-01-01");
    CHECK(counts.written == 1);
    CHECK(counts.superseded == 2);
    CHECK(town.told(fnr(1), "lastName") == Texts{"Late"});
    CHECK(town.import(same, "2024-01-01") == WriteOutcome::written);
    CHECK(town.told(fnr(1), "lastName") == Texts{"Same"});
  });
}

TEST_CASE("an extract that confirmed a record makes what lies between superseded") {
  on_every_engine([](Town& town) {
    PersonBuilder known(fnr(1)), between(fnr(1));
    known.named("Known");
    between.named("Between");
    CHECK(town.import(known, "2024-01-01") == WriteOutcome::written);
    CHECK(town.import(known, "2024-01-03") == WriteOutcome::unchanged);
    CHECK(town.import(between, "2024-01-02") == WriteOutcome::superseded);
    CHECK(town.told(fnr(1), "lastName") == Texts{"Known"});
    CHECK(town.import(between, "2024-01-04") == WriteOutcome::written);
  });
}

TEST_CASE("an annulled death stays annulled, and may come back in a later extract") {
  on_every_engine([](Town& town) {
    PersonBuilder alive(fnr(1)), dead(fnr(1));
    alive.is("Resident", {.registered = "2020-01-01"});
    dead.is("Deceased", {.registered = "2024-01-10"})
        .is("Resident", superseded("", "2020-01-01"))
        .died("2024-01-09", {.registered = "2024-01-10"});
    town.import(alive, "2024-01-01");
    town.import(dead, "2024-01-11");
    CHECK(town.events(2) == Texts{"PersonIsDeceased", "ChangeInDeath"});
    CHECK(town.told(fnr(1), "dateOfDeath") == Texts{"2024-01-09"});
    // The annulment: rows are gone, and the newest registered-at falls.
    CHECK(town.import(alive, "2024-01-12") == WriteOutcome::written);
    CHECK(town.events(4) == Texts{"PersonIsReactivated", "ChangeInDeath"});
    CHECK(town.told(fnr(1), "dateOfDeath", with_history()).empty());
    CHECK(town.view(fnr(1)).find(R"("death":null)") != std::string::npos);
    CHECK(town.told(fnr(1), "dateOfDeath", recorded_as_of(3)) == Texts{"2024-01-09"});
    // Whichever file comes last in time wins, not the one that comes last.
    CHECK(town.import(dead, "2024-01-11") == WriteOutcome::superseded);
    CHECK(town.told(fnr(1), "dateOfDeath").empty());
    CHECK(town.import(dead, "2024-01-20") == WriteOutcome::written);
    CHECK(town.told(fnr(1), "dateOfDeath") == Texts{"2024-01-09"});
  });
}

TEST_CASE("a record whose rows are the same in a new wrapping is stored without an event") {
  on_every_engine([](Town& town) {
    PersonBuilder plain(fnr(1)), wrapped(fnr(1));
    plain.named("Hansen");
    wrapped.named("Hansen").remark(R"("unknownElement":[1,2])");
    town.import(plain, "2024-01-01");
    CHECK(town.import(wrapped, "2024-02-01") == WriteOutcome::written);
    CHECK(town.newest() == 1);
    CHECK_FALSE(town.holds_no("unknownElement"));
    PersonBuilder renamed(fnr(1));
    renamed.named("Berg");
    town.import(renamed, "2024-03-01");
    CHECK(town.told(fnr(1), "lastName", recorded_as_of(1)) == Texts{"Hansen"});
  });
}
