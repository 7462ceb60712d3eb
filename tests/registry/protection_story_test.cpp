// Persons who hide: what is withheld, what is forgotten, and that nobody can tell.
#include "tests/registry/town.h"

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

using enum PersonPart;

constexpr std::string_view planted = "Plantestubben 66";
constexpr std::string_view planted_past = "Gamlestubben 55";

/// Somebody like anybody else, without an address.
PersonBuilder plain(const std::string& number) {
  PersonBuilder person(number);
  person.named("Hansen", {.from = "2000-01-01", .registered = "2000-01-02"})
      .is("Resident", {.from = "2000-01-01", .registered = "2000-01-02"})
      .has(gender, R"("gender":"Female")")
      .has(birth, R"("birthYear":1980)", {.open = R"("birthYear":1980)"})
      .has(marital_status, R"("status":"Married")", {.open = R"("status":"Married")"});
  return person;
}

PersonBuilder hidden(const std::string& number, Grading grading) {
  PersonBuilder person = plain(number);
  person.protection(grading)
      .has(address_protection, R"("level":"protected")")
      .has(residential_address, R"("street":")" + std::string(planted) + '"',
           {.from = "2015-01-01", .grading = grading})
      .has(postal_address, R"("street":"Postboks 1")", {.grading = grading});
  return person;
}

PersonBuilder unprotected_with_past(const std::string& number) {
  PersonBuilder person = plain(number);
  person.lives_at(planted, {.from = "2015-01-01", .registered = "2015-01-02"})
      .lives_at(planted_past, superseded("2010-01-01", "2010-01-02"))
      .has(emigration_from_norway, R"("place":"Ystad")")
      .has(birth, R"("place":"Barnebyen")");
  return person;
}

PersonBuilder strictly(const std::string& number) {
  PersonBuilder person = plain(number);
  person.protection(Grading::strictly_confidential)
      .has(address_protection, R"("level":"strict")", {.registered = "2024-01-15"})
      .has(postal_address, R"("street":"Postboks 1")");
  return person;
}

std::string without_head(const std::string& view) {
  return view.substr(view.find(',', view.find("\"sequenceNumber\":")));
}

std::vector<Ask> every_ask(Access access, std::uint64_t newest) {
  std::vector<Ask> asks;
  for (const Dialect dialect : {Dialect::persontjenesten_v2, Dialect::v1}) {
    for (const bool history : {false, true}) {
      for (int time = 0; time < 4; ++time) {
        for (std::uint64_t recorded = 0; recorded <= newest; ++recorded) {
          Ask ask;
          ask.access = access;
          ask.dialect = dialect;
          ask.history = history;
          if (time != 0)
            ask.as_of = at(time == 1 ? "2012-01-01" : time == 2 ? "2018-01-01" : "2024-01-16");
          if (recorded != 0) ask.recorded_as_of = recorded;
          asks.push_back(ask);
        }
      }
    }
  }
  return asks;
}

} // namespace

TEST_CASE("without legal basis a protected person looks like one with no such address") {
  for (const Grading grading : {Grading::confidential, Grading::strictly_confidential}) {
    on_every_engine([grading](Town& town) {
      Town twin_town;
      town.import(hidden(fnr(1), grading), "2024-01-01");
      twin_town.import(plain(fnr(1)), "2024-01-01");
      CHECK(town.newest() == twin_town.newest());
      for (const Ask& ask : every_ask(Access::no_legal_basis, 1)) {
        CHECK(without_head(town.view(fnr(1), ask)) == without_head(twin_town.view(fnr(1), ask)));
      }
      CHECK(town.sequence_of(fnr(1), Access::no_legal_basis) ==
            twin_town.sequence_of(fnr(1), Access::no_legal_basis));
      CHECK(town.events(0, Access::no_legal_basis) == twin_town.events(0, Access::no_legal_basis));
    });
  }
}

TEST_CASE("with legal basis the flag shows, and of confidential addresses the rows") {
  on_every_engine([](Town& town) {
    town.import(hidden(fnr(1), Grading::confidential), "2024-01-01");
    CHECK(town.told(fnr(1), "level") == Texts{"protected"});
    CHECK(town.told(fnr(1), "street") == Texts{std::string(planted), "Postboks 1"});
    town.import(hidden(fnr(2), Grading::strictly_confidential), "2024-01-01");
    CHECK(town.told(fnr(2), "level") == Texts{"protected"});
    CHECK(town.told(fnr(2), "street").empty());
  });
}

