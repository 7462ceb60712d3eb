// A felles hjelpenummer as readers of the contract meet it: looked up by number, told in the feeds.
#include "registry/hjelpenummer/help_numbers.h"
#include "tests/api/registry_fixture.h"
#include "tests/hjelpenummer/scratch_folder.h"

#include <doctest/doctest.h>

using namespace grunndata;
using namespace grunndata::api;
namespace hn = registry::hjelpenummer;

namespace {

/// A service over a registry in which numbers are issued.
struct Ward {
  Ward() {
    auto opened = hn::HelpNumbers::open(service.registry(),
                                        {.mark_file = folder.path() / "mark", .clock = {}});
    REQUIRE(opened.has_value());
    numbers = std::move(*opened);
    REQUIRE(numbers->delegate({.first = 830'000'000, .last = 830'009'999}).has_value());
  }
  static registry::Actor nurse() {
    registry::Actor actor;
    actor.client_id = "mottak";
    actor.organisation = "974760673";
    return actor;
  }
  hn::HelpNumber issue() {
    hn::IssueRequest request;
    request.by = nurse();
    request.organisation = "974760673";
    request.reason = "ukjent pasient";
    request.facts = {hn::Facts{}};
    request.facts[0].given_name = "Ola";
    auto issued = numbers->issue(std::move(request));
    REQUIRE(issued.has_value());
    return issued->numbers.at(0);
  }
  /// Tells more, as soon as somebody knows.
  void tell(const hn::HelpNumber& number) {
    hn::FactItem item;
    item.by = nurse();
    item.facts.family_name = "Vik";
    REQUIRE(numbers->update(number.identifier(), item).has_value());
  }

  hn::tests::ScratchFolder folder;
  RegistryFixture service;
  std::unique_ptr<hn::HelpNumbers> numbers;
};

const std::string created = R"("CreatedAlternateIdentificationNumber")";
const std::string updated = R"("UpdatedAlternateIdentificationNumber")";

} // namespace

TEST_CASE("that a hjelpenummer was issued and told more of stands in every feed, once each") {
  Ward ward;
  const hn::HelpNumber number = ward.issue();
  const std::string id(registry::view_of(ward.service.registry().ids().seal(*number.entity)));
  for (const char* feed : {"/api/legal-basis/event", "/api/no-legal-basis/event"}) {
    const Answer answer = ward.service.get_v2(feed);
    REQUIRE(answer.status == 200);
    CHECK(count_of(answer.body, created) == 1);
    CHECK(count_of(answer.body, updated) == 0);
    CHECK(answer.holds(id));
    CHECK_FALSE(answer.holds(number.number));
  }
  ward.tell(number);
  for (const char* feed : {"/api/legal-basis/event", "/api/no-legal-basis/event"}) {
    const std::string only = "?eventTypes=UpdatedAlternateIdentificationNumber";
    const Answer answer = ward.service.get_v2(feed + only);
    CHECK(count_of(answer.body, updated) == 1);
    CHECK(count_of(answer.body, created) == 0);
    CHECK(member(ward.service.get_v2(std::string(feed) + "/latest"), "eventType") ==
          "UpdatedAlternateIdentificationNumber");
  }
  const Answer own = ward.service.get("/v1/events");
  CHECK(count_of(own.body, created) == 1);
  CHECK(count_of(own.body, updated) == 1);
  const Answer typed = ward.service.get("/v1/events?types=CreatedAlternateIdentificationNumber");
  CHECK(count_of(typed.body, created) == 1);
  CHECK(count_of(typed.body, updated) == 0);
  CHECK(member(typed, "personId") == id);
}

TEST_CASE("get-by-nin takes a felles hjelpenummer, until it is cancelled") {
  Ward ward;
  const hn::HelpNumber number = ward.issue();
  const std::string query =
      "/person/get-by-nin?informationParts=Name,NorwegianIdentificationNumber";
  for (const std::string basis : {"/api/legal-basis", "/api/no-legal-basis"}) {
    const Answer answer = ward.service.post_form(basis + query, "nin=" + number.number);
    CHECK(answer.status == 200);
    CHECK(answer.holds(R"("identificationNumber":")" + number.number + '"'));
    CHECK(answer.holds("AlternateIdentificationNumber"));
    CHECK(answer.holds("Ola") == (basis == "/api/legal-basis"));
  }
  REQUIRE(
      ward.numbers
          ->cancel(number.identifier(), hn::CancelReason::issued_by_mistake, Ward::nurse(), "feil")
          .has_value());
  for (const std::string basis : {"/api/legal-basis", "/api/no-legal-basis"}) {
    CHECK(ward.service.post_form(basis + query, "nin=" + number.number).status == 404);
  }
}
