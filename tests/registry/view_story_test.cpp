// What a View shows: parts, order, history, both time axes.
#include "tests/registry/town.h"

#include "registry/valid_axis.h"

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

std::string without_head(const std::string& view) {
  return view.substr(view.find(',', view.find("\"sequenceNumber\":")));
}

} // namespace

TEST_CASE("parts asked for come in the contract's order, empty as [] or null") {
  on_every_engine([](Town& town) {
    PersonBuilder person(fnr(1));
    person.named("Hansen").is("Resident");
    town.import(person, "2024-01-01");
    using enum PersonPart;
    CHECK(without_head(town.view(fnr(1), only({death, name, gender, status, false_identity}))) ==
          R"(,"name":[{"isValid":true,"lastName":"Hansen"}],"gender":[],)"
          R"("status":[{"isValid":true,"status":"Resident"}],"death":null,"falseIdentity":null})");
    CHECK(without_head(town.view(fnr(1), only({name}))) ==
          R"(,"name":[{"isValid":true,"lastName":"Hansen"}]})");
    const std::string bare = town.view(fnr(1), only({}));
    CHECK(bare == R"({"id":")" + town.id_of(fnr(1)) + R"(","sequenceNumber":1})");
    // With history the form is the same.
    for (const Ask& ask : {only({name, death}), with_history(only({name, death}))}) {
      CHECK(without_head(town.view(fnr(1), ask)) ==
            R"(,"name":[{"isValid":true,"lastName":"Hansen"}],"death":null})");
    }
  });
}

TEST_CASE("every part asked for is there, as a list or a single object") {
  Town town;
  PersonBuilder person(fnr(1));
  for (const auto& facts : person_parts) {
    person.has(facts.part, R"("marker":")" + std::string(facts.property) + '"');
  }
  town.import(person, "2024-01-01");
  const std::string all = town.view(fnr(1));
  std::size_t place = 0;
  for (const auto& facts : person_parts) {
    const std::string form = ",\"" + std::string(facts.property) +
                             "\":" + (facts.is_list ? "[" : "") + R"({"isValid":true,"marker":")" +
                             std::string(facts.property) + "\"}" + (facts.is_list ? "]" : "");
    const auto found = all.find(form, place);
    CAPTURE(form);
    REQUIRE(found != std::string::npos);
    place = found + form.size();
    CHECK(without_head(town.view(fnr(1), only({facts.part}))) == form + "}");
    CHECK(without_head(town.view(fnr(1), with_history(only({facts.part})))) == form + "}");
  }
  CHECK(place + 1 == all.size());
}

TEST_CASE("a part that is one object shows one row, though the source gave two as current") {
  on_every_engine([](Town& town) {
    PersonBuilder person(fnr(1));
    person.died("2024-01-01").died("2024-01-02");
    town.import(person, "2024-02-01");
    using enum PersonPart;
    for (const Ask& ask : {only({death}), with_history(only({death}))}) {
      CHECK(without_head(town.view(fnr(1), ask)) ==
            R"(,"death":{"isValid":true,"dateOfDeath":"2024-01-01"}})");
    }
  });
}

TEST_CASE("history comes in the order of delivery, current rows first") {
  on_every_engine([](Town& town) {
    PersonBuilder person(fnr(1));
    person.lives_at("Third", {.from = "2020-01-01"})
        .lives_at("Second", superseded("2015-01-01"))
        .lives_at("First",
                  {.from = "2010-01-01", .to = "2014-01-01", .validity = Validity::not_valid});
    town.import(person, "2024-01-01");
    CHECK(town.told(fnr(1), "street") == Texts{"Third"});
    CHECK(town.told(fnr(1), "street", with_history()) == Texts{"Third", "Second", "First"});
  });
}

TEST_CASE("a row without is-valid counts as current unless it has an end") {
  Town town;
  PersonBuilder person(fnr(1));
  person.lives_at("Open", {.validity = Validity::unsaid})
      .lives_at("Ended", {.to = "2010-01-01", .validity = Validity::unsaid});
  town.import(person, "2024-01-01");
  CHECK(town.told(fnr(1), "street") == Texts{"Open"});
  CHECK(town.told(fnr(1), "street", with_history()) == Texts{"Open", "Ended"});
}

