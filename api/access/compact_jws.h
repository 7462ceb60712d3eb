// A JWS in compact form, cut into its three parts (RFC 7515 7.1).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::api::access {

inline constexpr std::size_t token_bytes_max = 16 * 1024;
inline constexpr std::size_t proof_bytes_max = 8 * 1024;

/// Views of the text it was cut from.
struct CompactJws {
  std::string_view text;   ///< all of it
  std::string_view header; ///< base64url, like the next two
  std::string_view payload;
  std::string_view signature;

  /// Nothing unless there are exactly three parts and none is empty. Whether they are base64url is
  /// found out by whoever decodes them.
  [[nodiscard]] static std::optional<CompactJws> split(std::string_view text) noexcept {
    if (std::ranges::count(text, '.') != 2) return std::nullopt;
    const std::size_t first = text.find('.');
    const std::size_t second = text.find('.', first + 1);
    const CompactJws jws{text, text.substr(0, first), text.substr(first + 1, second - first - 1),
                         text.substr(second + 1)};
    if (jws.header.empty() || jws.payload.empty() || jws.signature.empty()) return std::nullopt;
    return jws;
  }
};

} // namespace grunndata::api::access
