#include "registry/candidates/row_fields.h"

#include <charconv>
#include <cstdint>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

namespace grunndata::registry::candidates {

namespace {

constexpr std::size_t hex_digits = 4;

/// From behind an opening quote to the closing one; the end when there is none.
std::size_t end_of_string(std::string_view json, std::size_t at) noexcept {
  while (at < json.size() && json[at] != '"') {
    at += json[at] == '\\' ? 2U : 1U;
  }
  return std::min(at, json.size());
}

/// From the start of a value to just behind it.
std::size_t after_value(std::string_view json, std::size_t at) noexcept {
  std::size_t depth = 0;
  while (at < json.size()) {
    const char c = json[at];
    if (c == '"') {
      at = std::min(end_of_string(json, at + 1) + 1, json.size());
      if (depth == 0) {
        return at;
      }
      continue;
    }
    if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (depth == 0) {
        return at;
      }
      if (--depth == 0) {
        return at + 1;
      }
    } else if (c == ',' && depth == 0) {
      return at;
    }
    ++at;
  }
  return at;
}

std::uint32_t unit_at(std::string_view text, std::size_t at) noexcept {
  std::uint32_t unit = 0;
  if (at + hex_digits <= text.size()) {
    std::from_chars(text.data() + at, text.data() + at + hex_digits, unit, 16);
  }
  return unit;
}

void append_character(std::uint32_t character, std::string& out) {
  std::uint8_t bytes[U8_MAX_LENGTH];
  std::size_t size = 0;
  if (U_IS_SURROGATE(character)) {
    character = 0xFFFD;
  }
  U8_APPEND_UNSAFE(bytes, size, character);
  out.append(reinterpret_cast<const char*>(bytes), size);
}

/// What stands between the quotes, every escape resolved.
std::string_view resolved(std::string_view inside, std::string& room) {
  if (inside.find('\\') == std::string_view::npos) {
    return inside;
  }
  room.clear();
  for (std::size_t at = 0; at < inside.size(); ++at) {
    if (inside[at] != '\\' || at + 1 == inside.size()) {
      room += inside[at];
      continue;
    }
    switch (const char c = inside[++at]) {
      case 'n': room += '\n'; break;
      case 't': room += '\t'; break;
      case 'r': room += '\r'; break;
      case 'b': room += '\b'; break;
      case 'f': room += '\f'; break;
      case 'u': {
        std::uint32_t character = unit_at(inside, at + 1);
        at += hex_digits;
        const bool pair = U16_IS_LEAD(character) && inside.substr(at + 1, 2) == "\\u";
        if (const std::uint32_t trail = pair ? unit_at(inside, at + 3) : 0; U16_IS_TRAIL(trail)) {
          character = static_cast<std::uint32_t>(U16_GET_SUPPLEMENTARY(character, trail));
          at += 2 + hex_digits;
        }
        append_character(character, room);
        break;
      }
      default: room += c;
    }
  }
  return room;
}

} // namespace

std::optional<std::string_view> text_of(std::string_view row, std::size_t metadata_bytes,
                                        std::string_view property, std::string& room) {
  std::size_t at = metadata_bytes;
  while (at < row.size() && row[at] != '"') {
    ++at; // the brace, or the comma behind the metadata
  }
  while (at < row.size() && row[at] == '"') {
    const std::size_t key_end = end_of_string(row, at + 1);
    const std::string_view key = row.substr(at + 1, key_end - at - 1);
    const std::size_t begin = key_end + 2;
    if (begin >= row.size()) {
      return std::nullopt;
    }
    const std::size_t end = after_value(row, begin);
    if (key == property) {
      const bool is_text = row[begin] == '"' && end >= begin + 2;
      return is_text ? std::optional(resolved(row.substr(begin + 1, end - begin - 2), room))
                     : std::nullopt;
    }
    at = end + 1;
  }
  return std::nullopt;
}

void for_each_text(
    std::string_view json,
    const std::function<void(std::string_view property, std::string_view text)>& take) {
  std::string room;
  std::string_view property;
  for (std::size_t at = 0; at < json.size();) {
    if (json[at] != '"') {
      ++at;
      continue;
    }
    const std::size_t end = end_of_string(json, at + 1);
    const std::string_view inside = json.substr(at + 1, end - at - 1);
    at = end + 1;
    if (at < json.size() && json[at] == ':') {
      property = inside;
    } else {
      take(property, resolved(inside, room));
    }
  }
}

} // namespace grunndata::registry::candidates
