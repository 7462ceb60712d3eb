// Any bytes as what a stranger sends for access. The first byte chooses what they are taken for: a
// token, a proof, an Authorization header, a JWK, an issuer's keys or metadata, a URL, or claims
// and proof claims that are then signed over, so that the checks behind the signature are reached.
// Aborts when a forged text is taken, or when an answer breaks its own rules.
#include "api/access/authenticator.h"
#include "api/access/claims.h"
#include "api/access/key_set.h"
#include "api/access/proof_check.h"
#include "api/access/token_check.h"
#include "api/access/token_display.h"
#include "api/access/url.h"
#include "tools/bench/jose_signer.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

namespace access = grunndata::api::access;
namespace http = grunndata::api::http;
using access::TokenType;
using grunndata::registry::Instant;
using grunndata::tools::bench::JsonMembers;
using grunndata::tools::bench::SigningKey;

constexpr std::int64_t time_s = 1'800'000'000;
constexpr Instant now{time_s * 1'000'000};
constexpr std::string_view path = "/v1/person/lookup";

void require(bool holds) {
  if (!holds) std::abort();
}

const SigningKey& key() {
  static const SigningKey made = SigningKey::ec("P-256");
  return made;
}

const std::vector<access::IssuerOptions>& issuers() {
  static const std::vector<access::IssuerOptions> one{
      {"fuzz", "https://sts.test", "nhn:grunndata", "", {}}};
  return one;
}

access::TokenCheck token_check() {
  return {issuers(), std::chrono::seconds(5),
          [](std::size_t, std::string_view kid,
             access::Algorithm algorithm) -> tl::expected<access::FoundKey, access::KeyFault> {
            static const auto set = *access::KeySet::parse(
                R"({"keys":[)" + JsonMembers(key().jwk()).set_text("kid", "k").json() + "]}");
            const auto match = set->find(kid, algorithm);
            if (match.key == nullptr) {
              return tl::unexpected(access::KeyFault{access::KeyFault::Kind::unknown_kid});
            }
            return access::FoundKey{set, match.key, 1};
          }};
}

bool is_plain(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; });
}

void require_sound(const access::TokenClaims& claims) {
  require(!claims.client_id.empty() && claims.issuer_name == "fuzz");
  for (const std::string* text :
       {&claims.client_id, &claims.client_name, &claims.organisation_parent,
        &claims.organisation_child, &claims.supplier, &claims.user_name, &claims.user_pid,
        &claims.user_hpr, &claims.subject, &claims.purpose_of_use, &claims.purpose_details,
        &claims.decision_ref, &claims.healthcare_service, &claims.jti}) {
    require(text->size() <= access::claim_text_bytes_max && is_plain(*text));
  }
  require(claims.security_level >= 0 && claims.security_level <= 4);
  require(claims.expires.microseconds > now.microseconds - 5'000'000);
}

// Signed as it is: the claims are all that can be wrong.
void try_claims(const std::string& claims) {
  const std::string token = grunndata::tools::bench::compact_jws(
      key(), "ES256", R"({"alg":"ES256","typ":"at+jwt","kid":"k"})", claims);
  const auto checked = token_check().check(token, access::sha256({token}), now);
  const auto steps = token_check().explain(token, now);
  if (token.size() <= access::token_bytes_max) {
    const bool all = std::ranges::all_of(steps, &access::Authenticator::Step::holds);
    require(all == checked.has_value());
  }
  for (const auto& step : steps) require(is_plain(step.detail));
  if (checked) require_sound(*checked->claims);
}

// By nobody's key: never taken.
void try_token(std::string_view token) {
  require(!token_check().check(token, {}, now));
  require(!token_check().explain(token, now).empty());
  if (const auto shown = access::masked_token(token)) require(shown->starts_with("{"));
}

access::TokenClaims bound_claims() {
  access::TokenClaims claims;
  const auto bytes = access::base64url_decode(key().thumbprint());
  std::ranges::copy(*bytes, claims.key_thumbprint.begin());
  claims.bound = true;
  return claims;
}

void try_proof(std::string_view proof, bool may_hold) {
  static access::ProofCheck check({"https://grunndata.test", std::chrono::seconds(10),
                                   std::chrono::seconds(5), 1'000, Instant{}});
  static const access::TokenClaims claims = bound_claims();
  const access::ProofUse use{proof, "POST", path, claims, now};
  const bool held = !check.check(use).has_value();
  require(may_hold || !held);
  require(!held || check.check(use)->replay); // never twice
}

void try_proof_claims(const std::string& claims) {
  static const std::string header =
      R"({"typ":"dpop+jwt","alg":"ES256","jwk":)" + key().jwk().json() + "}";
  try_proof(grunndata::tools::bench::compact_jws(key(), "ES256", header, claims), true);
}

void try_authorization(std::string_view value) {
  static const auto authenticator = [] {
    access::AuthenticatorOptions options;
    options.issuers = issuers();
    options.public_url = "https://grunndata.test";
    options.fetch = [](const std::string&, const access::FetchLimits&) {
      return access::FetchResult(tl::unexpected<std::string_view>("not here"));
    };
    return std::move(*access::Authenticator::make(std::move(options)));
  }();
  const std::array<http::Header, 1> headers{http::Header{"Authorization", value}};
  http::Request request;
  request.path = path;
  request.headers = headers;
  static_cast<void>(authenticator->is_unknown(request));
  for (const TokenType type : {TokenType::bearer, TokenType::dpop}) {
    const auto answer = authenticator->authenticate(request, type);
    require(!answer && answer.error().kind != nullptr && is_plain(answer.error().challenge));
  }
}

void try_key(std::string_view json) {
  const auto document = access::JsonDocument::parse(json);
  if (!document) return;
  const auto read = access::PublicKey::from_jwk(document->root());
  require(read || !read.error().empty());
  if (!read) return;
  std::size_t fitting = 0;
  for (std::size_t i = 0; i < access::algorithm_names.size(); ++i) {
    fitting += (*read)->fits(static_cast<access::Algorithm>(i)) ? 1 : 0;
  }
  require(fitting == 1 || fitting == 6);
}

void try_url(std::string_view text) {
  const auto url = access::Url::parse(text);
  if (!url) return;
  // What is normalised stays as it is.
  const auto again = access::Url::parse(url->origin() + url->path);
  require(again && again->origin() == url->origin() && again->path == url->path);
  require(url->path.starts_with('/') && again->is_loopback == url->is_loopback);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 't': try_token(text); break;
    case 'p': try_proof(text, false); break;
    case 'a': try_authorization(text); break;
    case 'k': try_key(text); break;
    case 's': static_cast<void>(access::KeySet::parse(text)); break;
    case 'm': static_cast<void>(access::jwks_uri_of(text, "https://sts.test")); break;
    case 'u': try_url(text); break;
    case 'c': try_claims(std::string(text)); break;
    case 'd': try_proof_claims(std::string(text)); break;
    default: break;
  }
  return 0;
}
