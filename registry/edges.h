// Edges between entities, kept under the one that points and under the identifier pointed at.
#pragma once

#include "registry/source_record.h"
#include "registry/transaction.h"

#include <cstdint>

namespace grunndata::registry {

/// Makes the edges of `entity` those of `record`; equal ones keep when they were recorded, new ones
/// are recorded from `sequence`. `look_everywhere`: checks the second key of unchanged edges too
/// and writes it where it is missing; then returns how many keys were written, else 0.
[[nodiscard]] Result<std::uint64_t> write_edges_of(Transaction& transaction,
                                                   const SourceRecord& record,
                                                   const EntityId& entity, std::uint64_t sequence,
                                                   bool look_everywhere);

/// The same for an entity that was made in this transaction and has no edges yet.
[[nodiscard]] Result<std::uint64_t> write_first_edges_of(Transaction& transaction,
                                                         const SourceRecord& record,
                                                         const EntityId& entity,
                                                         std::uint64_t sequence);

} // namespace grunndata::registry
