#include "api/access/authenticator.h"

#include "api/access/challenge.h"
#include "api/access/credentials.h"
#include "api/access/fifo_cache.h"
#include "api/access/issuer_keys.h"
#include "api/access/problems.h"
#include "api/access/proof_check.h"
#include "api/access/token_check.h"
#include "api/access/url.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>

namespace grunndata::api::access {

namespace {

using registry::ErrorCode;
using registry::fail;
using registry::Instant;
using registry::Result;

constexpr std::string_view well_known = "/.well-known/openid-configuration";
constexpr std::string_view proof_header = "DPoP";
constexpr std::int64_t microseconds_per_second = 1'000'000;
constexpr std::uint32_t full_retry_after_seconds = 1;

// A token's hash is asked for twice in a request, and a connection brings the same token time and
// again: each thread knows its last one.
const Digest& hash_of(std::string_view token) {
  thread_local std::string last_token;
  thread_local Digest last_hash{};
  if (token != last_token) {
    last_hash = sha256({token});
    last_token = token;
  }
  return last_hash;
}

Result<void> check_url(const std::string& text, const std::string& what) {
  const auto url = Url::parse(text);
  if (!url) return fail(ErrorCode::invalid, what + " is not an http or https URL");
  if (!url->is_safe()) {
    return fail(ErrorCode::invalid, what + " is plain http, which is taken for loopback only");
  }
  return {};
}

Result<void> check_issuer(const IssuerOptions& issuer) {
  if (issuer.name.empty()) return fail(ErrorCode::invalid, "an issuer has no name");
  const std::string what = "issuer " + issuer.name + ": ";
  if (issuer.audience.empty()) return fail(ErrorCode::invalid, what + "audience is empty");
  if (auto url = check_url(issuer.url, what + "url"); !url) return url;
  for (const ScopeAlias& alias : issuer.aliases) {
    if (alias.scope.empty() || alias.rights.none()) {
      return fail(ErrorCode::invalid, what + "an alias has no scope or no right");
    }
  }
  if (issuer.metadata_url.empty()) return {};
  return check_url(issuer.metadata_url, what + "metadata_url");
}

Result<void> check_times(const AuthenticatorOptions& options) {
  using std::chrono::seconds;
  if (options.clock_leeway < seconds(0) || options.clock_leeway > seconds(60)) {
    return fail(ErrorCode::invalid, "the clock leeway is not between 0 and 60 seconds");
  }
  if (options.proof_validity < seconds(1) || options.proof_validity > seconds(300)) {
    return fail(ErrorCode::invalid, "a proof's validity is not between 1 and 300 seconds");
  }
  if (options.keys_retry < seconds(1) || options.keys_refreshed < options.keys_retry ||
      options.keys_kept < options.keys_refreshed) {
    return fail(ErrorCode::invalid,
                "keys must be kept at least until refreshed, and refreshed no sooner than retried");
  }
  if (options.fetch_timeout <= std::chrono::milliseconds(0)) {
    return fail(ErrorCode::invalid, "the time for a fetch is not positive");
  }
  if (options.proofs_remembered_max == 0 || options.tokens_remembered_max == 0) {
    return fail(ErrorCode::invalid, "room for at least one proof and one token is needed");
  }
  return {};
}

Result<void> check_options(const AuthenticatorOptions& options) {
  if (options.issuers.empty()) return fail(ErrorCode::invalid, "no issuer of tokens is configured");
  for (const IssuerOptions& issuer : options.issuers) {
    if (auto checked = check_issuer(issuer); !checked) return checked;
    for (const IssuerOptions& other : options.issuers) {
      if (&other == &issuer) break;
      if (other.name == issuer.name || other.url == issuer.url) {
        return fail(ErrorCode::invalid, "two issuers have the same name or URL: " + issuer.name);
      }
    }
  }
  if (auto checked = check_url(options.public_url, "public_url"); !checked) return checked;
  const auto url = Url::parse(options.public_url);
  if (url->has_path || url->has_query || url->has_fragment) {
    return fail(ErrorCode::invalid, "public_url has more than scheme, host and port");
  }
  return check_times(options);
}

std::string metadata_url_of(const IssuerOptions& issuer) {
  if (!issuer.metadata_url.empty()) return issuer.metadata_url;
  const bool slash = issuer.url.ends_with('/');
  return issuer.url.substr(0, issuer.url.size() - (slash ? 1 : 0)) + std::string(well_known);
}

/// The first whole second of which no proof can have been used before `now`: a server before us may
/// have taken proofs of clients whose clocks ran ahead, and an iat has no finer parts.
Instant first_unused_second(Instant now, const AuthenticatorOptions& options) {
  using std::chrono::microseconds;
  using std::chrono::seconds;
  const auto begun = std::chrono::ceil<seconds>(microseconds(now.microseconds));
  const auto latest = begun + options.clock_leeway;
  const auto known = options.ahead.newest ? seconds(*options.ahead.newest) + seconds(1) : latest;
  return {microseconds(std::clamp(known, begun, latest)).count()};
}

void wait_until(Instant time) {
  std::this_thread::sleep_until(
      std::chrono::system_clock::time_point(std::chrono::microseconds(time.microseconds)));
}

struct KnownToken {
  std::shared_ptr<const TokenClaims> claims;
  std::uint32_t issuer = 0;
  std::uint64_t generation = 0;
};

} // namespace

struct Authenticator::Impl {
  /// Proofs with an iat before `started` are refused.
  Impl(AuthenticatorOptions given, Instant started);

