#include "api/http/host.h"

#include "api/http/message.h"
#include "api/http/syntax.h"

namespace grunndata::api::http {
namespace {

constexpr unsigned port_max = 65535;
constexpr unsigned octet_max = 255;

/// Digits only, at most `value_max`, no longer than needed.
bool is_number(std::string_view text, std::size_t digits_max, unsigned value_max) noexcept {
  if (text.empty() || text.size() > digits_max || !syntax::all(text, syntax::digit_char)) {
    return false;
  }
  unsigned value = 0;
  for (const char c : text) value = value * 10 + static_cast<unsigned>(c - '0');
  return value <= value_max;
}

bool is_v6_literal(std::string_view name) noexcept {
  if (name.size() < 4 || name.front() != '[' || name.back() != ']') return false;
  for (const char c : name.substr(1, name.size() - 2)) {
    if (!syntax::is(c, syntax::hex_char) && c != ':' && c != '.') return false;
  }
  return true;
}

} // namespace

std::optional<std::string_view> host_name(std::string_view authority) noexcept {
  std::size_t end = authority.find(':');
  if (!authority.empty() && authority.front() == '[') {
    const std::size_t bracket = authority.find(']');
    if (bracket == std::string_view::npos) return std::nullopt;
    end = bracket + 1 == authority.size() ? std::string_view::npos : bracket + 1;
  }
  const std::string_view name = authority.substr(0, end);
  if (end != std::string_view::npos) {
    if (authority[end] != ':') return std::nullopt;
    if (!is_number(authority.substr(end + 1), 5, port_max)) return std::nullopt;
  }
  if (name.empty()) return std::nullopt;
  const bool valid =
      name.front() == '[' ? is_v6_literal(name) : syntax::all(name, syntax::host_char);
  return valid ? std::optional(name) : std::nullopt;
}

bool is_loopback_name(std::string_view name) noexcept {
  if (name == "127.0.0.1" || name == "localhost" || name == "[::1]") return true;
  if (equals_ignoring_case(name, "localhost")) return true;
  if (!name.starts_with("127.")) return false;
  name.remove_prefix(4);
  for (int dots = 0; dots < 2; ++dots) {
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos) return false;
    if (!is_number(name.substr(0, dot), 3, octet_max)) return false;
    name.remove_prefix(dot + 1);
  }
  return is_number(name, 3, octet_max);
}

} // namespace grunndata::api::http
