// SHA-256, and the canonical base64url of RFC 7515.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::api::access {

using Digest = std::array<std::uint8_t, 32>;

/// Of the parts one after the other. Allocates nothing once a thread has used it.
[[nodiscard]] Digest sha256(std::initializer_list<std::string_view> parts) noexcept;

/// For tables of digests: a digest is as good as random already.
struct DigestHash {
  [[nodiscard]] std::size_t operator()(const Digest& digest) const noexcept;
};

/// Nothing unless `text` is exactly what `base64url_encode` makes of some bytes: no padding, no
/// other characters, unused bits of the last character zero (RFC 7515 2, RFC 4648 3.5).
[[nodiscard]] std::optional<std::string> base64url_decode(std::string_view text);
[[nodiscard]] std::string base64url_encode(std::string_view bytes);
/// True when `text` is the base64url of the digest.
[[nodiscard]] bool is_base64url_of(std::string_view text, const Digest& digest) noexcept;

[[nodiscard]] inline std::string_view bytes_of(const Digest& digest) noexcept {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

} // namespace grunndata::api::access
