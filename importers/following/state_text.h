// How far a source was followed, as text: a line that names the form, then "NAME VALUE" lines.
#pragma once

#include <cstddef>
#include <string_view>

namespace grunndata::importers::following {

/// Calls `set(name, value)` for each line. False when the form is another, a line has no value, or
/// `set` says so.
template <typename Set>
[[nodiscard]] bool read_lines(std::string_view text, std::string_view form, const Set& set) {
  if (!text.starts_with(form)) return false;
  text.remove_prefix(form.size());
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::size_t blank = text.find(' ');
    if (end == std::string_view::npos || blank == std::string_view::npos || blank > end ||
        !set(text.substr(0, blank), text.substr(blank + 1, end - blank - 1))) {
      return false;
    }
    text.remove_prefix(end + 1);
  }
  return true;
}

} // namespace grunndata::importers::following
