// Requests with credentials: headers, schemes, binding, and what is remembered of a token.
#include "api/access/problems.h"
#include "tests/access/test_issuer.h"

#include <doctest/doctest.h>

#include <atomic>
#include <barrier>
#include <string>
#include <thread>
#include <vector>

using namespace grunndata::tests;

namespace {

namespace access = grunndata::api::access;
using access::TokenType;
using Headers = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view algs = "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512";

auto ask(Trust& trust, const Headers& headers, TokenType type) {
  const TestRequest request(headers);
  return trust.authenticator->authenticate(request.request, type);
}

std::string challenge_of(Trust& trust, const Headers& headers, TokenType type) {
  const auto answer = ask(trust, headers, type);
  REQUIRE(!answer);
  CHECK(answer.error().kind->status == 401);
  return answer.error().challenge;
}

bool is_unknown(Trust& trust, const std::string& token) {
  const TestRequest request({{"Authorization", "Bearer " + token}});
  return trust.authenticator->is_unknown(request.request);
}

} // namespace

TEST_CASE("a request without a token of ours is told what to bring, and no error") {
  Trust trust;
  for (const Headers& headers :
       {Headers{}, Headers{{"Authorization", "Basic bWU6bWU="}}, Headers{{"Authorization", ""}},
        Headers{{"DPoP", "a.b.c"}}, Headers{{"X-Authorization", "Bearer a.b.c"}}}) {
    CHECK(outcome(ask(trust, headers, TokenType::bearer)).starts_with("token_missing: "));
    CHECK(challenge_of(trust, headers, TokenType::bearer) == "Bearer realm=\"grunndata\"");
    CHECK(challenge_of(trust, headers, TokenType::dpop) ==
          "DPoP algs=\"" + std::string(algs) + "\"");
  }
}

TEST_CASE("a token in the query or the body is not looked at") {
  Trust trust;
  const std::string token = trust.token();
  TestRequest request({});
  request.request.query = "access_token=x";
  const std::string body = "access_token=" + token;
  request.request.body = body;
  CHECK(outcome(trust.authenticator->authenticate(request.request, TokenType::bearer)) ==
        "token_missing: There is no Authorization header");
  CHECK(!trust.authenticator->is_unknown(request.request));
}

TEST_CASE("an Authorization header that is there twice or cannot be read is malformed") {
  Trust trust;
  const std::string token = trust.token();
  const std::string bearer = "Bearer " + token;
  for (const Headers& headers :
       {Headers{{"Authorization", bearer}, {"authorization", bearer}},
        Headers{{"Authorization", bearer}, {"Authorization", "Basic x"}},
        Headers{{"Authorization", "Bearer"}}, Headers{{"Authorization", "Bearer "}},
        Headers{{"Authorization", bearer + ", " + bearer}},
        Headers{{"Authorization", bearer + " x"}},
        Headers{{"Authorization", "Bearer \"" + token + "\""}},
        Headers{{"Authorization", "Bearer token=" + token}}}) {
    CAPTURE(headers[0].second.substr(0, 20));
    CHECK(outcome(ask(trust, headers, TokenType::bearer)).starts_with("token_malformed: "));
    CHECK(challenge_of(trust, headers, TokenType::bearer)
              .starts_with("Bearer realm=\"grunndata\", error=\"invalid_request\", "));
  }
  CHECK(trust.issuer.requests() == 0);
}

TEST_CASE("the name of a scheme is in any case, with any number of blanks after it") {
  Trust trust;
  for (const std::string scheme : {"Bearer ", "bearer ", "BEARER   "}) {
    CHECK(ask(trust, {{"authorization", scheme + trust.token()}}, TokenType::bearer));
  }
}

