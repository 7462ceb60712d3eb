// The rules that relations keep (virksomhet.md 4.3), as they stand in a transaction.
#pragma once

#include "registry/transaction.h"
#include "registry/virksomhet/stored.h"

#include <vector>

namespace grunndata::registry::virksomhet {

/// No chain of upper ends is longer.
inline constexpr int structure_depth_max = 32;

/// The relations of which `lower` is the lower end. Errors: `corrupt`, `storage`.
[[nodiscard]] Result<std::vector<RelationRow>> relations_in(const Transaction& transaction,
                                                            const EntityId& lower);

/// At most one upper end at an instant for each source and kind where the type has it so, nobody
/// above itself at any instant, no chain longer than `structure_depth_max`. Errors: `invalid`,
/// `corrupt`, `storage`.
[[nodiscard]] Result<void> check_relations_of(const Transaction& transaction,
                                              const EntityId& lower);

/// Where the chain of legal parents of `node` ends, as it stands: over what a unit belongs to,
/// where it has no legal parent of its own. Errors: `corrupt`, `storage`.
[[nodiscard]] Result<EntityId> legal_root_in(const Transaction& transaction, EntityId node);

} // namespace grunndata::registry::virksomhet
