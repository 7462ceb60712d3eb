// Finding where JSON values end in text that may be broken: brackets are counted outside strings,
// nothing else is judged. The scan can be interrupted at any byte and resumed.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace grunndata::importers::folkeregisteret {

/// Follows the nesting of one object or array.
class BracketScan {
 public:
  /// Depth to start at: 0 before the first bracket, 1 inside an object whose rest is to be skipped.
  explicit BracketScan(std::size_t depth = 0) : depth_(depth) {}

  /// Looks at what of `text` it has not seen yet (`text` may have grown at its end since the last
  /// call). The position just after the bracket that closes the value, when it is there.
  [[nodiscard]] std::optional<std::size_t> run(std::string_view text) noexcept;
  /// How much has been looked at.
  [[nodiscard]] std::size_t seen() const noexcept { return at_; }

 private:
  std::size_t at_ = 0;
  std::size_t depth_;
  bool in_string_ = false;
};

/// The value of the member `key` of the object `text`, as it stands there; empty when there is none
/// or the object is too broken to tell. Keys with escapes are not recognised.
[[nodiscard]] std::string_view member_of(std::string_view text, std::string_view key) noexcept;

[[nodiscard]] constexpr bool is_json_space(char c) noexcept {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/// Position of the first byte at or after `at` that is no white space; the size when none.
[[nodiscard]] std::size_t skip_json_space(std::string_view text, std::size_t at) noexcept;

} // namespace grunndata::importers::folkeregisteret
