#include "importers/reading/json_text.h"

namespace grunndata::importers::reading {

namespace {

constexpr std::uint32_t replacement_character = 0xFFFD;

std::uint32_t hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0');
  return static_cast<std::uint32_t>((c | 0x20) - 'a') + 10U;
}

std::uint32_t four_hex(const char* at) noexcept {
  return hex_value(at[0]) << 12 | hex_value(at[1]) << 8 | hex_value(at[2]) << 4 | hex_value(at[3]);
}

bool is_high_surrogate(std::uint32_t unit) noexcept { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low_surrogate(std::uint32_t unit) noexcept { return unit >= 0xDC00 && unit < 0xE000; }

/// `at` stands just after `\u`; moved past the escape (two for a surrogate pair).
std::uint32_t unicode_escape(const char*& at) noexcept {
  const std::uint32_t unit = four_hex(at);
  at += 4;
  if (is_low_surrogate(unit)) return replacement_character;
  if (!is_high_surrogate(unit)) return unit;
  if (at[0] != '\\' || at[1] != 'u') return replacement_character;
  const std::uint32_t low = four_hex(at + 2);
  if (!is_low_surrogate(low)) return replacement_character;
  at += 6;
  return 0x10000U + ((unit - 0xD800U) << 10) + (low - 0xDC00U);
}

void append_utf8(std::uint32_t point, std::string& out) {
  const auto tail = [&](unsigned shift) {
    out.push_back(static_cast<char>(0x80U | ((point >> shift) & 0x3FU)));
  };
  if (point < 0x80) {
    out.push_back(static_cast<char>(point));
  } else if (point < 0x800) {
    out.push_back(static_cast<char>(0xC0U | point >> 6));
    tail(0);
  } else if (point < 0x10000) {
    out.push_back(static_cast<char>(0xE0U | point >> 12));
    tail(6), tail(0);
  } else {
    out.push_back(static_cast<char>(0xF0U | point >> 18));
    tail(12), tail(6), tail(0);
  }
}

char unescaped(char letter) noexcept {
  switch (letter) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return letter; // " \ /
  }
}

void append_escaped(char c, std::string& out) {
  constexpr std::string_view digits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  if (byte >= 0x20) {
    out.push_back(c);
    return;
  }
  out += "\\u00";
  out.push_back(digits[byte >> 4]);
  out.push_back(digits[byte & 0x0FU]);
}

} // namespace

void append_decoded(JsonSlot string, std::string& out) {
  const char* at = string.begin + 1;
  const char* const end = string.begin + string.size - 1;
  if (!string.escaped) {
    out.append(at, end);
    return;
  }
  while (at < end) {
    if (*at != '\\') {
      out.push_back(*at++);
    } else if (at[1] == 'u') {
      at += 2;
      append_utf8(unicode_escape(at), out);
    } else {
      out.push_back(unescaped(at[1]));
      at += 2;
    }
  }
}

void append_json_string(std::string_view text, std::string& out) {
  out.push_back('"');
  for (const char c : text) append_escaped(c, out);
  out.push_back('"');
}

void JsonWriter::attach(std::string& out, std::size_t bytes_expected) {
  out_ = &out;
  const std::size_t written = out.size();
  out.resize(written + bytes_expected);
  at_ = out.data() + written;
  end_ = out.data() + out.size();
}

void JsonWriter::grow(std::size_t bytes) {
  const std::size_t written = size();
  out_->resize(out_->size() * 2 + bytes);
  at_ = out_->data() + written;
  end_ = out_->data() + out_->size();
}

void JsonWriter::put_respelled(JsonSlot string) {
  std::string decoded;
  std::string spelled;
  append_decoded(string, decoded);
  append_json_string(decoded, spelled);
  put(spelled);
}

} // namespace grunndata::importers::reading
