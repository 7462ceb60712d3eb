// /v1/admin/clients: strict bodies, pages, and a record for every change.
#include "api/v1/admin/clients.h"
#include "tests/clients/office.h"

#include <doctest/doctest.h>

using namespace grunndata;
using namespace grunndata::api;
using namespace grunndata::api::stories;
using registry::audit::Act;

namespace {

constexpr std::string_view whole =
    R"({"id":"ehr-1","issuer":"helseid","name":"EHR","organisation":"974760673",)"
    R"("purpose":"Treatment","parts":["Name","status"],"legalBasis":true,"expires":"2999-01-01",)"
    R"("requestsPerMinute":600,"personsPerDay":1000,"numbersPerDay":700,)"
    R"("breakGlassParts":["FamilyRelation"])";

std::string with(std::string_view more) { return std::string(whole) + std::string(more) + "}"; }

std::string least(std::string_view id) {
  return R"({"id":")" + std::string(id) +
         R"(","name":"N","organisation":"974760673","purpose":"P","parts":["Name"]})";
}

struct Wrong {
  std::string body;
  const char* code;
  const char* pointer; ///< empty: none
};

} // namespace

TEST_CASE("a client is registered as the body says, and found, and noted") {
  Office office;
  const Told told = office.post(v1::register_client, with(""));
  CHECK(told.status == 201);
  CHECK(told.holds(R"({"id":"ehr-1","issuer":"helseid","name":"EHR","organisation":"974760673")"));
  CHECK(told.holds(R"("parts":["Name","Status"],"legalBasis":true)"));
  CHECK(told.holds(R"("expires":"2998-12-31T23:00:00.000000Z","requestsPerMinute":600,)"
                   R"("personsPerDay":1000,"numbersPerDay":700,)"
                   R"("breakGlassParts":["FamilyRelation"])"));
  CHECK(told.member("state") == "active");
  REQUIRE(told.records.size() == 1);
  CHECK(told.records.front().act == Act::administered);
  CHECK(told.records.front().kind == registry::audit::Class::important);
  CHECK(told.records.front().reason.text == "ehr-1");
  CHECK(told.records.front().actor.user_name == "Kari Lege");
  const auto client = office.clients().find("ehr-1", "helseid");
  REQUIRE(client != nullptr);
  CHECK(client->requests_per_minute == 600);
  CHECK(office.ask(v1::client_by_id, "issuer=helseid", {"ehr-1"}).body == told.body);
  const Told missing = office.ask(v1::client_by_id, "", {"ehr-1"});
  CHECK(missing.status == 404);
  CHECK(missing.member("code") == "client_not_found");
}

TEST_CASE("members that may be left out are, and are not told") {
  Office office;
  const Told told = office.post(v1::register_client, least("ehr-1"));
  CHECK(told.status == 201);
  for (const char* absent :
       {"issuer", "expires", "requestsPerMinute", "personsPerDay", "numbersPerDay", "revoked"}) {
    CHECK_FALSE(told.holds("\"" + std::string(absent) + "\""));
  }
  CHECK(told.holds(R"("legalBasis":false)"));
  CHECK(told.holds(R"("breakGlassParts":[])"));
  CHECK(office.ask(v1::client_by_id, "", {"ehr%2D1"}).status == 200);
}

TEST_CASE("a registered client is replaced only when the body says so") {
  Office office;
  CHECK(office.post(v1::register_client, with("")).status == 201);
  const Told refused = office.post(v1::register_client, with(""));
  CHECK(refused.status == 409);
  CHECK(refused.member("code") == "client_registered");
  CHECK(refused.records.empty());
  CHECK(office.post(v1::register_client, with(R"(,"replace":true)")).status == 201);
  CHECK(office.post(v1::register_client, with(R"(,"replace":false)")).status == 409);
}