TEST_CASE("an operation takes one kind of token and names it when it gets the other") {
  Trust trust;
  const SigningKey& holder = test_keys().p256;
  const std::string bound = trust.token(&holder);
  const std::string unbound = trust.token();
  const auto proof = [&](const std::string& token) { return proof_draft(holder, token).text(); };
  struct Row {
    Headers headers;
    TokenType type;
    std::string outcome;
  };
  const std::string wrong_scheme_dpop =
      "token_invalid: The operation takes a token of the scheme DPoP, with a proof";
  for (const Row& row : {
           Row{{{"Authorization", "Bearer " + unbound}}, TokenType::dpop, wrong_scheme_dpop},
           Row{{{"Authorization", "Bearer " + bound}, {"DPoP", proof(bound)}},
               TokenType::dpop,
               wrong_scheme_dpop},
           Row{{{"Authorization", "DPoP " + bound}, {"DPoP", proof(bound)}},
               TokenType::bearer,
               "token_invalid: The operation takes a token of the scheme Bearer"},
           Row{{{"Authorization", "Bearer " + bound}},
               TokenType::bearer,
               "token_invalid: The token is bound to a key and no Bearer token"},
           Row{{{"Authorization", "Bearer " + bound}, {"DPoP", proof(bound)}},
               TokenType::bearer,
               "token_invalid: The token is bound to a key and no Bearer token"},
           Row{{{"Authorization", "DPoP " + unbound}, {"DPoP", proof(unbound)}},
               TokenType::dpop,
               "token_invalid: The token is not bound to a key"},
           Row{{{"Authorization", "DPoP " + bound}, {"DPoP", proof(bound)}}, TokenType::dpop, "ok"},
           Row{{{"Authorization", "Bearer " + unbound}}, TokenType::bearer, "ok"},
       }) {
    const auto answer = ask(trust, row.headers, row.type);
    CHECK(outcome(answer) == row.outcome);
    if (answer) continue;
    const std::string scheme = row.type == TokenType::dpop ? "DPoP " : "Bearer ";
    CHECK(answer.error().challenge.starts_with(scheme));
    CHECK(answer.error().challenge.find("error=\"invalid_token\"") != std::string::npos);
  }
}

TEST_CASE("a bound token needs exactly one proof") {
  Trust trust;
  const SigningKey& holder = test_keys().p256;
  const std::string token = trust.token(&holder);
  const std::string proof = proof_draft(holder, token).text();
  const Headers none{{"Authorization", "DPoP " + token}};
  CHECK(outcome(ask(trust, none, TokenType::dpop)) == "proof_invalid: There is no DPoP header");
  CHECK(
      challenge_of(trust, none, TokenType::dpop) ==
      "DPoP error=\"invalid_dpop_proof\", error_description=\"There is no DPoP header\", algs=\"" +
          std::string(algs) + "\"");
  const Headers two{{"Authorization", "DPoP " + token},
                    {"DPoP", proof},
                    {"dpop", proof_draft(holder, token).text()}};
  CHECK(outcome(ask(trust, two, TokenType::dpop)) ==
        "proof_invalid: There is more than one DPoP header");
  CHECK(with_proof(trust, token, proof + ", " + proof).starts_with("proof_invalid: "));
  CHECK(with_proof(trust, token, proof) == "ok"); // none of that used it up
}

