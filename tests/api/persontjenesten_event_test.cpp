// The event operations of /api: decisions 11, 16 and 18 of the drop-in.
#include "tests/api/registry_fixture.h"

#include <doctest/doctest.h>

using namespace grunndata::api;

namespace {

const std::string events = "/api/legal-basis/event";
const std::string latest = "/api/legal-basis/event/latest";

} // namespace

TEST_CASE("an event document's sequence number is a string; start and end index are sent") {
  RegistryFixture service;
  service.import(document(fnr(0), name_element("Ola", "Nordmann")));
  const Answer answer = service.get_v2(events);
  REQUIRE(answer.status == 200);
  CHECK(answer.body.starts_with(R"({"results":[{"sequenceNumber":")"));
  CHECK(answer.holds(R"("startIndex":0,"endIndex":)"));
  CHECK(member(answer, "personId") == service.id_of(fnr(0)));
  CHECK_FALSE(answer.holds(fnr(0)));
}

TEST_CASE("events are given from the number inclusive; at the tip the list is empty") {
  RegistryFixture service;
  for (std::size_t n = 0; n < 4; ++n) service.import(document(fnr(n)));
  const auto newest = service.registry().newest_sequence();
  const Answer all = service.get_v2(events + "?sequenceNumber=1");
  CHECK(all.body == service.get_v2(events).body);
  const Answer last = service.get_v2(events + "?sequenceNumber=" + std::to_string(newest));
  CHECK(count_of(last.body, "personId") == 1);
  CHECK(member(last, "sequenceNumber") == std::to_string(newest));
  const Answer tip = service.get_v2(events + "?sequenceNumber=" + std::to_string(newest + 1));
  CHECK(tip.status == 200);
  CHECK(tip.body == R"({"results":[],"startIndex":0,"endIndex":0})");
  const Answer ahead = service.get_v2(events + "?sequenceNumber=" + std::to_string(newest + 2));
  CHECK(ahead.status == 400);
  CHECK(member(ahead, "code") == "sequence_ahead");
}

TEST_CASE("a sequence number is a positive integer, an event type one of the contract's") {
  RegistryFixture service;
  for (const std::string bad : {"0", "-1", "1.5", "one", "99999999999999999999"}) {
    const Answer answer = service.get_v2(events + "?sequenceNumber=" + bad);
    CHECK(answer.status == 400);
    CHECK(member(answer, "code") == "parameter_invalid");
  }
  const Answer answer = service.get_v2(events + "?eventTypes=Nonsense");
  CHECK(answer.status == 400);
  CHECK(member(answer, "code") == "event_type_unknown");
}

TEST_CASE("event types filter, repeated or with commas, in any case") {
  RegistryFixture service;
  service.import(document(fnr(0), name_element("Ola", "Nordmann")));
  service.import(document(fnr(0), name_element("Ola", "Hansen")), "2026-02-01T00:00:00Z");
  const Answer names = service.get_v2(events + "?eventTypes=changeinname");
  CHECK(count_of(names.body, R"("eventType":"ChangeInName")") == count_of(names.body, "personId"));
  CHECK(count_of(names.body, "personId") > 0);
  const Answer both = service.get_v2(events + "?eventTypes=ChangeInName,PersonIsDeceased");
  CHECK(both.body == names.body);
  CHECK(service.get_v2(events + "?eventTypes=PersonIsDeceased").body ==
        R"({"results":[],"startIndex":0,"endIndex":0})");
}

TEST_CASE("the filter scans on beyond a thousand events that do not match") {
  RegistryFixture service;
  for (std::size_t n = 0; n < 150; ++n) {
    for (int month = 1; month <= 8; ++month) {
      service.import(document(fnr(n), name_element("Ola" + std::to_string(month), "Nordmann")),
                     "2026-0" + std::to_string(month) + "-01T00:00:00Z");
    }
  }
  REQUIRE(service.registry().newest_sequence() > 1000);
  service.import(document(fnr(0), name_element("Ola8", "Nordmann") +
                                      R"(,"kjoenn":[{"erGjeldende":true,"kjoenn":"kvinne"}])"),
                 "2026-09-01T00:00:00Z");
  const Answer page = service.get_v2(events);
  CHECK(count_of(page.body, "personId") == 1000);
  CHECK(page.holds(R"("endIndex":999)"));
  const Answer gender = service.get_v2(events + "?eventTypes=ChangeInGender");
  CHECK(count_of(gender.body, "personId") == 1);
}

TEST_CASE("the latest event is 404 in an empty registry, else the newest") {
  RegistryFixture service;
  const Answer none = service.get_v2(latest);
  CHECK(none.status == 404);
  CHECK(none.content_type == "application/json");
  CHECK(member(none, "code") == "event_not_found");
  service.import(document(fnr(0)));
  const Answer one = service.get_v2(latest);
  CHECK(one.status == 200);
  CHECK(member(one, "sequenceNumber") == std::to_string(service.registry().newest_sequence()));
}

TEST_CASE("without legal basis a confidential part changes as ChangeInPerson, or not at all") {
  RegistryFixture service;
  const std::string name = name_element("Ola", "Nordmann");
  const std::string sami =
      R"(,"brukAvSamiskSpraak":[{"erGjeldende":true,"brukAvSamiskSpraak":true}])";
  service.import(document(fnr(0), name));
  service.import(document(fnr(0), name + sami), "2026-02-01T00:00:00Z");
  CHECK(service.get_v2(events).holds("ChangeInUseOfSamiLanguage"));
  const Answer open = service.get_v2("/api/no-legal-basis/event");
  CHECK_FALSE(open.holds("ChangeInUseOfSamiLanguage"));
  CHECK(open.holds("ChangeInPerson"));
  const Answer filtered =
      service.get_v2("/api/no-legal-basis/event?eventTypes=ChangeInUseOfSamiLanguage");
  CHECK(filtered.holds(R"("results":[])"));
}

TEST_CASE("the place where numbers are too far on does not tell of hidden events") {
  RegistryFixture service;
  service.import(document(fnr(0)));
  service.import(document(fnr(0), R"("brukAvSamiskSpraak":[{"erGjeldende":true,)"
                                  R"("brukAvSamiskSpraak":true}],)"
                                  R"("utenlandskPersonidentifikasjon":[{"erGjeldende":true,)"
                                  R"("identifikasjonsnummer":"X1","utstederland":"SWE"}])"),
                 "2026-02-01T00:00:00Z");
  const std::string open = "/api/no-legal-basis/event";
  const auto seen = std::stoull(member(service.get_v2(open + "/latest"), "sequenceNumber"));
  REQUIRE(service.registry().newest_sequence() > seen);
  const auto status_at = [&](unsigned long long number) {
    return service.get_v2(open + "?sequenceNumber=" + std::to_string(number)).status;
  };
  CHECK(status_at(seen + 1) == 200);
  CHECK(status_at(seen + 2) == 400);
}
