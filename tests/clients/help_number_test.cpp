// /v1/hjelpenummer: who may do what with whose number, and what is written down of it.
#include "api/v1/hjelpenummer/numbers.h"
#include "api/v1/persons.h"
#include "tests/clients/office.h"

#include <doctest/doctest.h>

using namespace grunndata;
using namespace grunndata::api;
using namespace grunndata::api::stories;
using registry::audit::Act;
using registry::audit::Class;

namespace {

constexpr const char* elsewhere = "991825827";

access::RightSet rights(std::initializer_list<access::Right> held) {
  access::RightSet set;
  for (const access::Right right : held) set.set(static_cast<std::size_t>(right));
  return set;
}
access::RightSet issuer() { return rights({access::Right::hjelpenummer_issue}); }

std::string named(const std::string& number, std::string_view more = {}) {
  return R"({"number":")" + number + '"' + std::string(more) + '}';
}

/// An office whose caller issues.
struct Desk : Office {
  Desk() {
    issue_help_numbers();
    hold(issuer());
  }
  std::string issue(std::string_view json = R"({"reason":"ukjent pasient"})") {
    const Told told = post_once(v1::issue_help_numbers, json, "k" + std::to_string(++keys));
    REQUIRE(told.status == 201);
    return told.member("number");
  }
  int keys = 0;
};

} // namespace

TEST_CASE("a number is issued once for a key, and is in the log before the answer") {
  Desk desk;
  const std::string body = R"({"reason":"ukjent pasient","givenName":"Ola","placeFound":"elva"})";
  const Told first = desk.post_once(v1::issue_help_numbers, body, "key-1");
  CHECK(first.status == 201);
  CHECK(first.member("number").starts_with("8300"));
  CHECK(first.member("state") == "issued");
  CHECK(first.member("organisation") == "974760673");
  CHECK_FALSE(first.holds("Ola"));
  REQUIRE(first.records.size() == 1);
  CHECK(first.records[0].act == Act::issued);
  CHECK(first.records[0].kind == Class::important);
  CHECK(first.records[0].subject.has_value());

  const Told again = desk.post_once(v1::issue_help_numbers, body, "key-1");
  CHECK(again.status == 201);
  CHECK(again.body == first.body);
  CHECK(again.headers.find("Idempotency-Replayed: true") != std::string::npos);
  REQUIRE(again.records.size() == 1);
  CHECK(again.records[0].outcome == "replayed");

  const Told other = desk.post_once(v1::issue_help_numbers, R"({"reason":"en annen"})", "key-1");
  CHECK(other.status == 422);
  CHECK(other.member("code") == "idempotency_key_reused");
  CHECK(desk.post(v1::issue_help_numbers, body).member("code") == "idempotency_key_required");
  CHECK(desk.post_once(v1::issue_help_numbers, body, "with blank").status == 400);
}

TEST_CASE("another client's key is another key") {
  Desk desk;
  const std::string body = R"({"reason":"ukjent pasient"})";
  const Told mine = desk.post_once(v1::issue_help_numbers, body, "same");
  desk.hold(issuer(), elsewhere);
  const Told theirs = desk.post_once(v1::issue_help_numbers, body, "same");
  CHECK(theirs.status == 201);
  CHECK(theirs.member("number") != mine.member("number"));
}

TEST_CASE("several at once, newborns in order") {
  Desk desk;
  const std::string body = R"({"reason":"tvillinger","count":2,"born":"2026-03-01T04:05:00+01:00",)"
                           R"("mother":"03892910242","gender":"female"})";
  const Told told = desk.post_once(v1::issue_help_numbers, body, "twins");
  CHECK(told.status == 201);
  CHECK(told.records.size() == 2);
  const std::string first = told.member("number");
  const Told shown = desk.post(v1::show_help_number, named(first));
  CHECK(shown.holds(R"("newborn":{"order":1,)"));
  CHECK(shown.member("mother") == "03892910242");
  CHECK(shown.member("motherType") == "FNR");
}

TEST_CASE("facts are for the issuing organisation and for linkers") {
  Desk desk;
  const std::string number =
      desk.issue(R"({"reason":"ukjent","givenName":"Ola","placeFound":"ved elva"})");
  CHECK(desk.post(v1::show_help_number, named(number)).holds("ved elva"));
  desk.hold(issuer(), elsewhere);
  const Told foreign = desk.post(v1::show_help_number, named(number));
  CHECK(foreign.status == 200);
  CHECK(foreign.member("state") == "issued");
  CHECK_FALSE(foreign.holds("elva"));
  CHECK_FALSE(foreign.holds("Ola"));
  REQUIRE(foreign.records.size() == 1);
  CHECK(foreign.records[0].act == Act::read);
  const Told refused = desk.post(v1::update_help_number, named(number, R"(,"givenName":"Per")"));
  CHECK(refused.status == 403);
  REQUIRE(refused.records.size() == 1);
  CHECK(refused.records[0].act == Act::denied);
  CHECK(desk.post(v1::erase_help_number, named(number)).status == 403);
  CHECK(desk.post_once(v1::issue_help_numbers, R"({"reason":"x","organisation":"974760673"})",
                       "theirs")
            .status == 403);
  desk.hold(rights({access::Right::hjelpenummer_link}), elsewhere);
  CHECK(desk.post(v1::show_help_number, named(number)).holds("ved elva"));
}