TEST_CASE("a client address hides that address alone") {
  on_every_engine([](Town& town) {
    PersonBuilder person = plain(fnr(1));
    person.lives_at("Institusjonen", {.from = "2020-01-01", .grading = Grading::client_address})
        .lives_at("Storgata 1", superseded("2010-01-01", "2010-01-02"))
        .has(postal_address, R"("street":"Postboks 1")");
    town.import(person, "2024-01-01");
    CHECK(town.told(fnr(1), "street") == Texts{"Institusjonen", "Postboks 1"});
    CHECK(town.told(fnr(1), "street", openly()) == Texts{"Postboks 1"});
    CHECK(town.told(fnr(1), "street", with_history(openly())) == Texts{"Storgata 1", "Postboks 1"});
  });
}

TEST_CASE("the end of an open row does not tell when a hidden one began") {
  PersonBuilder with = plain(fnr(1)), without = plain(fnr(1));
  with.lives_at("Institusjonen", {.from = "2020-01-01", .grading = Grading::client_address});
  for (PersonBuilder* person : {&with, &without}) {
    person->lives_at("Storgata 1", superseded("2010-01-01", "2012-01-02"));
  }
  Town town, twin_town;
  town.import(with, "2024-01-01");
  twin_town.import(without, "2024-01-01");
  for (const Ask& ask : every_ask(Access::no_legal_basis, 1)) {
    CHECK(without_head(town.view(fnr(1), ask)) == without_head(twin_town.view(fnr(1), ask)));
  }
  CHECK(town.told(fnr(1), "street", as_of("2018-01-01")) == Texts{"Storgata 1"});
}

TEST_CASE("a change in what is hidden moves nothing visible, and gives no event either") {
  on_every_engine([](Town& town) {
    PersonBuilder person = hidden(fnr(1), Grading::confidential);
    town.import(person, "2024-01-01");
    const std::string before = town.view(fnr(1), openly());
    const auto newest = town.newest();
    PersonBuilder moved = plain(fnr(1));
    moved.protection(Grading::confidential)
        .has(address_protection, R"("level":"protected")")
        .has(residential_address, R"("street":"Elsewhere 1")",
             {.from = "2016-01-01", .grading = Grading::confidential})
        .has(postal_address, R"("street":"Postboks 2")", {.grading = Grading::confidential});
    town.import(moved, "2024-02-01");
    CHECK(town.newest() == newest + 2);
    CHECK(town.sequence_of(fnr(1), Access::legal_basis) == newest + 2);
    CHECK(town.view(fnr(1), openly()) == before);
    CHECK(town.events(newest + 1) == Texts{"ChangeInResidentialAddress", "ChangeInPostalAddress"});
    CHECK(town.events(newest + 1, Access::no_legal_basis).empty());
  });
}

TEST_CASE("strengt fortrolig: addresses are forgotten in the commit that learns of it") {
  on_every_engine([](Town& town) {
    town.import(unprotected_with_past(fnr(1)), "2024-01-01");
    CHECK(town.told(fnr(1), "street", with_history()) ==
          Texts{std::string(planted), std::string(planted_past)});
    CHECK_FALSE(town.holds_no(planted));
    town.import(strictly(fnr(1)), "2024-01-16");
    for (const std::string_view trace :
         {planted, planted_past, std::string_view("Ystad"), std::string_view("Barnebyen")}) {
      CAPTURE(std::string(trace));
      CHECK(town.holds_no(trace));
    }
    for (const Access access : {Access::legal_basis, Access::no_legal_basis}) {
      for (const Ask& ask : every_ask(access, town.newest())) {
        const std::string view = town.view(fnr(1), ask);
        CHECK(view.find("stubben") == std::string::npos);
      }
    }
    CHECK(town.told(fnr(1), "street") == Texts{"Postboks 1"});
    CHECK(town.told(fnr(1), "street", openly()).empty());
    // Other knowledge of the past stays.
    CHECK(town.told(fnr(1), "lastName", recorded_as_of(1)) == Texts{"Hansen"});
  });
}

TEST_CASE("strengt fortrolig: rows withdrawn before are forgotten too") {
  on_every_engine([](Town& town) {
    PersonBuilder first = plain(fnr(1)), second = plain(fnr(1));
    first.lives_at(planted, {.from = "2015-01-01"});
    second.lives_at("Nygata 1", {.from = "2020-01-01"});
    town.import(first, "2024-01-01");
    town.import(second, "2024-01-02");
    CHECK(town.told(fnr(1), "street", recorded_as_of(1)) == Texts{std::string(planted)});
    town.import(strictly(fnr(1)), "2024-01-16");
    CHECK(town.holds_no(planted));
    CHECK(town.holds_no("Nygata 1"));
  });
}

