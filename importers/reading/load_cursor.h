// Where an interrupted load stood: committed with every batch.
#pragma once

#include "registry/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::importers::reading {

struct LoadCursor {
  registry::Instant extracted_at;
  std::uint64_t records = 0; ///< read and dealt with
  std::string paths;         ///< one a line; a resumed load must name the same
};

/// One path a line.
[[nodiscard]] std::string joined_paths(const std::vector<std::string>& paths);

[[nodiscard]] std::string write_cursor(const LoadCursor& cursor);
/// Nothing when the text is none.
[[nodiscard]] std::optional<LoadCursor> read_cursor(std::string_view text);

} // namespace grunndata::importers::reading
