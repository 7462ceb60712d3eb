// Walking over JSON that is known to be valid and minified, and writing JSON without temporaries.
//
// Everything here trusts its input: the text has been accepted by simdjson, holds no white space
// between tokens and is followed by at least `json_padding_bytes` readable bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace grunndata::importers::reading {

/// Readable bytes needed after the end of a text that is walked.
inline constexpr std::size_t json_padding_bytes = 64;

/// One value as it stands in the text: a string with its quotes, an object, an array, a number or
/// a literal.
/// Trivial, so that an array of them costs nothing to make: `begin` is null in an empty one.
struct JsonSlot {
  const char* begin;
  std::uint32_t size;
  bool escaped; ///< a string that contains a backslash

  [[nodiscard]] bool is_string() const noexcept { return begin != nullptr && *begin == '"'; }
  [[nodiscard]] bool is_object() const noexcept { return begin != nullptr && *begin == '{'; }
  [[nodiscard]] bool is_array() const noexcept { return begin != nullptr && *begin == '['; }
  [[nodiscard]] bool is_null() const noexcept { return begin == nullptr || *begin == 'n'; }
  [[nodiscard]] bool is_number() const noexcept {
    return begin != nullptr && (*begin == '-' || (*begin >= '0' && *begin <= '9'));
  }
  [[nodiscard]] std::string_view text() const noexcept { return {begin, size}; }
  /// What stands between the quotes, escapes as they are.
  [[nodiscard]] std::string_view inside() const noexcept { return {begin + 1, size - 2U}; }
};

/// From just after an opening quote to the closing quote. Sets `escaped` when a backslash stands
/// between; never clears it.
[[nodiscard]] inline const char* closing_quote(const char* at, bool& escaped) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101ULL;
  constexpr std::uint64_t highs = 0x8080808080808080ULL;
  const auto zero_bytes = [](std::uint64_t word) { return (word - ones) & ~word & highs; };
  while (true) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    const std::uint64_t hits = zero_bytes(word ^ (ones * '"')) | zero_bytes(word ^ (ones * '\\'));
    if (hits == 0) {
      at += 8;
      continue;
    }
    at += static_cast<unsigned>(__builtin_ctzll(hits)) >> 3;
    if (*at == '"') return at;
    escaped = true;
    at += 2;
  }
}

/// From the first byte of an object or array to just after its end.
[[nodiscard]] inline const char* after_container(const char* at) noexcept {
  std::uint32_t depth = 0;
  bool escaped = false;
  while (true) {
    const char c = *at++;
    if (c == '"') {
      at = closing_quote(at, escaped) + 1;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && --depth == 0) {
      return at;
    }
  }
}

/// The value that starts at `at`.
[[nodiscard]] inline JsonSlot value_at(const char* at) noexcept {
  JsonSlot slot{at, 0, false};
  const char* end = at;
  if (*at == '"') {
    end = closing_quote(at + 1, slot.escaped) + 1;
  } else if (*at == '{' || *at == '[') {
    end = after_container(at);
  } else {
    while (*end != ',' && *end != '}' && *end != ']' && *end != '\0') ++end;
  }
  slot.size = static_cast<std::uint32_t>(end - at);
  return slot;
}

/// Appends the characters of a string value, every escape resolved. An escape that stands for no
/// character (half a surrogate pair) becomes U+FFFD.
void append_decoded(JsonSlot string, std::string& out);

/// Appends `text` as a JSON string in its plainest spelling: only what must be escaped is.
void append_json_string(std::string_view text, std::string& out);

/// Writes JSON at the end of a string that it does not own. The string holds spare bytes while the
/// writer lives; `finish` cuts it to what was written.
class JsonWriter {
 public:
  /// Longest text that `put_short` copies.
  static constexpr std::size_t short_bytes_max = 48;

  void attach(std::string& out, std::size_t bytes_expected);
  void finish() { out_->resize(size()); }

  [[nodiscard]] std::size_t size() const noexcept {
    return static_cast<std::size_t>(at_ - out_->data());
  }
  void cut_back(std::size_t size) noexcept { at_ = out_->data() + size; }
  [[nodiscard]] char last() const noexcept { return at_[-1]; }
  [[nodiscard]] std::string_view from(std::size_t begin) const noexcept {
    return {out_->data() + begin, size() - begin};
  }

  void put(char c) {
    need(1);
    *at_++ = c;
  }
  void put(std::string_view text) {
    need(text.size());
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  /// Copies a fixed `short_bytes_max` bytes and keeps `size` of them: cheaper than any length.
  void put_short(const char* text, std::size_t size) {
    need(short_bytes_max);
    std::memcpy(at_, text, short_bytes_max);
    at_ += size;
  }
  /// A string value in its plainest spelling: UTF-8, only what must be escaped is.
  void put_string(JsonSlot string) {
    if (string.escaped) {
      put_respelled(string);
      return;
    }
    need(string.size + 16U);
    if (string.size <= 16) {
      std::memcpy(at_, string.begin, 16);
    } else {
      std::memcpy(at_, string.begin, string.size);
    }
    at_ += string.size;
  }

 private:
  void need(std::size_t bytes) {
    if (static_cast<std::size_t>(end_ - at_) < bytes) grow(bytes);
  }
  void grow(std::size_t bytes);
  void put_respelled(JsonSlot string);

  std::string* out_ = nullptr;
  char* at_ = nullptr;
  char* end_ = nullptr;
};

} // namespace grunndata::importers::reading
