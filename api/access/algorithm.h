// The signature algorithms that are taken: RSA and ECDSA with SHA-2 (RFC 7518 3.3 to 3.5).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace grunndata::api::access {

enum class Algorithm : std::uint8_t {
  rs256,
  rs384,
  rs512,
  ps256,
  ps384,
  ps512,
  es256,
  es384,
  es512,
};

/// In the order of the enum.
inline constexpr std::array<std::string_view, 9> algorithm_names{
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"};

/// As a challenge's `algs` lists them.
inline constexpr std::string_view algorithms_text =
    "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512";

/// Exactly the names above: no other case, no `none`, nothing symmetric.
[[nodiscard]] constexpr std::optional<Algorithm> algorithm_of(std::string_view name) noexcept {
  for (std::size_t i = 0; i < algorithm_names.size(); ++i) {
    if (algorithm_names[i] == name) return static_cast<Algorithm>(i);
  }
  return std::nullopt;
}

[[nodiscard]] constexpr std::string_view name_of(Algorithm algorithm) noexcept {
  return algorithm_names[static_cast<std::size_t>(algorithm)];
}

} // namespace grunndata::api::access
