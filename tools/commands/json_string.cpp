#include "tools/commands/json_string.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace grunndata::tools {
namespace {

constexpr std::string_view json_blanks = " \t\r\n";

// The four digits of \uXXXX at `at`.
std::optional<std::uint32_t> read_hex4(std::string_view text, std::size_t at) {
  if (text.size() < at + 4) return std::nullopt;
  std::uint32_t value = 0;
  for (const char character : text.substr(at, 4)) {
    const int digit = character >= '0' && character <= '9'   ? character - '0'
                      : character >= 'a' && character <= 'f' ? character - 'a' + 10
                      : character >= 'A' && character <= 'F' ? character - 'A' + 10
                                                             : -1;
    if (digit < 0) return std::nullopt;
    value = value * 16 + static_cast<std::uint32_t>(digit);
  }
  return value;
}

void append_utf8(std::string& out, std::uint32_t code_point) {
  const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xc0 | (code_point >> 6));
    put(0x80 | (code_point & 0x3f));
  } else if (code_point < 0x10000) {
    put(0xe0 | (code_point >> 12));
    put(0x80 | ((code_point >> 6) & 0x3f));
    put(0x80 | (code_point & 0x3f));
  } else {
    put(0xf0 | (code_point >> 18));
    put(0x80 | ((code_point >> 12) & 0x3f));
    put(0x80 | ((code_point >> 6) & 0x3f));
    put(0x80 | (code_point & 0x3f));
  }
}

// The escape \uXXXX, or two of them for a surrogate pair, whose digits start at `at`; moves `at`
// behind it.
bool read_unicode_escape(std::string_view text, std::size_t& at, std::string& out) {
  const auto first = read_hex4(text, at);
  if (!first || (*first >= 0xdc00 && *first <= 0xdfff)) return false;
  at += 4;
  if (*first < 0xd800 || *first > 0xdbff) {
    append_utf8(out, *first);
    return true;
  }
  if (text.substr(at, 2) != "\\u") return false;
  const auto second = read_hex4(text, at + 2);
  if (!second || *second < 0xdc00 || *second > 0xdfff) return false;
  at += 6;
  append_utf8(out, 0x10000 + ((*first - 0xd800) << 10) + (*second - 0xdc00));
  return true;
}

bool read_escape(std::string_view text, std::size_t& at, std::string& out) {
  if (at == text.size()) return false;
  const char character = text[at++];
  if (character == 'u') return read_unicode_escape(text, at, out);
  constexpr std::string_view names = "\"\\/bfnrt";
  constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
  const std::size_t found = names.find(character);
  if (found == std::string_view::npos) return false;
  out.push_back(meanings[found]);
  return true;
}

}  // namespace

bool read_json_string(std::string_view line, std::string& out) {
  out.clear();
  std::size_t at = line.find_first_not_of(json_blanks);
  if (at == std::string_view::npos || line[at] != '"') return false;
  ++at;
  while (at < line.size()) {
    const char character = line[at++];
    if (character == '"') return line.find_first_not_of(json_blanks, at) == std::string_view::npos;
    if (static_cast<unsigned char>(character) < 0x20) return false;
    if (character != '\\') {
      out.push_back(character);
    } else if (!read_escape(line, at, out)) {
      return false;
    }
  }
  return false;
}

}  // namespace grunndata::tools
