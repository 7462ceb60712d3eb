// From a request to the claims of a validated token, or to the reason why not.
#pragma once

#include "api/access/caller.h"
#include "api/access/denial.h"
#include "api/access/key_fetch.h"
#include "api/access/proofs_ahead.h"
#include "api/http/message.h"
#include "registry/error.h"

#include <tl/expected.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace grunndata::api::access {

/// Another name for rights in tokens of an issuer, such as Persontjenesten's scopes.
struct ScopeAlias {
  std::string scope; ///< whole, as it stands in tokens
  RightSet rights;
};

/// One authorization server whose tokens are taken. Plain http is refused except for loopback.
struct IssuerOptions {
  std::string name;                ///< of the configuration: for logs, metrics and the audit log
  std::string url;                 ///< exactly the `iss` of its tokens
  std::string audience;            ///< exactly the `aud` of tokens meant for us; the only one
  std::string metadata_url;        ///< empty: `url` + /.well-known/openid-configuration
  std::vector<ScopeAlias> aliases; ///< beside `<audience>/<right>`
};

struct AuthenticatorOptions {
  std::vector<IssuerOptions> issuers;
  /// What clients see of us: scheme://host[:port], no path, from which a proof's `htu` is built.
  std::string public_url;
  std::chrono::seconds clock_leeway{5};       ///< for exp, nbf and iat of tokens
  std::chrono::seconds proof_validity{10};    ///< age of a proof, besides the leeway
  std::chrono::seconds keys_kept{86'400};     ///< the last good keys, when none can be fetched
  std::chrono::seconds keys_refreshed{3'600}; ///< how old good keys are fetched anew
  std::chrono::seconds keys_retry{10};        ///< least time between two fetches of an issuer
  std::chrono::milliseconds fetch_timeout{3'000};
  std::size_t proofs_remembered_max = 1u
                                      << 20; ///< above it proofs are refused, never forgotten early
  std::size_t tokens_remembered_max = 1u << 16;
  /// Remembers over a restart which proofs were taken of clients whose clocks run ahead.
  ProofsAhead ahead{};
  std::function<registry::Instant()> clock; ///< unset: the system's; for tests
  Fetch fetch;                              ///< unset: over HTTP; for tests and measurements
};

/// Figures for /metrics.
struct AuthenticatorFigures {
  std::uint64_t tokens_validated = 0; ///< in full
  std::uint64_t tokens_known = 0;     ///< answered from the cache
  std::uint64_t refused = 0;
  std::uint64_t replays = 0;
  std::uint64_t key_fetches = 0;
  std::uint64_t key_fetch_failures = 0;
  std::size_t proofs_remembered = 0;
  std::size_t tokens_remembered = 0;
};

/// Thread-safe. A token that was seen before and a proof need no lock that is held while waiting;
/// a first token may wait for the issuer's keys, at most `fetch_timeout`, together with everybody
/// else who waits for the same issuer.
class Authenticator {
public:
  /// `invalid`: options that contradict themselves, said in one sentence. Fetches nothing yet.
  /// Without `options.clock` it waits for the next whole second, and until after the newest second
  /// that `options.ahead` knows of, or for `clock_leeway` when it does not know: proofs used before
  /// a restart are told from new ones by their iat, which has no finer parts and may lie ahead by
  /// the leeway.
  [[nodiscard]] static registry::Result<std::unique_ptr<Authenticator>>
  make(AuthenticatorOptions options);
  ~Authenticator();
  Authenticator(const Authenticator&) = delete;
  Authenticator& operator=(const Authenticator&) = delete;

  /// Checks everything about token and proof but rights: those are the route's to ask for. A proof
  /// whose iat is not after all that was taken before this object was made is refused.
  [[nodiscard]] tl::expected<std::shared_ptr<const TokenClaims>, Denial>
  authenticate(const http::Request& request, TokenType accepted);
  /// True when `authenticate` of this request would have to validate a token in full, perhaps with
  /// a fetch: work for the pool, not for a connection's worker. Checks nothing.
  [[nodiscard]] bool is_unknown(const http::Request& request) const noexcept;

  /// Each step of the validation of one token and whether it holds, without a proof; for people.
  struct Step {
    std::string name; ///< "signature", "issuer", "audience", …
    bool holds = false;
    std::string detail; ///< what was found and what is expected; no personal data
  };
  [[nodiscard]] std::vector<Step> explain(const std::string& token);

  [[nodiscard]] AuthenticatorFigures figures() const noexcept;
  /// One issuer each: name, and whether keys are at hand; for readiness. Has keys fetched in the
  /// background where they are not, so that asking now and then makes it ready.
  [[nodiscard]] std::vector<std::pair<std::string, bool>> issuers_ready() const;

private:
  struct Impl;
  explicit Authenticator(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

/// WWW-Authenticate for a caller who has the token but not the right, RFC 6750 3.1.
[[nodiscard]] Denial scope_denial(TokenType type, std::string_view scope);

} // namespace grunndata::api::access
