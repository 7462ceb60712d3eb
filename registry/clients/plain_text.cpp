#include "registry/clients/plain_text.h"

#include <unicode/utf8.h>

#include <cstdint>

namespace grunndata::registry {

namespace {

constexpr std::size_t number_digits = 11;
constexpr std::size_t birth_date_digits = 6;
constexpr std::int32_t delete_character = 0x7F;
constexpr std::int32_t control_end = 0xA0; ///< one past the second block of control characters

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// The next character and `at` moved past it; negative for bytes that are no UTF-8.
std::int32_t next_character(std::string_view text, std::size_t& at) noexcept {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  UChar32 character = 0;
  U8_NEXT(bytes, at, text.size(), character);
  return character;
}

constexpr bool is_control(std::int32_t character) noexcept {
  return character < ' ' || (character >= delete_character && character < control_end);
}

} // namespace

bool is_plain_text(std::string_view text) noexcept {
  if (!text.empty() && (text.front() == ' ' || text.back() == ' ')) {
    return false;
  }
  for (std::size_t at = 0; at < text.size();) {
    if (is_control(next_character(text, at))) { // no UTF-8 is negative
      return false;
    }
  }
  return true;
}

std::size_t characters_of(std::string_view text) noexcept {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) {
    next_character(text, at);
  }
  return count;
}

bool holds_number_form(std::string_view text) noexcept {
  std::size_t digits = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool joins = text[at] == ' ' && digits == birth_date_digits && is_digit(text[at - 1]);
    if (is_digit(text[at])) {
      ++digits;
    } else if (!joins) {
      digits = 0;
    }
    if (digits >= number_digits) {
      return true;
    }
  }
  return false;
}

} // namespace grunndata::registry
