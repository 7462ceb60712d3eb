// /v1/subscriptions: who may subscribe to what, what is told of it, and what is written down.
#include "api/v1/subscriptions/subscriptions.h"
#include "api/v1/cursor.h"
#include "identifiers/generate.h"
#include "tests/clients/office.h"

#include <doctest/doctest.h>

using namespace grunndata;
using namespace grunndata::api;
using namespace grunndata::api::stories;
using registry::Access;
using registry::audit::Act;
using registry::audit::Class;
using registry::stories::PersonBuilder;

namespace {

/// The n-th number that could be somebody's.
std::string fnr(unsigned n) {
  identifiers::NumberSeries series;
  series.kind = identifiers::Kind::fnr;
  series.check_rule = identifiers::CheckRule::pre2032;
  identifiers::NumberSequence numbers({1980, 3, 14}, series);
  auto number = numbers.next();
  for (unsigned i = 0; i < n && number; ++i) number = numbers.next();
  REQUIRE(number.has_value());
  return std::string(number->text());
}

std::string in_days(int days) {
  const auto time = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::days(days));
  return format_instant(registry::Instant{registry::now().microseconds + time.count()});
}

std::string wish(std::string_view more = {}, std::string_view purpose = "Our patients") {
  return R"({"purpose":")" + std::string(purpose) + R"(","expires":")" + in_days(30) + '"' +
         std::string(more) + '}';
}

std::string quoted(const std::string& text) { return '"' + text + '"'; }

struct Desk : Office {
  Desk() { take_subscriptions(); }
  Told make(const std::string& body) {
    Told told = post(v1::make_subscription, body);
    REQUIRE_MESSAGE(told.status == 201, told.body);
    return told;
  }
  std::string fault(const std::string& body) {
    const Told told = post(v1::make_subscription, body);
    CHECK(told.status >= 400);
    return told.member("code") + ' ' + told.member("pointer");
  }
  void import(unsigned n, std::string_view name, std::string_view day) {
    PersonBuilder person(fnr(n));
    town().import(person.named(name), day);
  }
  std::string cursor(std::uint64_t from) {
    std::string text;
    v1::append_cursor(text, {.epoch = registry().epoch(), .from = from});
    return text;
  }
};

const std::string hook = R"(,"webhookUrl":"https://hospital.example/hook?token=x")";

} // namespace

TEST_CASE("a subscription is shown to its client for its unit alone, and its secret once") {
  Desk desk;
  const Told made =
      desk.make(wish(R"(,"types":["death","ChangeInName"],"holdback":"PT1H")" + hook));
  CHECK(made.member("id") == "1");
  CHECK(made.member("webhookSecret").starts_with("whsec_"));
  CHECK(made.member("webhookUrl") == "https://hospital.example/hook?token=x");
  CHECK(made.member("holdback") == "PT3600S");
  CHECK(made.holds(R"("ChangeInName")"));
  CHECK(made.holds(R"("ChangeInDeath")"));
  CHECK(made.holds(R"("members":0)"));
  REQUIRE(made.records.size() == 1);
  CHECK(made.records[0].act == Act::administered);
  CHECK(made.records[0].kind == Class::important);
  CHECK(made.records[0].reason.text == "subscription 1 made");
  const Told shown = desk.ask(v1::subscription_by_id, {}, {"1"});
  CHECK(shown.status == 200);
  CHECK_FALSE(shown.holds("whsec_"));
  CHECK_FALSE(desk.ask(v1::list_subscriptions).holds("whsec_"));

  desk.hold({}, "991825827"); // the same client for another unit
  CHECK(desk.ask(v1::subscription_by_id, {}, {"1"}).member("code") == "subscription_not_found");
  CHECK(desk.ask(v1::subscription_deliveries, {}, {"1"}).status == 404);
  CHECK(desk.ask(v1::subscription_events, {}, {"1"}).status == 404);
  CHECK(desk.ask(v1::remove_subscription, {}, {"1"}).status == 404);
  CHECK(desk.ask(v1::pause_subscription, {}, {"1"}).status == 404);
  CHECK(desk.ask(v1::resume_subscription, {}, {"1"}).status == 404);
  CHECK(desk.post(v1::change_subscription, "{}", {"1"}).status == 404);
  CHECK(desk.post(v1::change_cohort, R"({"add":["x"]})", {"1"}).status == 404);
  CHECK(desk.post(v1::replay_subscription, "{}", {"1"}).status == 404);
  CHECK(desk.ask(v1::list_subscriptions).body == R"({"subscriptions":[]})");
  for (const char* id : {"2", "0", "x", "-1", "01", ""}) {
    CHECK(desk.ask(v1::subscription_by_id, {}, {id}).status == 404);
  }
}