  using Authenticated = tl::expected<std::shared_ptr<const TokenClaims>, Denial>;

  [[nodiscard]] bool has_expired(const TokenClaims& claims, Instant now) const noexcept {
    return now.microseconds >=
           claims.expires.microseconds + options.clock_leeway.count() * microseconds_per_second;
  }
  /// Nothing unless everything that was found out about the token still stands.
  [[nodiscard]] std::optional<KnownToken> find_known(std::string_view token, Instant now) const;
  [[nodiscard]] Authenticated claims_of(std::string_view token, TokenType accepted, Instant now);
  [[nodiscard]] std::optional<Denial> check_binding(const http::Request& request,
                                                    const TokenClaims& claims, TokenType accepted,
                                                    Instant now);
  [[nodiscard]] std::optional<Denial> check_proof(const http::Request& request,
                                                  const TokenClaims& claims, Instant now);
  [[nodiscard]] Authenticated authenticate(const http::Request& request, TokenType accepted);

  AuthenticatorOptions options;
  std::vector<std::unique_ptr<IssuerKeys>> keys;
  TokenCheck tokens;
  ProofCheck proofs;
  FifoCache<Digest, KnownToken, DigestHash> known;
  std::atomic<std::uint64_t> validated{0};
  std::atomic<std::uint64_t> answered_known{0};
  std::atomic<std::uint64_t> refused{0};
  std::atomic<std::uint64_t> replays{0};
};

Authenticator::Impl::Impl(AuthenticatorOptions given, Instant started)
    : options(std::move(given)),
      tokens(options.issuers, options.clock_leeway,
             [this](std::size_t issuer, std::string_view kid, Algorithm algorithm) {
               return keys[issuer]->find(kid, algorithm);
             }),
      proofs({options.public_url, options.proof_validity, options.clock_leeway,
              options.proofs_remembered_max, started, options.ahead}),
      known(options.tokens_remembered_max) {
  for (const IssuerOptions& issuer : options.issuers) {
    keys.push_back(std::make_unique<IssuerKeys>(IssuerKeysOptions{
        issuer.url, metadata_url_of(issuer), options.keys_kept, options.keys_refreshed,
        options.keys_retry, options.fetch_timeout, options.clock, options.fetch}));
  }
}

std::optional<KnownToken> Authenticator::Impl::find_known(std::string_view token,
                                                          Instant now) const {
  if (token.size() > token_bytes_max) return std::nullopt;
  auto entry = known.find(hash_of(token));
  if (!entry || has_expired(*entry->claims, now)) return std::nullopt;
  return keys[entry->issuer]->stands(entry->generation, now) ? std::move(entry) : std::nullopt;
}

Authenticator::Impl::Authenticated Authenticator::Impl::claims_of(std::string_view token,
                                                                  TokenType accepted, Instant now) {
  if (auto entry = find_known(token, now)) {
    keys[entry->issuer]->refresh_if_due(now);
    answered_known.fetch_add(1, std::memory_order_relaxed);
    return std::move(entry->claims);
  }
  const Digest hash = token.size() > token_bytes_max ? Digest{} : hash_of(token);
  auto checked = tokens.check(token, hash, now);
  if (!checked && checked.error().keys_unavailable) {
    return tl::unexpected(Denial{&problem::keys_unavailable,
                                 checked.error().sentence,
                                 {},
                                 checked.error().retry_after_seconds});
  }
  if (!checked) {
    return tl::unexpected(challenge(accepted, problem::token_invalid, ChallengeError::invalid_token,
                                    checked.error().sentence));
  }
  validated.fetch_add(1, std::memory_order_relaxed);
  known.insert(
      hash,
      KnownToken{checked->claims, static_cast<std::uint32_t>(checked->issuer), checked->generation},
      [&](const KnownToken& old) { return has_expired(*old.claims, now); });
  return std::move(checked->claims);
}

std::optional<Denial> Authenticator::Impl::check_proof(const http::Request& request,
                                                       const TokenClaims& claims, Instant now) {
  const auto refuse = [](std::string_view detail) {
    return challenge(TokenType::dpop, problem::proof_invalid, ChallengeError::invalid_dpop_proof,
                     detail);
  };
  const std::size_t count = request.header_count(proof_header);
  if (count == 0) return refuse("There is no DPoP header");
  if (count > 1) return refuse("There is more than one DPoP header");
  const auto fault = proofs.check({*request.header(proof_header), http::method_name(request.method),
                                   request.path, claims, now});
  if (!fault) return std::nullopt;
  if (fault->replay) replays.fetch_add(1, std::memory_order_relaxed);
  return refuse(fault->sentence);
}

std::optional<Denial> Authenticator::Impl::check_binding(const http::Request& request,
                                                         const TokenClaims& claims,
                                                         TokenType accepted, Instant now) {
  if (accepted == TokenType::dpop && claims.bound) return check_proof(request, claims, now);
  if (accepted == TokenType::bearer && !claims.bound) return std::nullopt;
  return challenge(accepted, problem::token_invalid, ChallengeError::invalid_token,
                   claims.bound ? "The token is bound to a key and no Bearer token"
                                : "The token is not bound to a key");
}

Authenticator::Impl::Authenticated Authenticator::Impl::authenticate(const http::Request& request,
                                                                     TokenType accepted) {
  const auto token = token_of(request, accepted);
  if (!token) return tl::unexpected(token.error());
  const Instant now = options.clock();
  auto claims = claims_of(*token, accepted, now);
  if (!claims) return claims;
  // A fetch of keys may have taken seconds, and a proof does not get younger.
  auto denial = check_binding(request, **claims, accepted, options.clock());
  if (denial) return tl::unexpected(std::move(*denial));
  return claims;
}

Authenticator::Authenticator(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Authenticator::~Authenticator() = default;

Result<std::unique_ptr<Authenticator>> Authenticator::make(AuthenticatorOptions options) {
  if (auto checked = check_options(options); !checked) return tl::unexpected(checked.error());
  const Instant now = options.clock ? options.clock() : registry::now();
  const Instant started = first_unused_second(now, options);
  if (!options.clock) {
    options.clock = &registry::now;
    wait_until(started);
  }
  if (!options.fetch) options.fetch = fetch_over_http;
  return std::unique_ptr<Authenticator>(
      new Authenticator(std::make_unique<Impl>(std::move(options), started)));
}

tl::expected<std::shared_ptr<const TokenClaims>, Denial>
Authenticator::authenticate(const http::Request& request, TokenType accepted) {
  auto claims = impl_->authenticate(request, accepted);
  if (!claims) impl_->refused.fetch_add(1, std::memory_order_relaxed);
  return claims;
}

bool Authenticator::is_unknown(const http::Request& request) const noexcept {
  const std::string_view token = any_token_of(request);
  return !token.empty() && !impl_->find_known(token, impl_->options.clock());
}

std::vector<Authenticator::Step> Authenticator::explain(const std::string& token) {
  return impl_->tokens.explain(token, impl_->options.clock());
}

AuthenticatorFigures Authenticator::figures() const noexcept {
  AuthenticatorFigures figures;
  figures.tokens_validated = impl_->validated.load();
  figures.tokens_known = impl_->answered_known.load();
  figures.refused = impl_->refused.load();
  figures.replays = impl_->replays.load();
  for (const auto& keys : impl_->keys) {
    figures.key_fetches += keys->fetches();
    figures.key_fetch_failures += keys->failures();
  }
  figures.proofs_remembered = impl_->proofs.remembered();
  figures.tokens_remembered = impl_->known.size();
  return figures;
}

std::vector<std::pair<std::string, bool>> Authenticator::issuers_ready() const {
  const Instant now = impl_->options.clock();
  std::vector<std::pair<std::string, bool>> ready;
  for (std::size_t i = 0; i < impl_->keys.size(); ++i) {
    impl_->keys[i]->refresh_if_due(now);
    ready.emplace_back(impl_->options.issuers[i].name, impl_->keys[i]->has_keys(now));
  }
  return ready;
}

} // namespace grunndata::api::access