TEST_CASE("strengt fortrolig: what a merged person left behind is forgotten as well") {
  on_every_engine([](Town& town) {
    PersonBuilder loser = plain(fnr(1)), survivor = plain(fnr(2));
    loser.lives_at(planted, {.from = "2015-01-01"})
        .lives_at(planted_past, superseded("2010-01-01"));
    survivor.formerly(fnr(1));
    town.import({loser.record(), plain(fnr(2)).record()}, "2024-01-01");
    const auto before = town.newest();
    town.import(survivor, "2024-01-10");
    CHECK(town.told(fnr(1), "street", recorded_as_of(before)) == Texts{std::string(planted)});
    PersonBuilder hides = strictly(fnr(2));
    hides.formerly(fnr(1));
    town.import(hides, "2024-01-16");
    CHECK(town.holds_no(planted));
    CHECK(town.holds_no(planted_past));
    CHECK(town.told(fnr(1), "street", recorded_as_of(before)).empty());
    CHECK(town.told(fnr(1), "lastName", recorded_as_of(before)) == Texts{"Hansen"});
  });
}

TEST_CASE("a person who is merged into one who hides is withheld as that one") {
  for (const Grading grading : {Grading::confidential, Grading::strictly_confidential}) {
    on_every_engine([grading](Town& town) {
      PersonBuilder loser = plain(fnr(1));
      loser.lives_at(planted, {.from = "2015-01-01"});
      PersonBuilder alone = hidden(fnr(2), grading), survivor = hidden(fnr(2), grading);
      survivor.formerly(fnr(1));
      town.import({loser.record(), alone.record()}, "2024-01-01");
      const auto before = town.newest();
      town.import(survivor, "2024-01-10");
      CHECK(town.told(fnr(1), "street", recorded_as_of(before, openly())).empty());
    });
  }
}

TEST_CASE("protection is today's, whatever time is asked about") {
  on_every_engine([](Town& town) {
    town.import(unprotected_with_past(fnr(1)), "2024-01-01");
    const auto before = town.newest();
    PersonBuilder confidential = hidden(fnr(1), Grading::confidential);
    town.import(confidential, "2024-01-10");
    CHECK(town.told(fnr(1), "street", recorded_as_of(before)) == Texts{std::string(planted)});
    CHECK(town.told(fnr(1), "street", recorded_as_of(before, openly())).empty());
    CHECK(town.told(fnr(1), "street", with_history(openly())).empty());
    CHECK(town.told(fnr(1), "place", recorded_as_of(before, openly())).empty());
    // And when it ends, the open past may be seen again.
    town.import(unprotected_with_past(fnr(1)), "2024-02-10");
    CHECK(town.told(fnr(1), "street", openly()) == Texts{std::string(planted)});
  });
}

TEST_CASE("a row that tells a place in some fields is shown without them, from whatever form") {
  on_every_engine([](Town& town) {
    PersonBuilder person(fnr(1));
    person.protection(Grading::confidential)
        .has(birth, R"("birthYear":"1980","place":"Barnebyen")", {.open = R"("birthYear":"1980")"})
        .has(marital_status, R"("status":"Married","place":"Bryllupsbyen")");
    town.import(person, "2024-01-01");
    CHECK(town.told(fnr(1), "place") == Texts{"Barnebyen", "Bryllupsbyen"});
    CHECK(town.told(fnr(1), "place", openly()).empty());
    CHECK(town.told(fnr(1), "birthYear", openly()) == Texts{"1980"});
    CHECK(town.told(fnr(1), "status", only({marital_status}, openly())) == Texts{"Married"});
  });
}

TEST_CASE("when somebody begins to hide, callers without legal basis see the address go") {
  on_every_engine([](Town& town) {
    PersonBuilder before = plain(fnr(1));
    before.lives_at(planted, {.from = "2015-01-01"});
    town.import(before, "2024-01-01");
    const auto newest = town.newest();
    town.import(hidden(fnr(1), Grading::confidential), "2024-01-10");
    CHECK(town.sequence_of(fnr(1), Access::no_legal_basis) == newest);
    for (const std::string& event : town.events(newest + 1, Access::no_legal_basis)) {
      CHECK(event == "ChangeInPerson");
    }
    CHECK(town.events(newest + 1, Access::no_legal_basis).size() == 1);
  });
}
