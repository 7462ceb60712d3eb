// Whether a data directory has the search keys that its rows give, and how it comes to.
#pragma once

#include "registry/document.h"
#include "registry/registry.h"
#include "registry/transaction.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace grunndata::registry::candidates {

/// The directory was made, or rebuilt, by a version that keeps search keys folded as now. False of
/// older directories that hold persons: nobody can be searched for until they are rebuilt.
[[nodiscard]] Result<bool> are_keys_built(const store::Store& store);

/// Makes the search keys those that the stored rows give: missing ones are put, others erased.
/// Returns how many were wrong. Reads and writes go on meanwhile. `go_on` is called after each
/// batch; false stops with `cancelled`. Errors: `corrupt`, `storage`, `unavailable`.
[[nodiscard]] Result<std::uint64_t> rebuild_search_keys(Registry& registry,
                                                        const std::function<bool()>& go_on);

// For `check`, on its snapshot:

/// Whether every key that `rows` give stands in the store.
[[nodiscard]] Result<bool> has_all_keys(const store::Store& store, const store::Snapshot* at,
                                        const EntityId& entity, const std::vector<Row>& rows);
/// What is wrong with a key that stands there; nothing when its entity's rows give it. Keys of
/// newborns (newborns.h) are not looked at.
[[nodiscard]] Result<std::optional<std::string_view>>
fault_of_key(const store::Store& store, const store::Snapshot* at, std::string_view key);

} // namespace grunndata::registry::candidates
