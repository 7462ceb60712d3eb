// Finding where JSON values end in text that may be broken: brackets are counted outside strings,
// nothing else is judged. The scan can be interrupted at any byte and resumed.
#pragma once

#include <bitset>
#include <cstddef>
#include <optional>
#include <string_view>

namespace grunndata::importers::reading {

/// Follows the nesting of one object or array.
class BracketScan {
 public:
  /// Before the first bracket, or inside so many objects whose rest is to be skipped.
  explicit BracketScan(std::size_t objects_open = 0) noexcept {
    for (; objects_open > 0; --objects_open) open('{');
  }

  /// Looks at what of `text` it has not seen yet (`text` may have grown at its end since the last
  /// call). The position just after the bracket that closes the value, when it is there.
  [[nodiscard]] std::optional<std::size_t> run(std::string_view text) noexcept;
  /// How much has been looked at.
  [[nodiscard]] std::size_t seen() const noexcept { return at_; }
  /// True when the brackets do not pair, or a string runs over a line end: no end will be found.
  [[nodiscard]] bool is_broken() const noexcept { return broken_; }

 private:
  /// Brackets nested deeper are counted, not paired.
  static constexpr std::size_t paired_depth_max = 256;

  void open(char bracket) noexcept {
    if (depth_ < paired_depth_max) is_array_[depth_] = bracket == '[';
    ++depth_;
  }
  [[nodiscard]] bool closes(char bracket) noexcept {
    if (depth_ == 0) return false;
    --depth_;
    return depth_ >= paired_depth_max || is_array_[depth_] == (bracket == ']');
  }

  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  bool in_string_ = false;
  bool broken_ = false;
  std::bitset<paired_depth_max> is_array_;
};

/// The value of the member `key` of the object `text`, as it stands there; empty when there is none
/// or the object is too broken to tell. Keys with escapes are not recognised.
[[nodiscard]] std::string_view member_of(std::string_view text, std::string_view key) noexcept;

[[nodiscard]] constexpr bool is_json_space(char c) noexcept {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/// Just after the string that starts at `at`; npos when it does not end.
[[nodiscard]] std::size_t after_json_string(std::string_view text, std::size_t at) noexcept;

/// Position of the first byte at or after `at` that is no white space; the size when none.
[[nodiscard]] std::size_t skip_json_space(std::string_view text, std::size_t at) noexcept;

} // namespace grunndata::importers::reading
