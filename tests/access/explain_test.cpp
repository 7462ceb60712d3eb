// What `grunndata token explain` shows of tokens, good and bad.
#include "api/access/token_display.h"
#include "tests/access/test_issuer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace grunndata::tests;

namespace {

namespace access = grunndata::api::access;
using Step = access::Authenticator::Step;

std::vector<std::string> failing(const std::vector<Step>& steps) {
  std::vector<std::string> names;
  for (const Step& step : steps) {
    if (!step.holds) names.push_back(step.name);
  }
  return names;
}

bool has_step(const std::vector<Step>& steps, const std::string& name) {
  return std::ranges::find(steps, name, &Step::name) != steps.end();
}

const Step& step_of(const std::vector<Step>& steps, const std::string& name) {
  const auto step = std::ranges::find(steps, name, &Step::name);
  REQUIRE(step != steps.end());
  return *step;
}

} // namespace

TEST_CASE("every step of a good token holds and says what was found") {
  Trust trust;
  const auto steps = trust.authenticator->explain(trust.token(&test_keys().p256));
  CHECK(failing(steps).empty());
  CHECK(steps.size() == 16);
  for (const Step& step : steps) CHECK(!step.detail.empty());
  CHECK(step_of(steps, "scopes").detail == "gives person.read");
  CHECK(step_of(steps, "binding").detail == "bound to a key: for use with a DPoP proof");
  CHECK(step_of(steps, "audience").detail ==
        "aud is 'nhn:grunndata', 1 in number; only 'nhn:grunndata' is expected");
}

TEST_CASE("a broken step is named with what is expected, and the others are still taken") {
  Trust trust;
  Draft draft = token_draft(trust.issuer.url());
  draft.claims.set("exp", "0").set("aud", R"(["nhn:other","x"])");
  draft.header.set_text("typ", "id+jwt");
  const auto steps = trust.authenticator->explain(draft.text());
  CHECK(failing(steps) == std::vector<std::string>{"type", "audience", "expiry"});
  CHECK(step_of(steps, "type").detail ==
        "The token's typ is not one of an access token: typ is 'id+jwt'; at+jwt or JWT is "
        "expected");
  CHECK(step_of(steps, "expiry").detail ==
        "The token has expired: exp is 1970-01-01T00:00:00.000000Z; now is "
        "2027-01-15T08:00:00.000000Z, leeway 5 s");
  CHECK(step_of(steps, "signature").holds);
}

TEST_CASE("steps that an earlier failure makes impossible are left out") {
  Trust trust;
  const auto nothing = trust.authenticator->explain("nothing");
  CHECK(nothing.size() == 1);
  CHECK(failing(nothing) == std::vector<std::string>{"form"});
  Draft draft = token_draft(trust.issuer.url());
  draft.claims.set_text("iss", "https://evil.test");
  const auto steps = trust.authenticator->explain(draft.text());
  CHECK(failing(steps) == std::vector<std::string>{"issuer"});
  for (const std::string name : {"key", "signature", "audience", "scopes"}) {
    CHECK(!has_step(steps, name));
  }
  CHECK(trust.issuer.requests() == 0);
}

TEST_CASE("what a forger puts into a token does not reach the terminal") {
  Trust trust;
  Draft draft = token_draft(trust.issuer.url());
  draft.header.set("kid", R"("\u001b[2J\u0007")");
  draft.claims.set_text("iss", "\x1b]0;x\x07" + std::string(500, 'i'));
  for (const Step& step : trust.authenticator->explain(draft.text())) {
    CHECK(std::ranges::all_of(step.detail, [](char c) { return c < 0 || c >= ' '; }));
    CHECK(step.detail.size() < 400);
  }
}

TEST_CASE("a token is shown with everything masked that is about a person") {
  Trust trust;
  Draft draft = token_draft(trust.issuer.url());
  draft.claims.set_text("name", "HIDDEN")
      .set_text("given_name", "HIDDEN")
      .set_text("sub", "HIDDEN")
      .set_text("helseid://claims/identity/pid", "HIDDEN")
      .set_text("helseid://claims/identity/pid_pseudonym", "HIDDEN")
      .set_text("helseid://claims/hpr/hpr_number", "HIDDEN")
      .set_text("a claim nobody knows yet", "HIDDEN")
      .set("nhn:tillitsrammeverk:parameters", R"({"patients":[{"identifier":{"id":"HIDDEN"}}]})")
      .set_text("helseid://claims/identity/security_level", "4")
      .set_text("helseid://claims/client/client_name", "EPJ \u00e6");
  const auto shown = access::masked_token(draft.text());
  REQUIRE(shown);
  CHECK(shown->find("HIDDEN") == std::string::npos);
  CHECK(shown->find("\"name\": \"(masked)\"") != std::string::npos);
  CHECK(shown->find(R"("kid": "rsa")") != std::string::npos);
  CHECK(shown->find(R"("client_id": "his-single")") != std::string::npos);
  CHECK(shown->find(R"("EPJ \u00E6")") != std::string::npos);
  CHECK(shown->find(draft.text().substr(draft.text().rfind('.') + 1)) == std::string::npos);
  CHECK(!access::masked_token("no token"));
  CHECK(!access::masked_token("e30.e30"));
  CHECK(!access::masked_token("e30.W10.AAAA"));
  CHECK(!access::masked_token("e30.e30." + std::string(20'000, 'A')));
}