TEST_CASE("a cohort takes known and unknown numbers alike, and says how many there are") {
  Desk desk;
  desk.import(1, "A", "2024-01-01");
  const Told made =
      desk.make(wish(R"(,"identifiers":[)" + quoted(fnr(1)) + "," + quoted(fnr(2)) + "]"));
  CHECK(made.holds(R"("members":2)"));
  const auto change = [&](const std::string& body) {
    return desk.post(v1::change_cohort, body, {"1"});
  };
  CHECK(change(R"({"add":[)" + quoted(fnr(3)) + "," + quoted(fnr(3)) + "]}").body ==
        R"({"members":3})");
  CHECK(change(R"({"remove":[)" + quoted(fnr(9)) + "," + quoted(fnr(2)) + "]}").body ==
        R"({"members":2})");
  CHECK(change(R"({"add":[{"type":"HNR","assigner":"974760673","value":"77"}]})").body ==
        R"({"members":3})");
  CHECK(change("{}").member("code") == "identifier_required");
  CHECK(change(R"({"add":["12345"]})").member("code") == "identifier_malformed");
  CHECK(change(R"({"add":["12345"]})").member("pointer") == "/add/0");
  CHECK(change(R"({"add":["77"],"x":1})").member("code") == "body_invalid");
  CHECK(change(R"({"add":"77"})").member("code") == "body_invalid");
  CHECK(change(R"({"add":[{"type":"NONE","value":"1"}]})").member("code") ==
        "identifier_malformed");
  const Told noted = change(R"({"add":[)" + quoted(fnr(4)) + "]}");
  REQUIRE(noted.records.size() == 1);
  CHECK(noted.records[0].reason.text == "subscription 1 cohort changed");
  CHECK_FALSE(noted.records[0].subject); // not who, nor whether there is such a person

  desk.make(wish(R"(,"everyone":true)"));
  CHECK(desk.post(v1::change_cohort, R"({"add":[)" + quoted(fnr(1)) + "]}", {"2"}).member("code") ==
        "cohort_of_everyone");
}