TEST_CASE("asOf finds the row of that day, with ends derived from the successor") {
  on_every_engine([](Town& town) {
    PersonBuilder person(fnr(1));
    person.lives_at("Third", {.from = "2020-01-01"})
        .lives_at("Second", superseded("2015-01-01"))
        .lives_at("First", superseded(""));
    town.import(person, "2024-01-01");
    CHECK(town.told(fnr(1), "street", as_of("1950-01-01")) == Texts{"First"});
    CHECK(town.told(fnr(1), "street", as_of("2014-12-31")) == Texts{"First"});
    CHECK(town.told(fnr(1), "street", as_of("2015-01-01")) == Texts{"Second"});
    CHECK(town.told(fnr(1), "street", as_of("2019-12-31")) == Texts{"Second"});
    CHECK(town.told(fnr(1), "street", as_of("2020-01-01")) == Texts{"Third"});
    CHECK(town.told(fnr(1), "street", as_of("2099-01-01")) == Texts{"Third"});
    // A date means midnight in Oslo.
    CHECK(town.told(fnr(1), "street", as_of("2019-12-31T22:59:59Z")) == Texts{"Second"});
    CHECK(town.told(fnr(1), "street", as_of("2019-12-31T23:00:00Z")) == Texts{"Third"});
  });
}

TEST_CASE("asOf on a tie: the successor of a kommuneregulering counts from its registration") {
  on_every_engine([](Town& town) {
    PersonBuilder person(fnr(1));
    person.lives_at("New kommune", {.from = "2010-01-01", .registered = "2020-01-01"})
        .lives_at("Old kommune", superseded("2010-01-01", "2010-01-05"));
    town.import(person, "2024-01-01");
    CHECK(town.told(fnr(1), "street", as_of("2009-12-31")).empty());
    CHECK(town.told(fnr(1), "street", as_of("2010-01-01")) == Texts{"Old kommune"});
    CHECK(town.told(fnr(1), "street", as_of("2019-12-31")) == Texts{"Old kommune"});
    CHECK(town.told(fnr(1), "street", as_of("2020-01-01")) == Texts{"New kommune"});
  });
}

TEST_CASE("asOf: a row superseded by nobody ends when it was registered as such") {
  Town town;
  PersonBuilder person(fnr(1));
  person.lives_at("Gone", superseded("2010-01-01", "2015-01-01"));
  town.import(person, "2024-01-01");
  CHECK(town.told(fnr(1), "street", as_of("2014-12-31")) == Texts{"Gone"});
  CHECK(town.told(fnr(1), "street", as_of("2015-01-01")).empty());
}

TEST_CASE("asOf: a wrong order of delivery never fails, and dates decide") {
  Town town;
  PersonBuilder person(fnr(1));
  person.lives_at("First", superseded("2010-01-01", "2010-01-02"))
      .lives_at("Third", {.from = "2020-01-01", .registered = "2020-01-02"})
      .lives_at("Second", superseded("2015-01-01", "2015-01-02"));
  town.import(person, "2024-01-01");
  CHECK(town.told(fnr(1), "street", as_of("2012-01-01")) == Texts{"First"});
  CHECK(town.told(fnr(1), "street", as_of("2016-01-01")) == Texts{"Second"});
  CHECK(town.told(fnr(1), "street", as_of("2021-01-01")) == Texts{"Third"});
  CHECK(town.told(fnr(1), "street") == Texts{"Third"});
}

TEST_CASE("asOf: equal in everything, the one delivered first is the newer") {
  Town town;
  PersonBuilder person(fnr(1));
  person.lives_at("Newest", {.from = "2010-01-01", .registered = "2012-01-01"})
      .lives_at("Middle", superseded("2010-01-01", "2012-01-01"))
      .lives_at("Oldest", superseded("2010-01-01", "2011-01-01"));
  town.import(person, "2024-01-01");
  CHECK(town.told(fnr(1), "street", as_of("2011-06-01")) == Texts{"Oldest"});
  CHECK(town.told(fnr(1), "street", as_of("2012-01-01")) == Texts{"Newest"});
}

TEST_CASE("the derived end shows on /v1 only, and never in place of the source's own") {
  on_every_engine([](Town& town) {
    PersonBuilder person(fnr(1));
    person.lives_at("Third", {.from = "2020-01-01"})
        .lives_at("Second", superseded("2015-01-01"))
        .lives_at("First",
                  {.from = "2010-01-01", .to = "2014-01-01", .validity = Validity::not_valid});
    town.import(person, "2024-01-01");
    using enum PersonPart;
    const Ask ask = with_history(only({residential_address}));
    CHECK(values_of(town.view(fnr(1), ask), "derivedValidTo").empty());
    CHECK(
        without_head(town.view(fnr(1), on_v1(ask))) ==
        R"(,"residentialAddress":[{"isValid":true,"validFrom":"2020-01-01","street":"Third"},)"
        R"({"isValid":false,"validFrom":"2015-01-01",)"
        R"("derivedValidTo":"2019-12-31T23:00:00.000000Z","street":"Second"},)"
        R"({"isValid":false,"validFrom":"2010-01-01","validTo":"2014-01-01","street":"First"}]})");
    CHECK(town.told(fnr(1), "derivedValidTo", on_v1(as_of("2016-01-01"))) ==
          Texts{"2019-12-31T23:00:00.000000Z"});
  });
}