TEST_CASE("a body that is not what the operation asks for is refused where it is wrong") {
  Office office;
  const std::vector<Wrong> wrong{
      {"", "json_invalid", ""},
      {"{", "json_invalid", ""},
      {"[]", "body_invalid", ""},
      {with(R"(,"colour":"red")"), "body_invalid", "/colour"},
      {with(R"(,"01810000001":1)"), "body_invalid", ""},
      {with(R"(,"id":"again")"), "body_invalid", "/id"},
      {R"({"id":7})", "body_invalid", "/id"},
      {R"({"id":null})", "body_invalid", "/id"},
      {R"({"id":"x"})", "body_invalid", "/name"},
      {with(R"(,"replace":"yes")"), "body_invalid", "/replace"},
      {R"({"parts":"Name"})", "body_invalid", "/parts"},
      {R"({"parts":[["Name"]]})", "body_invalid", "/parts"},
      {R"({"requestsPerMinute":-1})", "body_invalid", "/requestsPerMinute"},
      {R"({"requestsPerMinute":1.5})", "body_invalid", "/requestsPerMinute"},
      {R"({"id":"a b","name":"N","organisation":"974760673","purpose":"P","parts":["Name"]})",
       "body_invalid", "/id"},
      {R"({"id":"a","name":"N","organisation":"974760674","purpose":"P","parts":["Name"]})",
       "body_invalid", "/organisation"},
      {R"({"id":"a","name":"N","organisation":"974760673","purpose":"P","parts":[]})",
       "body_invalid", "/parts"},
      {R"({"id":"a","name":"N","organisation":"974760673","purpose":"P","parts":["Nonsense"]})",
       "part_unknown", "/parts"},
      {R"({"id":"a","name":"N","organisation":"974760673","purpose":"P","parts":["Name"],)"
       R"("expires":"soon"})",
       "body_invalid", "/expires"},
      {R"({"id":"a","name":"N","organisation":"974760673","purpose":"P","parts":["Name"],)"
       R"("expires":"2020-01-01"})",
       "body_invalid", "/expires"},
      {R"({"id":"a","name":"N","organisation":"974760673","purpose":"P","parts":["Name"],)"
       R"("requestsPerMinute":4294967297})",
       "body_invalid", "/requestsPerMinute"},
      {R"({"id":"a","name":"N","organisation":"974760673","purpose":"P","parts":["Name"],)"
       R"("numbersPerDay":4294967297})",
       "body_invalid", "/numbersPerDay"},
  };
  for (const Wrong& row : wrong) {
    CAPTURE(row.body);
    const Told told = office.post(v1::register_client, row.body);
    CHECK(told.status == 400);
    CHECK(told.member("code") == row.code);
    CHECK(told.member("pointer") == row.pointer);
    CHECK_FALSE(told.holds("01810000001"));
    CHECK(told.records.empty());
  }
  CHECK(office.post(v1::register_client, with(""), {}, "text/plain").status == 415);
  CHECK(office.post(v1::register_client, with(""), {}, "application/json", "x=1").status == 400);
  CHECK(office.clients().list().empty());
}

TEST_CASE("a revoked client stays, revoked") {
  Office office;
  CHECK(office.post(v1::register_client, with("")).status == 201);
  CHECK(office.ask(v1::revoke_client, "", {"ehr-1"}).status == 404);
  const Told revoked = office.ask(v1::revoke_client, "issuer=helseid", {"ehr-1"});
  CHECK(revoked.status == 200);
  CHECK(revoked.member("state") == "revoked");
  CHECK_FALSE(revoked.member("revoked").empty());
  CHECK(revoked.records.size() == 1);
  CHECK(office.ask(v1::revoke_client, "issuer=helseid", {"ehr-1"}).body == revoked.body);
  CHECK_FALSE(office.clients().find("ehr-1", "helseid")->holds_at(registry::now()));
  for (const char* query : {"issuer=helseid&issuer=x", "other=1", "issuer=%zz"}) {
    CHECK(office.ask(v1::revoke_client, query, {"ehr-1"}).status == 400);
  }
}

TEST_CASE("clients are listed in pages, each once") {
  Office office;
  for (int i = 0; i < 7; ++i) {
    CHECK(office.post(v1::register_client, least("ehr-" + std::to_string(i))).status == 201);
  }
  std::string ids;
  std::string query = "limit=3";
  for (int page = 0; page < 3; ++page) {
    const Told told = office.ask(v1::list_clients, query);
    CHECK(told.status == 200);
    for (std::size_t at = 0; (at = told.body.find(R"("id":"ehr-)", at)) != std::string::npos;
         ++at) {
      ids += told.body[at + 10];
    }
    const std::string cursor = told.member("nextCursor");
    CHECK(cursor.empty() == (page == 2));
    query = "limit=3&cursor=" + cursor;
  }
  CHECK(ids == "0123456");
  CHECK(office.ask(v1::list_clients, "limit=7").member("nextCursor").empty());
  for (const char* wrong : {"limit=0", "limit=1001", "limit=x", "cursor=xyz", "cursor=", "other=1",
                            "limit=1&limit=2", "cursor=00&cursor=00"}) {
    CAPTURE(wrong);
    CHECK(office.ask(v1::list_clients, wrong).status == 400);
  }
}
