// The character classes of HTTP (RFC 9110, RFC 9112, RFC 3986) as tables.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace grunndata::api::http::syntax {

enum : std::uint8_t {
  token_char = 1,  ///< method and header names
  value_char = 2,  ///< header values: visible ASCII, blank, tab, bytes above 0x7F
  target_char = 4, ///< path and query as RFC 3986 has them, '%' included
  digit_char = 8,
  hex_char = 16,
  host_char = 32, ///< registered names and IPv4 addresses
};

[[nodiscard]] constexpr std::array<std::uint8_t, 256> make_classes() noexcept {
  std::array<std::uint8_t, 256> table{};
  const auto mark = [&](std::string_view chars, std::uint8_t bit) {
    for (const char c : chars) {
      auto& entry = table[static_cast<unsigned char>(c)];
      entry = static_cast<std::uint8_t>(entry | bit);
    }
  };
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  constexpr std::string_view digits = "0123456789";
  for (const auto chars : {letters, digits}) {
    mark(chars, token_char | target_char | host_char);
  }
  mark("!#$%&'*+-.^_`|~", token_char);
  mark("-._~%!$&'()*+,;=:@/?", target_char);
  mark("-._~!$&'()*+,;=", host_char);
  mark(digits, digit_char);
  mark("0123456789abcdefABCDEF", hex_char);
  for (unsigned c = 0x20; c < 0x100; ++c) {
    if (c != 0x7F) table[c] = static_cast<std::uint8_t>(table[c] | value_char);
  }
  table['\t'] = static_cast<std::uint8_t>(table['\t'] | value_char);
  return table;
}

inline constexpr std::array<std::uint8_t, 256> classes = make_classes();

[[nodiscard]] constexpr bool is(char c, std::uint8_t bit) noexcept {
  return (classes[static_cast<unsigned char>(c)] & bit) != 0;
}

[[nodiscard]] constexpr bool all(std::string_view text, std::uint8_t bit) noexcept {
  std::uint8_t seen = bit;
  for (const char c : text) {
    seen = static_cast<std::uint8_t>(seen & classes[static_cast<unsigned char>(c)]);
  }
  return seen == bit;
}

/// 0 to 15; only for characters of `hex_char`.
[[nodiscard]] constexpr unsigned hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  return (static_cast<unsigned>(c) | 0x20U) - unsigned{'a'} + 10U;
}

[[nodiscard]] constexpr std::string_view trim_blanks(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

} // namespace grunndata::api::http::syntax