TEST_CASE("a /v1 form is shown on /v1 and the contract's form elsewhere") {
  Town town;
  PersonBuilder person(fnr(1));
  person.has(PersonPart::identity_verification, R"("level":"Known")", {.v1 = R"("level":"unik")"});
  town.import(person, "2024-01-01");
  CHECK(town.told(fnr(1), "level") == Texts{"Known"});
  CHECK(town.told(fnr(1), "level", on_v1()) == Texts{"unik"});
  CHECK(town.told(fnr(1), "level", on_v1(with_history())) == Texts{"unik"});
  CHECK(town.told(fnr(1), "level", on_v1(openly())) == Texts{"unik"});
}

TEST_CASE("recordedAsOf and asOf combine: what we knew then of that day") {
  on_every_engine([](Town& town) {
    PersonBuilder first(fnr(1)), second(fnr(1));
    first.lives_at("Storgata", {.from = "2010-01-01"});
    second.lives_at("Nygata", {.from = "2015-01-01"})
        .lives_at("Storgata", superseded("2010-01-01"));
    town.import(first, "2024-01-01");
    const auto before = town.newest();
    town.import(second, "2024-02-01");
    const auto after = town.newest();
    CHECK(town.told(fnr(1), "street", as_of("2016-01-01", recorded_as_of(before))) ==
          Texts{"Storgata"});
    CHECK(town.told(fnr(1), "street", as_of("2016-01-01", recorded_as_of(after))) ==
          Texts{"Nygata"});
    CHECK(town.told(fnr(1), "street", as_of("2012-01-01", recorded_as_of(after))) ==
          Texts{"Storgata"});
    CHECK(town.told(fnr(1), "street", with_history(recorded_as_of(before))) == Texts{"Storgata"});
    CHECK(town.told(fnr(1), "street", with_history(recorded_as_of(after))) ==
          Texts{"Nygata", "Storgata"});
  });
}

TEST_CASE("before the first commit about somebody nothing was known") {
  on_every_engine([](Town& town) {
    PersonBuilder first(fnr(1)), second(fnr(2));
    first.named("First");
    second.named("Second");
    town.import(first, "2024-01-01");
    const auto before = town.newest();
    town.import(second, "2024-02-01");
    CHECK(town.refusal(fnr(2), recorded_as_of(before)) == ErrorCode::not_known_then);
    CHECK(town.refusal(fnr(1), recorded_as_of(0)) == ErrorCode::not_known_then);
    // Also for the caller who kept the id.
    Reading reading;
    REQUIRE(town.registry().get(town.id_of(fnr(2)), reading).has_value());
    REQUIRE(town.registry().load_past(reading).has_value());
    ViewRequest request;
    request.parts.set();
    request.recorded_as_of = before;
    std::string out = "kept";
    const auto written = write_view(reading, request, out);
    REQUIRE_FALSE(written.has_value());
    CHECK(written.error().code == ErrorCode::not_known_then);
    CHECK(out == "kept");
  });
}

TEST_CASE("a change of many steps: every point of the recorded axis is told right") {
  on_every_engine([](Town& town) {
    std::vector<std::pair<std::uint64_t, std::string>> told;
    for (int step = 0; step < 8; ++step) {
      PersonBuilder person(fnr(1));
      const std::string name = "Name" + std::to_string(step % 3);
      person.named(name);
      town.import(person, "2024-01-0" + std::to_string(step + 1));
      told.emplace_back(town.newest(), name);
    }
    for (const auto& [sequence, name] : told) {
      CHECK(town.told(fnr(1), "lastName", recorded_as_of(sequence)) == Texts{name});
    }
    CHECK(town.told(fnr(1), "lastName", with_history()) == Texts{told.back().second});
  });
}

TEST_CASE("intervals of many-valued parts do not shorten each other on a tie") {
  RowEntry first, second;
  first.valid_from = second.valid_from = 10;
  first.validity = second.validity = Validity::valid;
  second.registered_at = 20;
  const std::array<RowEntry, 2> rows{second, first};
  for (const auto& interval : valid_intervals(rows, false)) {
    CHECK(interval.from == 10);
    CHECK(interval.to == ValidInterval::open_end);
    CHECK_FALSE(interval.derived);
  }
}
