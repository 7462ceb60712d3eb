// A public key out of a JWK: what it can verify, and its thumbprint.
#pragma once

#include "api/access/algorithm.h"
#include "api/access/compact_jws.h"
#include "api/access/json.h"
#include "api/access/sha256.h"

#include <tl/expected.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::api::access {

inline constexpr std::size_t rsa_bits_min = 2048;
inline constexpr std::size_t rsa_bits_max = 8192;

/// Immutable, thread-safe. The signatures themselves are checked by cjose and OpenSSL.
class PublicKey {
public:
  /// Takes RSA keys of 2048 to 8192 bits and keys on P-256, P-384 and P-521. The error is a
  /// sentence: a symmetric or private key, another type, a point that is not on its curve, members
  /// that are not canonical base64url, an `alg` that is not taken or does not fit the key, a `use`
  /// other than "sig", `key_ops` without "verify".
  [[nodiscard]] static tl::expected<std::shared_ptr<const PublicKey>, std::string_view>
  from_jwk(JsonView jwk);

  /// RFC 7638, with SHA-256.
  [[nodiscard]] const Digest& thumbprint() const noexcept { return thumbprint_; }
  /// Of the JWK; empty: none.
  [[nodiscard]] const std::string& kid() const noexcept { return kid_; }
  /// Whether the type of key, its curve and the JWK's `alg` allow it.
  [[nodiscard]] bool fits(Algorithm algorithm) const noexcept;
  /// False as well when the algorithm does not fit, or the signature is not exactly as long as the
  /// key makes it. `algorithm` is what the header of `jws` says.
  [[nodiscard]] bool verifies(const CompactJws& jws, Algorithm algorithm) const;

private:
  PublicKey() = default;
  std::string_view read_rsa(JsonView jwk, std::string& canonical);
  std::string_view read_ec(JsonView jwk, std::string& canonical);
  std::string_view read_use(JsonView jwk);

  std::shared_ptr<void> key_; ///< cjose's
  Digest thumbprint_{};
  std::string kid_;
  std::optional<Algorithm> only_; ///< the JWK's `alg`
  bool rsa_ = false;
  Algorithm curve_algorithm_{}; ///< of an EC key: the only one its curve allows
  std::size_t signature_bytes_ = 0;
};

} // namespace grunndata::api::access
