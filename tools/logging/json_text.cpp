#include "tools/logging/json_text.h"

#include <array>
#include <cstddef>
#include <cstdio>

namespace grunndata::tools::log {

namespace {

constexpr std::string_view replacement_character = "\xef\xbf\xbd";

// Length of the well-formed UTF-8 sequence at `position`; 0 if there is none.
std::size_t utf8_length(std::string_view text, std::size_t position) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned lead = byte(position);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xc2 ? 0
                             : lead < 0xe0 ? 2
                             : lead < 0xf0 ? 3
                             : lead < 0xf5 ? 4
                                           : 0;
  if (length == 0 || position + length > text.size()) return 0;
  for (std::size_t index = 1; index < length; ++index) {
    if ((byte(position + index) & 0xc0U) != 0x80U) return 0;
  }
  if (length < 3) return length;
  const unsigned second = byte(position + 1);
  const bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
  const bool outside = (lead == 0xed && second > 0x9f) || (lead == 0xf4 && second > 0x8f);
  return overlong || outside ? 0 : length;
}

void append_escaped(std::string& out, char character) {
  switch (character) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  if (static_cast<unsigned char>(character) >= 0x20) {
    out += character;
    return;
  }
  std::array<char, 8> code{};
  std::snprintf(code.data(), code.size(), "\\u%04x", static_cast<unsigned>(character));
  out += code.data();
}

} // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t position = 0; position < text.size();) {
    const std::size_t length = utf8_length(text, position);
    if (length == 1) {
      append_escaped(out, text[position]);
    } else {
      out += length == 0 ? replacement_character : text.substr(position, length);
    }
    position += length == 0 ? 1 : length;
  }
  out += '"';
}

} // namespace grunndata::tools::log
