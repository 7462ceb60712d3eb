// The validation of one access token in full, step by step.
#pragma once

#include "api/access/authenticator.h"
#include "api/access/caller.h"
#include "api/access/issuer_keys.h"
#include "api/access/sha256.h"

#include <tl/expected.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace grunndata::api::access {

/// Gives an issuer's key, by the issuer's place in the options; may wait.
using KeySource = std::function<tl::expected<FoundKey, KeyFault>(
    std::size_t issuer, std::string_view kid, Algorithm algorithm)>;

struct CheckedToken {
  std::shared_ptr<const TokenClaims> claims;
  std::size_t issuer = 0;
  std::uint64_t generation = 0; ///< of the issuer's keys
};

struct TokenFault {
  std::string_view sentence;
  bool keys_unavailable = false; ///< nothing is known about the token
  std::uint32_t retry_after_seconds = 0;
};

/// Thread-safe when the key source is.
class TokenCheck {
public:
  /// `issuers` must outlive this.
  TokenCheck(const std::vector<IssuerOptions>& issuers, std::chrono::seconds leeway, KeySource keys)
      : issuers_(issuers), leeway_(leeway), keys_(std::move(keys)) {}

  /// Stops at the first step that does not hold. `hash` is the SHA-256 of the token.
  [[nodiscard]] tl::expected<CheckedToken, TokenFault>
  check(std::string_view token, const Digest& hash, registry::Instant now) const;

  /// All steps, those left out that cannot be taken because an earlier one failed.
  [[nodiscard]] std::vector<Authenticator::Step> explain(std::string_view token,
                                                         registry::Instant now) const;

private:
  const std::vector<IssuerOptions>& issuers_;
  std::chrono::seconds leeway_;
  KeySource keys_;
};

} // namespace grunndata::api::access
