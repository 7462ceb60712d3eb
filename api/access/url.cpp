#include "api/access/url.h"

#include "api/http/host.h"
#include "api/http/syntax.h"

#include <algorithm>

namespace grunndata::api::access {

namespace {

namespace syntax = http::syntax;

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string lowered(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), lower);
  return out;
}

bool is_unreserved(char c) noexcept {
  const char small = lower(c);
  return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

// Percent-encoding as RFC 3986 6.2.2.1 and 6.2.2.2 want it.
std::optional<std::string> normalised_encoding(std::string_view path) {
  constexpr std::string_view hex_digits = "0123456789ABCDEF";
  std::string out;
  out.reserve(path.size());
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (!syntax::is(path[i], syntax::target_char) || path[i] == '?') return std::nullopt;
    if (path[i] != '%') {
      out.push_back(path[i]);
      continue;
    }
    if (path.size() - i < 3 || !syntax::is(path[i + 1], syntax::hex_char) ||
        !syntax::is(path[i + 2], syntax::hex_char)) {
      return std::nullopt;
    }
    const unsigned byte = syntax::hex_value(path[i + 1]) * 16 + syntax::hex_value(path[i + 2]);
    if (is_unreserved(static_cast<char>(byte))) {
      out.push_back(static_cast<char>(byte));
    } else {
      out.append({'%', hex_digits[byte / 16], hex_digits[byte % 16]});
    }
    i += 2;
  }
  return out;
}

// RFC 3986 5.2.4 for a path that begins with '/'.
std::string without_dot_segments(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/', 1), path.size());
    const std::string_view segment = path.substr(0, end);
    path.remove_prefix(end);
    if (segment == "/..") {
      out.resize(out.empty() ? 0 : out.rfind('/'));
      if (path.empty()) out.push_back('/');
    } else if (segment == "/.") {
      if (path.empty()) out.push_back('/');
    } else {
      out.append(segment);
    }
  }
  return out.empty() ? "/" : out;
}

// Host in lower case, without the scheme's own port. Nothing if it is no authority.
std::optional<std::string> normalised_authority(std::string_view authority, bool https) {
  const auto host = http::host_name(authority);
  if (!host) return std::nullopt;
  std::string_view port = authority.substr(host->size());
  const std::string_view own_port = https ? ":443" : ":80";
  if (port == own_port) port = {};
  return lowered(*host).append(port);
}

} // namespace

std::optional<std::string> normalised_path(std::string_view path) {
  if (path.empty()) return "/";
  if (path.front() != '/') return std::nullopt;
  auto encoded = normalised_encoding(path);
  if (!encoded || encoded->find("/.") == std::string::npos) return encoded;
  return without_dot_segments(*encoded);
}

std::optional<Url> Url::parse(std::string_view text) {
  if (text.size() > url_bytes_max) return std::nullopt;
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  Url url;
  url.scheme = lowered(text.substr(0, colon));
  if (url.scheme != "http" && url.scheme != "https") return std::nullopt;
  text.remove_prefix(colon + 3);
  const std::string_view authority = text.substr(0, text.find_first_of("/?#"));
  auto normal = normalised_authority(authority, url.scheme == "https");
  if (!normal) return std::nullopt;
  url.is_loopback = http::is_loopback_name(*http::host_name(*normal));
  url.authority = std::move(*normal);
  text.remove_prefix(authority.size());
  url.has_path = !text.empty();
  const std::string_view path = text.substr(0, text.find_first_of("?#"));
  std::string_view rest = text.substr(path.size());
  url.has_query = rest.starts_with('?');
  url.has_fragment = rest.find('#') != std::string_view::npos;
  for (const char c : rest) {
    if (c != '#' && !syntax::is(c, syntax::target_char)) return std::nullopt;
  }
  auto normal_path = normalised_path(path);
  if (!normal_path) return std::nullopt;
  url.path = std::move(*normal_path);
  return url;
}

} // namespace grunndata::api::access
