// `grunndata token explain` and `grunndata bench access`, as they are run.
#include "tests/access/test_issuer.h"
#include "tests/program/running_program.h"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

using namespace grunndata::tests;

namespace {

// By the system's clock, which the program has.
Draft draft_of_now(const TestIssuer& issuer) {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  const std::int64_t now = std::chrono::duration_cast<std::chrono::seconds>(since).count();
  Draft draft = token_draft(issuer.url());
  draft.claims.set("exp", std::to_string(now + 600))
      .set("nbf", std::to_string(now))
      .set("iat", std::to_string(now))
      .set_text("name", "HIDDEN");
  return draft;
}

Outcome explain(const TestIssuer& issuer, const std::string& input,
                std::vector<std::string> more = {}) {
  std::vector<std::string> words{"token",      "explain",    "--issuer",
                                 issuer.url(), "--audience", std::string(test_audience)};
  words.insert(words.end(), more.begin(), more.end());
  return run(words, input);
}

} // namespace

TEST_CASE("a good token is explained, from a file with a whole header or from stdin") {
  const TestIssuer issuer;
  const std::string token = draft_of_now(issuer).text();
  const ScratchFolder folder;
  write_file(folder.path() / "token", "Authorization: Bearer " + token + "\r\n");
  for (const Outcome& outcome :
       {explain(issuer, token + "\n"), explain(issuer, "", {"--file", folder / "token"})}) {
    CHECK(outcome.status == 0);
    CHECK(outcome.out.find("holds  signature") != std::string::npos);
    CHECK(outcome.out.find("FAILS") == std::string::npos);
    CHECK(outcome.out.find("The token is valid.") != std::string::npos);
    CHECK(outcome.out.find("HIDDEN") == std::string::npos);
    CHECK(outcome.out.find(token.substr(token.rfind('.'))) == std::string::npos);
    CHECK(outcome.err == "");
  }
}

TEST_CASE("a bad token ends with status 5 and says what is expected") {
  const TestIssuer issuer;
  Draft draft = draft_of_now(issuer);
  draft.claims.set_text("aud", "nhn:other");
  const Outcome outcome = explain(issuer, draft.text(), {"--json"});
  CHECK(outcome.status == 5);
  CHECK(outcome.out.starts_with(R"({"valid":false,"steps":[{"name":"form","holds":true,)"));
  CHECK(outcome.out.find(R"({"name":"audience","holds":false,)") != std::string::npos);
  CHECK(outcome.out.find(R"("aud": "nhn:other")") != std::string::npos);
  CHECK(outcome.out.find("HIDDEN") == std::string::npos);
}

TEST_CASE("without a token, a file or a trusted issuer nothing is explained") {
  const TestIssuer issuer;
  CHECK(explain(issuer, " \n").status == 2);
  CHECK(explain(issuer, "", {"--file", "/nowhere/token"}).status == 3);
  const Outcome plain =
      run({"token", "explain", "--issuer", "http://sts.test", "--audience", "x"}, "a.b.c");
  CHECK(plain.status == 2);
  CHECK(plain.err.find("plain http, which is taken for loopback only") != std::string::npos);
  CHECK(run({"token", "explain"}, "a.b.c").status == 2); // no issuer is configured
  CHECK(issuer.requests() == 0);
}

TEST_CASE("the benchmark of access measures itself beside OpenSSL") {
  const Outcome outcome =
      run({"bench", "access", "--requests", "100", "--rounds", "1", "--json"}, "");
  CHECK(outcome.status == 0);
  for (const std::string key : {"knownPerSecond", "proofES256PerSecond", "proofPS256Ratio",
                                "tokenRS256PerSecond", "tokenES256BareUs"}) {
    CHECK(outcome.out.find('"' + key + "\":") != std::string::npos);
  }
}
