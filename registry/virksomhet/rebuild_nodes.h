// Mends what follows from nodes, their relations and events.
#pragma once

#include "registry/rebuild.h"
#include "registry/registry.h"

namespace grunndata::registry::virksomhet {

/// Who has a number, relations as they stand under upper ends, of whom a source says something, and
/// to whom something happened become what nodes, relations, kept records and events give; what
/// nothing gives goes. Numbers stay blocked whose node was removed. Reads go on meanwhile; nothing
/// is written where nothing is wrong, and no event. Adds to `figures`: nodes to `entities`, values
/// to `mended`. Errors: `corrupt`, `storage`, `unavailable`, `cancelled`.
[[nodiscard]] Result<void> rebuild_nodes(Registry& registry, RebuildFigures& figures,
                                         const RebuildProgress& progress);

} // namespace grunndata::registry::virksomhet
