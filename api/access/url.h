// URLs of issuers and of proofs: parsed strictly, compared after RFC 3986's normalisation.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace grunndata::api::access {

inline constexpr std::size_t url_bytes_max = 8 * 1024;

/// An absolute http or https URL without user information. Query and fragment are looked at, but
/// not kept.
struct Url {
  std::string scheme;    ///< "http" or "https"
  std::string authority; ///< host in lower case and port; the scheme's own port is left out
  std::string path;      ///< normalised; at least "/"
  bool has_query = false;
  bool has_fragment = false;
  bool has_path = false; ///< anything after the authority, be it "/"
  bool is_loopback = false;

  /// Nothing for anything else, for characters that RFC 3986 does not allow and for broken
  /// percent-encoding.
  [[nodiscard]] static std::optional<Url> parse(std::string_view text);
  /// scheme://authority
  [[nodiscard]] std::string origin() const { return scheme + "://" + authority; }
  /// Whether tokens and keys may travel there: https, or a loopback host.
  [[nodiscard]] bool is_safe() const noexcept { return scheme == "https" || is_loopback; }
};

/// RFC 3986 6.2.2: hexadecimal digits in upper case, unreserved characters not encoded, dot
/// segments taken out. Nothing when a character does not belong in a path.
[[nodiscard]] std::optional<std::string> normalised_path(std::string_view path);

} // namespace grunndata::api::access