TEST_CASE("a client asks for its own events, and only those told of are in the log of who looked") {
  Desk desk;
  desk.see(Access::legal_basis);
  desk.import(1, "A", "2024-01-01");
  desk.import(2, "B", "2024-01-01");
  desk.make(wish(R"(,"identifiers":[)" + quoted(fnr(2)) + R"(],"after":")" + desk.cursor(1) + '"'));
  const Told told = desk.ask(v1::subscription_events, "limit=10", {"1"});
  CHECK(told.holds(R"("sequenceNumber":2,)"));
  CHECK_FALSE(told.holds(R"("sequenceNumber":1,)"));
  CHECK(told.holds(R"("more":false)"));
  REQUIRE(told.records.size() == 1);
  CHECK(told.records[0].act == Act::feed);
  REQUIRE(told.records[0].subjects.has_value());
  CHECK(told.records[0].subjects->from == 2);
  CHECK(told.records[0].subjects->to == 3);
  CHECK(told.records[0].subjects->persons == 1);
  const Told empty =
      desk.ask(v1::subscription_events, "after=" + told.member("nextCursor"), {"1"});
  CHECK(empty.holds(R"({"events":[],"nextCursor":")" + told.member("nextCursor") + '"'));
  CHECK(empty.records.empty());

  const auto code = [&](const std::string& query) {
    return desk.ask(v1::subscription_events, query, {"1"}).member("code");
  };
  CHECK(code("after=x") == "cursor_invalid");
  CHECK(code("limit=0") == "parameter_invalid");
  CHECK(code("limit=1001") == "parameter_invalid");
  CHECK(code("limit=1&limit=2") == "parameter_repeated");
  CHECK(code("types=death") == "parameter_unknown");
  CHECK(code("wait=31") == "parameter_invalid");
  CHECK(code("wait=x") == "parameter_invalid");
  CHECK(code("wait=1&wait=1") == "parameter_repeated");
  // Away from a pool nobody waits.
  CHECK(desk.ask(v1::subscription_events, "wait=30&after=" + told.member("nextCursor"), {"1"})
            .holds(R"({"events":[],)"));
  CHECK(code("after=" + desk.cursor(99)) == "sequence_ahead");
  std::string old;
  v1::append_cursor(old, {.epoch = desk.registry().epoch() + 1, .from = 1});
  CHECK(code("after=" + old) == "history_changed");
}

TEST_CASE("made without legal basis, a subscription never tells more, whatever token asks") {
  Desk desk;
  const auto relate = [&](std::string_view day, const std::string& body) {
    PersonBuilder person(fnr(1));
    desk.town().import(person.named("A").has(registry::PersonPart::family_relation, body), day);
  };
  relate("2024-01-01", R"("a":1)");
  desk.make(wish(R"(,"everyone":true,"after":")" + desk.cursor(1) + '"'));
  relate("2024-01-02", R"("a":2)");
  desk.see(Access::legal_basis);
  const Told told = desk.ask(v1::subscription_events, {}, {"1"});
  CHECK(told.holds("ChangeInPerson"));
  CHECK_FALSE(told.holds("ChangeInFamilyRelation"));
}

TEST_CASE("paused, resumed, changed, replayed and removed, each in force when it is answered") {
  Desk desk;
  desk.import(1, "A", "2024-01-01");
  desk.make(wish(hook));
  const Told place = desk.ask(v1::subscription_deliveries, {}, {"1"});
  CHECK(place.holds(R"("historyChanged":false,"behind":0,"deliveries":0,"events":0,"failures":0)"));
  CHECK(place.member("nextCursor") == desk.cursor(2));
  CHECK(desk.ask(v1::pause_subscription, {}, {"1"}).member("reason") == "asked");
  CHECK(desk.ask(v1::resume_subscription, {}, {"1"}).member("state") == "active");
  const Told replayed = desk.post(v1::replay_subscription, "{}", {"1"});
  CHECK(replayed.member("nextCursor") == desk.cursor(1));
  CHECK(replayed.holds(R"("behind":1)"));
  CHECK(desk.post(v1::replay_subscription, R"({"after":")" + desk.cursor(2) + "\"}", {"1"})
            .member("nextCursor") == desk.cursor(2));
  desk.see(Access::legal_basis);
  CHECK(desk.post(v1::replay_subscription, R"({"after":"x"})", {"1"}).member("code") ==
        "cursor_invalid");

  const auto change = [&](const std::string& body) {
    return desk.post(v1::change_subscription, body, {"1"});
  };
  const Told changed = change(R"({"purpose":"Others","types":["birth"],"holdback":"60"})");
  CHECK(changed.member("purpose") == "Others");
  CHECK(changed.member("holdback") == "PT60S");
  CHECK_FALSE(changed.holds("whsec_"));
  CHECK(change(R"({"webhookUrl":""})").member("webhookUrl").empty());
  CHECK(desk.post(v1::replay_subscription, "{}", {"1"}).member("code") == "webhook_missing");
  CHECK(change(R"({"webhookUrl":"https://hospital.example/"})")
            .member("webhookSecret")
            .starts_with("whsec_"));
  CHECK(change(R"({"everyone":true})").member("code") == "body_invalid");
  CHECK(change(R"({"expires":"2001-01-01"})").member("pointer") == "/expires");

  CHECK(desk.ask(v1::remove_subscription, {}, {"1"}).member("state") == "removed");
  CHECK(desk.ask(v1::remove_subscription, {}, {"1"}).status == 404);
}

TEST_CASE("events of virksomheter are for who subscribes to everyone") {
  Desk desk;
  CHECK(desk.fault(wish(R"(,"types":["virksomhet"])")) == "body_invalid /types");
  CHECK(desk.fault(wish(R"(,"types":["death","VirksomhetIsRemoved"])")) == "body_invalid /types");
  const Told made = desk.make(wish(R"(,"everyone":true,"types":["virksomhet"])"));
  CHECK(made.holds(R"("types":["VirksomhetIsCreated","VirksomhetIsChanged",)"
                   R"("VirksomhetIsDiscontinued","VirksomhetIsRemoved"])"));
}

TEST_CASE("a secret that is replaced may count on for a while") {
  Desk desk;
  desk.make(wish(hook));
  const auto change = [&](const std::string& body) {
    return desk.post(v1::change_subscription, body, {"1"});
  };
  const std::string secret = R"("webhookSecret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")";
  const auto fault = [&](const std::string& body) {
    const Told told = change(body);
    return told.member("code") + " " + told.member("pointer");
  };
  CHECK(fault(R"({"webhookSecretOverlap":"PT1H"})") == "body_invalid /webhookSecretOverlap");
  CHECK(fault("{" + secret + R"(,"webhookSecretOverlap":"P8D"})") ==
        "body_invalid /webhookSecretOverlap");
  CHECK(fault("{" + secret + R"(,"webhookSecretOverlap":"x"})") ==
        "body_invalid /webhookSecretOverlap");
  CHECK(desk.fault(wish(hook + "," + secret + R"(,"webhookSecretOverlap":"PT1H")")) ==
        "body_invalid /webhookSecretOverlap");
  CHECK(change("{" + secret + R"(,"webhookSecretOverlap":"PT1H"})").status == 200);
}

TEST_CASE("what cannot be subscribed to is refused with the place of the fault") {
  Desk desk;
  CHECK(desk.fault("{}") == "body_invalid /purpose");
  CHECK(desk.fault(wish({}, "for 01810000001")) == "body_invalid /purpose");
  CHECK(desk.fault(wish(R"(,"types":["Nothing"])")) == "event_type_unknown /types");
  CHECK(desk.fault(wish(R"(,"holdback":"P1Y")")) == "body_invalid /holdback");
  CHECK(desk.fault(wish(R"(,"holdback":"P8D")")) == "body_invalid /holdback");
  CHECK(desk.fault(wish(R"(,"after":"x")")) == "cursor_invalid /after");
  CHECK(desk.fault(wish(R"(,"everyone":true,"identifiers":[])")) == "body_invalid /identifiers");
  CHECK(desk.fault(wish(R"(,"identifiers":["1"])")) == "identifier_malformed /identifiers/0");
  CHECK(desk.fault(wish(R"(,"webhookSecret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")")) ==
        "body_invalid /webhookSecret");
  CHECK(desk.fault(wish(hook + R"(,"webhookSecret":"whsec_AAAA")")) ==
        "body_invalid /webhookSecret");
  for (const char* url : {"http://hospital.example/", "https://127.0.0.1/", "https://localhost/",
                          "https://169.254.169.254/", "https://[::1]/", "nonsense"}) {
    CHECK(desk.fault(wish(R"(,"webhookUrl":")" + std::string(url) + '"')) ==
          "body_invalid /webhookUrl");
  }
  CHECK(desk.ask(v1::list_subscriptions).body == R"({"subscriptions":[]})");
  CHECK(desk.ask(v1::list_subscriptions, "x=1").member("code") == "parameter_unknown");
}

TEST_CASE("lists go on where they end") {
  Desk desk;
  for (int n = 0; n < 5; ++n) desk.make(wish());
  const Told page = desk.ask(v1::list_subscriptions, "limit=3");
  CHECK(page.holds(R"("id":"3")"));
  CHECK_FALSE(page.holds(R"("id":"4")"));
  const Told rest = desk.ask(v1::list_subscriptions, "limit=3&cursor=" + page.member("nextCursor"));
  CHECK(rest.holds(R"("id":"4")"));
  CHECK(rest.holds(R"("id":"5")"));
  CHECK(rest.member("nextCursor").empty());
}