TEST_CASE("a number lives: told more, cancelled, and nothing afterwards") {
  Desk desk;
  const std::string number = desk.issue();
  const Told updated =
      desk.post(v1::update_help_number, named(number, R"(,"givenName":"Per","reason":"våknet")"));
  CHECK(updated.status == 200);
  CHECK(updated.member("givenName") == "Per");
  CHECK(desk.post(v1::update_help_number, named(number)).status == 400);
  CHECK(
      desk.post(v1::cancel_help_number, named(number, R"(,"reason":"feil","class":"x")")).status ==
      400);
  const std::string mistake = named(number, R"(,"reason":"feil","class":"issued-by-mistake")");
  const Told cancelled = desk.post(v1::cancel_help_number, mistake);
  CHECK(cancelled.member("state") == "cancelled");
  CHECK(cancelled.member("cancelledFor") == "issued-by-mistake");
  CHECK(desk.post(v1::cancel_help_number, mistake).status == 200);
  CHECK(desk.post(v1::mark_help_number_dead, named(number, R"(,"reason":"x")")).member("code") ==
        "hjelpenummer_state");
  CHECK(desk.post(v1::erase_help_number, named(number)).member("state") == "cancelled");
  CHECK_FALSE(desk.post(v1::show_help_number, named(number)).holds("Per"));
}

TEST_CASE("looking a cancelled number up tells that it is gone, and its person is not there") {
  Desk desk;
  const Told issued = desk.post_once(v1::issue_help_numbers, R"({"reason":"ukjent"})", "one");
  const std::string number = issued.member("number");
  const std::string asked = R"({"identifiers":[")" + number + R"("],"parts":["Name"]})";
  CHECK(desk.post(v1::look_up, asked).member("status") == "found");
  CHECK(desk.ask(v1::person_by_id, "parts=Name", {issued.member("id")}).status == 200);
  REQUIRE(desk.post(v1::cancel_help_number, named(number, R"(,"reason":"feil","class":"other")"))
              .status == 200);
  const Told gone = desk.post(v1::look_up, asked);
  CHECK(gone.member("status") == "gone");
  CHECK(gone.member("state") == "cancelled");
  CHECK(gone.member("cancelledFor") == "other");
  CHECK(desk.ask(v1::person_by_id, "parts=Name", {issued.member("id")}).status == 410);
}

TEST_CASE("wrong bodies are refused and nothing personal is repeated") {
  Desk desk;
  for (const char* body :
       {R"({})", R"({"reason":""})", R"({"reason":"a","count":0})", R"({"reason":"a","count":501})",
        R"({"reason":"a","gender":"x"})", R"({"reason":"a","birthDate":"1980-02-31"})",
        R"({"reason":"a","order":2})", R"({"reason":"a","born":"i går"})",
        R"({"reason":"a","note":"er 03892910242"})",
        R"({"reason":"a","born":"2026-03-01T04:05:00Z","mother":"0389291024"})",
        R"({"reason":"a","other":1})", R"([])", "{"}) {
    CAPTURE(body);
    const Told told = desk.post_once(v1::issue_help_numbers, body, "wrong");
    CHECK(told.status == 400);
    CHECK_FALSE(told.holds("03892910242"));
  }
  CHECK(desk.post(v1::show_help_number, named("03892910242")).member("code") ==
        "identifier_malformed");
  CHECK(desk.post(v1::show_help_number, named("83000000019")).status != 200);
}

TEST_CASE("local numbers, the list of open ones, and figures") {
  Desk desk;
  const std::string local =
      R"({"number":"H-17","assigner":"974760673","reason":"eget system","familyName":"Vik"})";
  const Told made = desk.post(v1::register_local_number, local);
  CHECK(made.status == 201);
  CHECK(made.member("type") == "HNR");
  CHECK(desk.post(v1::register_local_number, local).member("code") == "hjelpenummer_state");
  CHECK(desk.post(v1::show_help_number, R"({"number":"H-17","assigner":"974760673"})")
            .member("familyName") == "Vik");
  const std::string number = desk.issue();
  const Told open = desk.post(v1::outstanding_help_numbers, R"({"days":0,"limit":1})");
  CHECK(open.member("number") == number);
  const std::string cursor = open.member("nextCursor");
  const std::string more = R"({"days":0,"cursor":")" + cursor + R"("})";
  const Told rest = desk.post(v1::outstanding_help_numbers, more);
  CHECK(rest.member("number") == "H-17");
  CHECK(rest.member("nextCursor").empty());
  CHECK(desk.post(v1::outstanding_help_numbers, R"({"cursor":"x"})").status == 400);
  CHECK(desk.post(v1::outstanding_help_numbers, R"({})").body == R"({"numbers":[]})");
  CHECK(desk.post(v1::outstanding_help_numbers, R"({"organisation":"991825827"})").status == 403);
  const Told figures = desk.ask(v1::help_number_figures);
  CHECK(figures.member("issuing") == "open");
  CHECK(figures.holds(R"("organisation":"974760673","issued":2)"));
  desk.hold(issuer(), elsewhere);
  CHECK_FALSE(desk.ask(v1::help_number_figures).holds("974760673"));
}

TEST_CASE("a server that issues nothing says so") {
  Office office;
  office.hold(issuer());
  const Told told = office.post_once(v1::issue_help_numbers, R"({"reason":"x"})", "k");
  CHECK(told.status == 503);
  CHECK(told.member("code") == "issuing_closed");
}
