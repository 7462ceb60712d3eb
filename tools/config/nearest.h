// The name a user probably meant.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace grunndata::tools::config {

/// The candidate with the fewest edits from `word` (case ignored), if that is at most a third of
/// its length and at least one. Ties go to the earlier candidate.
[[nodiscard]] std::optional<std::string> nearest(std::string_view word,
                                                 std::span<const std::string> candidates);

} // namespace grunndata::tools::config
