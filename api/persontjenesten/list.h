// Lists as forms carry them: repeated, comma-separated, or both.
#pragma once

#include <string_view>

namespace grunndata::api::persontjenesten {

[[nodiscard]] inline std::string_view without_blanks(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Calls `use(item)` for each comma-separated item, blanks around it removed, empty ones included;
/// stops when it gives false. False when it was stopped.
template <typename Use>
bool for_each_item(std::string_view list, Use&& use) {
  while (true) {
    const std::size_t comma = list.find(',');
    if (!use(without_blanks(list.substr(0, comma)))) return false;
    if (comma == std::string_view::npos) return true;
    list.remove_prefix(comma + 1);
  }
}

} // namespace grunndata::api::persontjenesten
