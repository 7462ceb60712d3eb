// /v1/events: cursors and their limits.
#include "api/v1/cursor.h"
#include "tests/api/registry_fixture.h"

#include <doctest/doctest.h>

using namespace grunndata::api;

namespace {

const std::string events = "/v1/events";

void check_problem(const Answer& answer, int status, std::string_view code) {
  CHECK(answer.status == status);
  CHECK(answer.content_type == "application/problem+json");
  CHECK(member(answer, "code") == code);
}

std::string cursor_text(const v1::Cursor& cursor) {
  std::string text;
  v1::append_cursor(text, cursor);
  return text;
}

} // namespace

TEST_CASE("a cursor reads back as it was written, and in no other spelling") {
  for (const v1::Cursor& cursor : {v1::Cursor{0, 0}, v1::Cursor{7, 1}, v1::Cursor{~0ULL, ~0ULL}}) {
    const std::string text = cursor_text(cursor);
    CHECK(v1::read_cursor(text) == cursor);
    for (std::size_t i = 0; i < text.size(); ++i) {
      std::string changed = text;
      changed[i] = changed[i] == 'A' ? 'B' : 'A';
      CHECK_FALSE(v1::read_cursor(changed).has_value());
    }
    CHECK_FALSE(v1::read_cursor(text + "A").has_value());
    CHECK_FALSE(v1::read_cursor(text.substr(1)).has_value());
  }
  CHECK_FALSE(v1::read_cursor("").has_value());
  CHECK_FALSE(v1::read_cursor("not a cursor").has_value());
}

