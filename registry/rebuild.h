// Renders everything again from what the sources said, and mends the indexes that follow from it.
#pragma once

#include "registry/registry.h"

#include <cstdint>
#include <functional>
#include <string_view>

namespace grunndata::registry {

/// Maps a source's JSON as an import does. `single_element`: the document is made of one element
/// alone and has no identifier. Must give the same for the same bytes, and be callable from the
/// writer's thread.
using Renderer =
    std::function<Result<void>(std::string_view json, bool single_element, SourceRecord& record)>;

struct RebuildFigures {
  std::uint64_t entities = 0;
  std::uint64_t changed = 0;  ///< entities whose stored bytes became others
  std::uint64_t mended = 0;   ///< index entries, edges, search keys … that were wrong
  std::uint64_t failed = 0;   ///< source records that cannot be mapped any more: left as they were
};

/// Called after each batch; false stops, and what is done is done.
using RebuildProgress = std::function<bool(const RebuildFigures&)>;

/// Replaces the text of every row by what `renderer` makes of its kept source, in place: no event,
/// no new recorded interval, identifiers and links untouched. Reads go on meanwhile. When the
/// mapping did not change, nothing is written. Running it twice does no harm. Nothing purged comes
/// back, for it is not in what is kept; what this version sees must be purged goes
/// (purge/forgetting.h). Search keys become those that the rows give, also of older versions, and
/// what follows from nodes becomes right (virksomhet/rebuild_nodes.h); their rows stay.
/// Errors: `corrupt`, `storage`, `unavailable`, `cancelled`.
[[nodiscard]] Result<RebuildFigures> rebuild(Registry& registry, const Renderer& renderer,
                                             const RebuildProgress& progress);

} // namespace grunndata::registry
