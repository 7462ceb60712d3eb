#include "tests/access/test_issuer.h"

#include "api/access/sha256.h"

#include <doctest/doctest.h>

namespace grunndata::tests {

namespace access = api::access;
using access::base64url_encode;

namespace {

constexpr std::string_view metadata_path = "/.well-known/openid-configuration";
constexpr std::string_view keys_path = "/keys";

std::string number(std::int64_t value) { return std::to_string(value); }

std::string next_jti() {
  static std::atomic<int> count{0};
  return "\"proof-" + std::to_string(++count) + "\"";
}

} // namespace

const TestKeys& test_keys() {
  static const TestKeys keys;
  return keys;
}

std::string Draft::signing_input() const {
  const std::string head = header_text.empty() ? header.json() : header_text;
  const std::string body = claims_text.empty() ? claims.json() : claims_text;
  return (header_part.empty() ? base64url_encode(head) : header_part) + "." +
         base64url_encode(body);
}

std::string Draft::text() const {
  std::string out = signing_input();
  const std::string bytes =
      signature.empty() ? key.sign(algorithm, out, pss_salt_bytes) : signature;
  out.append(".").append(base64url_encode(bytes));
  if (after) after(out);
  return out;
}

Draft token_draft(const std::string& issuer_url, const SigningKey* holder) {
  Draft draft{{{"alg", "\"RS256\""}, {"typ", "\"at+jwt\""}, {"kid", "\"rsa\""}},
              {},
              test_keys().rsa,
              "RS256"};
  draft.claims.set_text("iss", issuer_url)
      .set_text("aud", test_audience)
      .set("exp", number(test_time + 600))
      .set("nbf", number(test_time))
      .set("iat", number(test_time))
      .set_text("jti", "token-1")
      .set_text("client_id", "his-single")
      .set("scope", R"(["nhn:grunndata/person.read","openid"])");
  if (holder != nullptr) draft.claims.set("cnf", R"({"jkt":")" + holder->thumbprint() + "\"}");
  return draft;
}

Draft proof_draft(const SigningKey& holder, std::string_view token, std::int64_t iat) {
  const bool is_rsa = holder.jwk().value("kty") == "\"RSA\"";
  const std::string algorithm = is_rsa ? "PS256" : "ES256";
  Draft draft{{{"typ", "\"dpop+jwt\""}, {"alg", "\"" + algorithm + "\""}}, {}, holder, algorithm};
  draft.header.set("jwk", holder.jwk().json());
  draft.claims.set("jti", next_jti())
      .set_text("htm", "POST")
      .set_text("htu", std::string(test_public_url) + std::string(test_path))
      .set("iat", number(iat))
      .set_text("ath", base64url_encode(access::bytes_of(access::sha256({token}))));
  return draft;
}

TestIssuer::TestIssuer() : server_([this](std::string_view path) { return answer(path); }) {
  publish(usual_keys());
}

void TestIssuer::publish(std::vector<JsonMembers> keys) {
  std::string body = R"({"keys":[)";
  for (const JsonMembers& key : keys)
    body.append(&key == keys.data() ? "" : ",").append(key.json());
  answer_keys_with(http_response("200 OK", body + "]}"));
}

void TestIssuer::answer_keys_with(std::string response) {
  const std::lock_guard lock(mutex_);
  keys_ = std::move(response);
}

void TestIssuer::answer_metadata_with(std::string response) {
  const std::lock_guard lock(mutex_);
  metadata_ = std::move(response);
  own_metadata_ = false;
}

std::string TestIssuer::answer(std::string_view path) {
  const std::lock_guard lock(mutex_);
  if (path == keys_path) return keys_;
  if (path != metadata_path) return http_response("404 Not Found", "{}");
  if (!own_metadata_) return metadata_;
  JsonMembers metadata;
  metadata.set_text("issuer", url()).set_text("jwks_uri", url() + std::string(keys_path));
  return http_response("200 OK", metadata.json());
}

JsonMembers jwk(const SigningKey& key, std::string_view kid) {
  JsonMembers members = key.jwk();
  members.set_text("kid", kid);
  return members;
}

std::vector<JsonMembers> usual_keys() {
  const TestKeys& keys = test_keys();
  std::vector<JsonMembers> all{jwk(keys.rsa, "rsa"), jwk(keys.rsa, "rsa-rs256"),
                               jwk(keys.p256, "p256"), jwk(keys.p384, "p384"),
                               jwk(keys.p521, "p521")};
  all[0].set_text("use", "sig");
  all[1].set_text("alg", "RS256");
  all.push_back(jwk(keys.other_rsa, "enc").set_text("use", "enc"));
  all.push_back(JsonMembers{{"kty", "\"oct\""}, {"k", "\"c2VjcmV0\""}, {"kid", "\"oct\""}});
  all.push_back(jwk(keys.short_rsa, "short"));
  all.push_back(jwk(keys.other_p256, "private").set("d", keys.other_p256.private_member()));
  return all;
}

Trust::Trust(const std::function<void(access::AuthenticatorOptions&)>& change)
    : clock(std::make_shared<std::atomic<std::int64_t>>(0)) {
  set_time(test_time - 60); // proofs of the time of the start are refused
  access::AuthenticatorOptions options;
  options.issuers.push_back({"test", issuer.url(), std::string(test_audience), "", {}});
  options.public_url = test_public_url;
  options.clock = [time = clock] { return registry::Instant{time->load()}; };
  if (change) change(options);
  auto made = access::Authenticator::make(std::move(options));
  REQUIRE_MESSAGE(made, (made ? "" : made.error().message));
  authenticator = std::move(*made);
  set_time(test_time);
}

std::string Trust::token(const SigningKey* holder) const {
  return token_draft(issuer.url(), holder).text();
}

TestRequest::TestRequest(std::vector<std::pair<std::string, std::string>> headers)
    : texts_(std::move(headers)) {
  for (const auto& [name, value] : texts_) headers_.push_back({name, value});
  request.method = api::http::Method::post;
  request.target = request.path = test_path;
  request.headers = headers_;
}

std::string
outcome(const tl::expected<std::shared_ptr<const access::TokenClaims>, access::Denial>& answer) {
  if (answer) return "ok";
  return std::string(answer.error().kind->code) + ": " + std::string(answer.error().detail);
}

std::string as_bearer(Trust& trust, const std::string& token) {
  const TestRequest request({{"Authorization", "Bearer " + token}});
  return outcome(trust.authenticator->authenticate(request.request, access::TokenType::bearer));
}

std::string with_proof(Trust& trust, const std::string& token, const std::string& proof) {
  const TestRequest request({{"Authorization", "DPoP " + token}, {"DPoP", proof}});
  return outcome(trust.authenticator->authenticate(request.request, access::TokenType::dpop));
}

} // namespace grunndata::tests
