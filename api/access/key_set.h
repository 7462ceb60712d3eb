// The keys an issuer signs with, as its JWK Set and its metadata publish them.
#pragma once

#include "api/access/public_key.h"

#include <tl/expected.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::api::access {

inline constexpr std::size_t keys_per_issuer_max = 100;

/// Immutable.
class KeySet {
public:
  /// Keys that cannot be used (encryption, symmetric or private ones, unknown types, no kid) are
  /// left out. The error, a sentence: not a JWK Set, too many keys, or none that can be used.
  [[nodiscard]] static tl::expected<std::shared_ptr<const KeySet>, std::string_view>
  parse(std::string_view json);

  struct Match {
    const PublicKey* key = nullptr; ///< lives as long as the set
    bool kid_known = false;         ///< a key of that kid is there, if none that fits
  };
  [[nodiscard]] Match find(std::string_view kid, Algorithm algorithm) const noexcept;
  /// Same keys under the same names.
  [[nodiscard]] bool equals(const KeySet& other) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }

private:
  std::vector<std::shared_ptr<const PublicKey>> keys_; ///< by kid, then thumbprint
};

/// `jwks_uri` of an issuer's metadata. The error, a sentence: not metadata, of another issuer than
/// `issuer_url`, or keys at a place that is neither https nor loopback.
[[nodiscard]] tl::expected<std::string, std::string_view> jwks_uri_of(std::string_view metadata,
                                                                      std::string_view issuer_url);

} // namespace grunndata::api::access