TEST_CASE("a proof is good once, also when many ask at the same time") {
  Trust trust;
  const SigningKey& holder = test_keys().p256;
  const std::string token = trust.token(&holder);
  REQUIRE(with_proof(trust, token, proof_draft(holder, token).text()) == "ok");
  constexpr int thread_count = 6;
  constexpr int round_count = 20;
  std::vector<std::string> proofs;
  for (int i = 0; i < round_count; ++i) proofs.push_back(proof_draft(holder, token).text());
  std::vector<std::atomic<int>> taken(round_count);
  std::atomic<int> replayed{0};
  std::barrier start(thread_count);
  std::vector<std::thread> threads;
  for (int t = 0; t < thread_count; ++t) {
    threads.emplace_back([&] {
      for (std::size_t round = 0; round < round_count; ++round) {
        start.arrive_and_wait();
        const std::string answer = with_proof(trust, token, proofs[round]);
        if (answer == "ok") ++taken[round];
        if (answer == "proof_invalid: The proof was used before") ++replayed;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& count : taken) CHECK(count == 1);
  CHECK(replayed == round_count * (thread_count - 1));
  CHECK(trust.authenticator->figures().replays == std::uint64_t(replayed));
}

TEST_CASE("the same jti by another key is another proof") {
  Trust trust;
  const TestKeys& keys = test_keys();
  for (const SigningKey& holder : {keys.p256, keys.other_p256}) {
    const std::string token = trust.token(&holder);
    Draft draft = proof_draft(holder, token);
    draft.claims.set_text("jti", "one");
    CHECK(with_proof(trust, token, draft.text()) == "ok");
    draft.claims.set_text("htm", "POST").set("nonce", "1"); // signed anew, the same jti
    CHECK(with_proof(trust, token, draft.text()) == "proof_invalid: The proof was used before");
  }
}

TEST_CASE("when no more proofs can be remembered, new ones are refused until there is room") {
  Trust trust([](auto& options) { options.proofs_remembered_max = 3; });
  const SigningKey& holder = test_keys().p256;
  const std::string token = trust.token(&holder);
  std::vector<std::string> proofs;
  for (int i = 0; i < 4; ++i) proofs.push_back(proof_draft(holder, token).text());
  for (int i = 0; i < 3; ++i) CHECK(with_proof(trust, token, proofs[std::size_t(i)]) == "ok");
  CHECK(with_proof(trust, token, proofs[3]).starts_with("proof_invalid: Too many proofs"));
  CHECK(with_proof(trust, token, proofs[0]) == "proof_invalid: The proof was used before");
  trust.set_time(test_time + 21);
  CHECK(with_proof(trust, token, proof_draft(holder, token, test_time + 21).text()) == "ok");
}

TEST_CASE("a known token is answered from memory until it expires") {
  Trust trust;
  const std::string token = trust.token();
  CHECK(is_unknown(trust, token));
  for (int i = 0; i < 5; ++i) CHECK(as_bearer(trust, token) == "ok");
  CHECK(!is_unknown(trust, token));
  CHECK(trust.authenticator->figures().tokens_validated == 1);
  CHECK(trust.authenticator->figures().tokens_known == 4);
  CHECK(trust.authenticator->figures().tokens_remembered == 1);
  trust.set_time(test_time + 604);
  CHECK(as_bearer(trust, token) == "ok");
  trust.set_time(test_time + 605);
  CHECK(is_unknown(trust, token));
  CHECK(as_bearer(trust, token) == "token_invalid: The token has expired");
}

TEST_CASE("the same claims come back, also to those who ask at the same time") {
  Trust trust;
  const std::string token = trust.token();
  const auto first = ask(trust, {{"Authorization", "Bearer " + token}}, TokenType::bearer);
  const auto second = ask(trust, {{"Authorization", "Bearer " + token}}, TokenType::bearer);
  REQUIRE(first);
  REQUIRE(second);
  CHECK(*first == *second);
  CHECK((*first)->issuer_name == "test");
  CHECK((*first)->client_id == "his-single");
  CHECK((*first)->has(access::Right::person_read));
  CHECK(!(*first)->has(access::Right::admin));
  CHECK((*first)->expires.microseconds == (test_time + 600) * 1'000'000);
  CHECK(!(*first)->bound);
}

TEST_CASE("no more tokens are remembered than there is room for") {
  Trust trust([](auto& options) { options.tokens_remembered_max = 3; });
  std::vector<std::string> tokens;
  for (int i = 0; i < 6; ++i) {
    Draft draft = token_draft(trust.issuer.url());
    draft.claims.set_text("jti", "token-" + std::to_string(i));
    tokens.push_back(draft.text());
    CHECK(as_bearer(trust, tokens.back()) == "ok");
  }
  CHECK(trust.authenticator->figures().tokens_remembered == 3);
  CHECK(is_unknown(trust, tokens[0]));
  CHECK(!is_unknown(trust, tokens[5]));
  CHECK(as_bearer(trust, tokens[0]) == "ok");
}

TEST_CASE("a key that the issuer drops takes along the tokens it signed") {
  Trust trust;
  const std::string token = trust.token();
  REQUIRE(as_bearer(trust, token) == "ok");
  trust.issuer.publish({jwk(test_keys().other_rsa, "new")});
  Draft draft = token_draft(trust.issuer.url());
  draft.key = test_keys().other_rsa;
  draft.header.set_text("kid", "new");
  trust.set_time(test_time + 10);
  CHECK(as_bearer(trust, draft.text()) == "ok"); // a new kid: keys are fetched anew
  CHECK(is_unknown(trust, token));
  CHECK(as_bearer(trust, token) == "token_invalid: The issuer has no such key");
}

TEST_CASE("a key that is added leaves the tokens of the others good") {
  Trust trust;
  const std::string token = trust.token();
  REQUIRE(as_bearer(trust, token) == "ok");
  std::vector<JsonMembers> keys = usual_keys();
  keys.insert(keys.begin(), jwk(test_keys().other_rsa, "new"));
  trust.issuer.publish(keys);
  Draft draft = token_draft(trust.issuer.url());
  draft.key = test_keys().other_rsa;
  draft.header.set_text("kid", "new");
  trust.set_time(test_time + 10);
  CHECK(as_bearer(trust, draft.text()) == "ok");
  CHECK(as_bearer(trust, token) == "ok");
}

TEST_CASE("another key under an old name does not verify the old one's tokens") {
  Trust trust;
  const std::string token = trust.token();
  REQUIRE(as_bearer(trust, token) == "ok");
  trust.issuer.publish({jwk(test_keys().other_rsa, "rsa")});
  Draft draft = token_draft(trust.issuer.url());
  draft.header.set_text("kid", "nobody's");
  trust.set_time(test_time + 10);
  CHECK(as_bearer(trust, draft.text()) == "token_invalid: The issuer has no such key");
  CHECK(as_bearer(trust, token) == "token_invalid: The token's signature does not hold");
}

TEST_CASE("when an issuer has no keys to give, tokens are neither taken nor called invalid") {
  for (const std::string& response :
       {http_response("500 Internal Server Error", "{}"), http_response("200 OK", R"({"keys":[]})"),
        http_response("200 OK", R"({"keys":[{"kty":"RSA")"), http_response("200 OK", ""),
        http_response("302 Found", "", "Location: https://evil.test/keys\r\n"),
        http_response("200 OK", "{\"keys\":\"" + std::string(300'000, 'x') + "\"}"),
        std::string("garbage\r\n\r\n")}) {
    CAPTURE(response.substr(0, 60));
    Trust trust;
    trust.issuer.answer_keys_with(response);
    const auto answer =
        ask(trust, {{"Authorization", "Bearer " + trust.token()}}, TokenType::bearer);
    REQUIRE(!answer);
    CHECK(answer.error().kind == &access::problem::keys_unavailable);
    CHECK(answer.error().kind->status == 503);
    CHECK(answer.error().challenge.empty());
    CHECK(answer.error().retry_after_seconds == 10);
    CHECK(trust.authenticator->figures().key_fetch_failures == 1);
    CHECK(trust.authenticator->issuers_ready() ==
          std::vector<std::pair<std::string, bool>>{{"test", false}});
    // No storm: the next ones do not ask before it is time.
    const int requests = trust.issuer.requests();
    for (int i = 0; i < 20; ++i) {
      CHECK(as_bearer(trust, trust.token()).starts_with("keys_unavailable: "));
    }
    CHECK(trust.issuer.requests() == requests);
    trust.issuer.publish(usual_keys());
    trust.set_time(test_time + 10);
    CHECK(as_bearer(trust, trust.token()) == "ok");
    CHECK(trust.authenticator->issuers_ready()[0].second);
  }
}

TEST_CASE("an issuer that hangs is given up, and known tokens do not feel it") {
  Trust trust([](auto& options) { options.fetch_timeout = std::chrono::milliseconds(100); });
  const std::string token = trust.token();
  REQUIRE(as_bearer(trust, token) == "ok");
  trust.issuer.answer_keys_with("");
  trust.set_time(test_time + 20);
  Draft draft = token_draft(trust.issuer.url());
  draft.header.set_text("kid", "new");
  CHECK(as_bearer(trust, draft.text()).starts_with("keys_unavailable: "));
  CHECK(as_bearer(trust, token) == "ok");
}

TEST_CASE("keys that are a day old without news are not good any more") {
  Trust trust;
  Draft draft = token_draft(trust.issuer.url());
  draft.claims.set("exp", std::to_string(test_time + 1'000'000));
  const std::string token = draft.text();
  REQUIRE(as_bearer(trust, token) == "ok");
  trust.issuer.answer_keys_with(http_response("500 Internal Server Error", ""));
  trust.set_time(test_time + 86'399);
  CHECK(as_bearer(trust, token) == "ok");
  trust.set_time(test_time + 86'400);
  CHECK(is_unknown(trust, token));
  CHECK(as_bearer(trust, token).starts_with("keys_unavailable: "));
}

TEST_CASE("metadata of another issuer gives no keys") {
  Trust trust;
  trust.issuer.answer_metadata_with(
      http_response("200 OK", R"({"issuer":"https://evil.test","jwks_uri":")" + trust.issuer.url() +
                                  R"(/keys"})"));
  CHECK(as_bearer(trust, trust.token()).starts_with("keys_unavailable: "));
  CHECK(trust.issuer.requests() == 1); // the keys were not even asked for
}

TEST_CASE("several issuers are kept apart") {
  TestIssuer other;
  other.publish({jwk(test_keys().other_rsa, "rsa")});
  Trust trust([&](auto& options) {
    options.issuers.push_back({"other", other.url(), "https://our.test/api", "", {}});
  });
  CHECK(as_bearer(trust, trust.token()) == "ok");
  Draft draft = token_draft(other.url());
  draft.claims.set_text("aud", "https://our.test/api")
      .set_text("scope", "https://our.test/api/admin");
  draft.key = test_keys().other_rsa;
  const auto answer = ask(trust, {{"Authorization", "Bearer " + draft.text()}}, TokenType::bearer);
  REQUIRE(answer);
  CHECK((*answer)->issuer_name == "other");
  CHECK((*answer)->has(access::Right::admin));
  draft.key = test_keys().rsa; // the first issuer's key, the same kid
  CHECK(as_bearer(trust, draft.text()) == "token_invalid: The token's signature does not hold");
  draft.key = test_keys().other_rsa;
  draft.claims.set_text("aud", test_audience); // the first issuer's audience
  CHECK(as_bearer(trust, draft.text()) == "token_invalid: The token is not for this service alone");
}

TEST_CASE("readiness asks for keys, so that the first caller need not wait") {
  Trust trust;
  CHECK(!trust.authenticator->issuers_ready()[0].second);
  while (!trust.authenticator->issuers_ready()[0].second) std::this_thread::yield();
  CHECK(trust.issuer.requests() == 2);
  CHECK(trust.authenticator->figures().key_fetches == 1);
}

TEST_CASE("a caller without the right is told which scope it takes") {
  const access::Denial dpop = access::scope_denial(TokenType::dpop, "nhn:grunndata/admin");
  CHECK(dpop.kind == &access::problem::scope_insufficient);
  CHECK(dpop.challenge ==
        "DPoP error=\"insufficient_scope\", scope=\"nhn:grunndata/admin\", algs=\"" +
            std::string(algs) + "\"");
  CHECK(access::scope_denial(TokenType::bearer, "a b").challenge ==
        "Bearer realm=\"grunndata\", error=\"insufficient_scope\", scope=\"a b\"");
}

TEST_CASE("no refusal repeats anything of the token") {
  Trust trust;
  Draft draft = token_draft(trust.issuer.url());
  draft.header.set_text("kid", "SECRETKID");
  draft.claims.set_text("name", "SECRETNAME").set_text("iss", "https://SECRETISS.test");
  const auto answer = ask(trust, {{"Authorization", "Bearer " + draft.text()}}, TokenType::bearer);
  REQUIRE(!answer);
  CHECK(answer.error().challenge.find("SECRET") == std::string::npos);
  CHECK(answer.error().detail.find("SECRET") == std::string::npos);
}