TEST_CASE("the log is read page by page to its tip and on from there") {
  RegistryFixture service;
  for (std::size_t n = 0; n < 5; ++n) service.import(document(fnr(n)));
  std::string target = events + "?limit=2";
  std::size_t seen = 0;
  for (int pages = 0; pages < 100; ++pages) {
    const Answer page = service.get(target);
    REQUIRE(page.status == 200);
    seen += count_of(page.body, "personId");
    target = events + "?limit=2&after=" + member(page, "nextCursor");
    if (member(page, "more") == "false") break;
  }
  CHECK(seen == count_of(service.get(events + "?limit=1000").body, "personId"));
  CHECK(service.get(target).holds(R"({"events":[],"nextCursor":")"));
  service.import(document(fnr(5), name_element("Kari", "Nordmann")));
  const Answer news = service.get(target);
  CHECK(member(news, "personId") == service.id_of(fnr(5)));
  CHECK(news.holds(R"("recordedAt":"20)"));
  CHECK(news.body.find(R"("sequenceNumber":")") == std::string::npos);
}

TEST_CASE("the latest cursor skips what has been") {
  RegistryFixture service;
  service.import(document(fnr(0)));
  const std::string cursor = member(service.get("/v1/events/latest"), "nextCursor");
  CHECK(service.get(events + "?after=" + cursor).holds(R"({"events":[])"));
  service.import(document(fnr(1)));
  CHECK(member(service.get(events + "?after=" + cursor), "personId") == service.id_of(fnr(1)));
  check_problem(service.get("/v1/events/latest?x=1"), 400, "parameter_unknown");
}

TEST_CASE("an empty log has a cursor to begin with") {
  RegistryFixture service;
  const Answer empty = service.get(events);
  CHECK(empty.status == 200);
  CHECK(empty.holds(R"("more":false)"));
  service.import(document(fnr(0)));
  CHECK(service.get(events + "?after=" + member(empty, "nextCursor")).holds("personId"));
}

TEST_CASE("events can be filtered by type") {
  RegistryFixture service;
  service.import(document(fnr(0), name_element("Ola", "Nordmann")));
  service.import(document(fnr(0), name_element("Ola", "Hansen")), "2026-02-01T00:00:00Z");
  const Answer names = service.get(events + "?types=ChangeInName,PersonIsDeceased");
  CHECK(count_of(names.body, "personId") == count_of(names.body, "\"ChangeInName\""));
  CHECK(names.holds("ChangeInName"));
  const Answer grouped = service.get(events + "?types=name,death");
  CHECK(count_of(grouped.body, "personId") == count_of(grouped.body, "\"ChangeInName\""));
  CHECK(grouped.holds("ChangeInName"));
  CHECK_FALSE(service.get(events + "?types=virksomhet").holds("personId"));
  check_problem(service.get(events + "?types=name,nonsense"), 400, "event_type_unknown");
}

TEST_CASE("an event says what it is about, why, what it corrects, and nothing of the person") {
  for (const auto access :
       {grunndata::registry::Access::legal_basis, grunndata::registry::Access::no_legal_basis}) {
    ApiOptions options;
    options.v1_access = access;
    RegistryFixture service(std::move(options));
    const auto dead = [](std::string_view day) {
      return document(fnr(0), R"("doedsfall":{"erGjeldende":true,"doedsdato":")" +
                                  std::string(day) + "\"}");
    };
    service.import(document(fnr(0)));
    service.import(dead("2026-01-02"), "2026-01-03T00:00:00Z");
    service.import(document(fnr(0)), "2026-01-04T00:00:00Z");
    const std::string id = service.id_of(fnr(0));
    const Answer all = service.get(events);
    CHECK(all.holds(R"({"sequenceNumber":1,"entity":"person","personId":")" + id +
                    R"(","eventType":"PersonPopulated","cause":"administrative",)"
                    R"("recordedAt":"20)"));
    CHECK(all.holds(R"("eventType":"ChangeInDeath","changedParts":["Death"],"cause":"lifeEvent",)"
                    R"("recordedAt":"20)"));
    CHECK(all.holds(R"("eventType":"ChangeInDeath","changedParts":["Death"],"cause":"annulment",)"
                    R"("corrects":2,"recordedAt":"20)"));
    CHECK_FALSE(all.holds("2026-01-02\""));
    CHECK_FALSE(all.holds(fnr(0)));
  }
}

TEST_CASE("events of personell and virksomhet can be asked for, and there are none") {
  RegistryFixture service;
  service.import(document(fnr(0)));
  const Answer persons = service.get(events + "?entity=person");
  CHECK(count_of(persons.body, "personId") == 1);
  for (const std::string kind : {"personell", "virksomhet"}) {
    const Answer none = service.get(events + "?entity=" + kind);
    CHECK(none.holds(R"({"events":[],"nextCursor":")" + member(persons, "nextCursor")));
    CHECK(none.holds(R"("more":false)"));
  }
  check_problem(service.get(events + "?entity=Person"), 400, "parameter_invalid");
  check_problem(service.get(events + "?entity=person&entity=person"), 400, "parameter_repeated");
}

TEST_CASE("who has read everything gets the same cursor again") {
  for (const auto access :
       {grunndata::registry::Access::legal_basis, grunndata::registry::Access::no_legal_basis}) {
    ApiOptions options;
    options.v1_access = access;
    RegistryFixture service(std::move(options));
    service.import(document(fnr(0)));
    const std::string cursor = member(service.get(events), "nextCursor");
    const Answer caught_up = service.get(events + "?after=" + cursor);
    CHECK(caught_up.holds(R"({"events":[],"nextCursor":")" + cursor + R"(","more":false})"));
    const auto epoch = service.registry().epoch();
    check_problem(service.get(events + "?after=" + cursor_text({epoch + 1, 1})), 410,
                  "history_changed");
  }
}

TEST_CASE("a cursor of another history is gone, a made-up one is invalid") {
  RegistryFixture service;
  service.import(document(fnr(0)));
  const auto epoch = service.registry().epoch();
  check_problem(service.get(events + "?after=" + cursor_text({epoch + 1, 1})), 410,
                "history_changed");
  check_problem(service.get(events + "?after=1"), 400, "cursor_invalid");
  check_problem(service.get(events + "?after="), 400, "cursor_invalid");
  check_problem(service.get(events + "?after=" + cursor_text({epoch, 1'000'000})), 400,
                "sequence_ahead");
}

TEST_CASE("the parameters of the log are read strictly") {
  RegistryFixture service;
  for (const std::string bad : {"0", "1001", "-1", "ten", ""}) {
    check_problem(service.get(events + "?limit=" + bad), 400, "parameter_invalid");
  }
  check_problem(service.get(events + "?limit=1&limit=2"), 400, "parameter_repeated");
  check_problem(service.get(events + "?types=Nonsense"), 400, "event_type_unknown");
  check_problem(service.get(events + "?from=1"), 400, "parameter_unknown");
  check_problem(service.get(events + "?%zz"), 400, "form_invalid");
}

TEST_CASE("without legal basis the latest cursor stands behind what the caller may see") {
  ApiOptions options;
  options.v1_access = grunndata::registry::Access::no_legal_basis;
  RegistryFixture service(std::move(options));
  CHECK(v1::read_cursor(member(service.get("/v1/events/latest"), "nextCursor"))->from == 1);
  const auto hidden = [](std::string_view street) {
    return document(fnr(1), R"("adressebeskyttelse":[{"erGjeldende":true,"graderingsnivaa":)"
                            R"("fortrolig"}],"bostedsadresse":[{"erGjeldende":true,)"
                            R"("adressegradering":"fortrolig","vegadresse":{"adressenavn":")" +
                                std::string(street) + "\"}}]");
  };
  service.import(hidden("A"));
  const auto told = service.registry().newest_sequence();
  service.import(hidden("B"), "2026-01-02T00:00:00Z");
  REQUIRE(service.registry().newest_sequence() > told);
  const std::string cursor = member(service.get("/v1/events/latest"), "nextCursor");
  CHECK(v1::read_cursor(cursor)->from == told + 1);
  for (const std::string& target : {events, events + "?limit=1", events + "?after=" + cursor}) {
    const Answer page = service.get(target);
    CHECK(member(page, "nextCursor") == cursor);
    CHECK(page.holds(R"("more":false)"));
  }
  // A position from beyond, as of a caller who had legal basis before, is kept.
  const auto epoch = v1::read_cursor(cursor)->epoch;
  const std::string beyond = cursor_text({epoch, service.registry().newest_sequence() + 1});
  const Answer page = service.get(events + "?after=" + beyond);
  CHECK(page.status == 200);
  CHECK(member(page, "nextCursor") == beyond);
}
