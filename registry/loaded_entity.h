// An entity taken apart for change, with what keeps its bytes in place.
#pragma once

#include "registry/document.h"
#include "registry/transaction.h"

#include <list>
#include <string>

namespace grunndata::registry {

/// The views of `entity` and `source` live in the pinned values, in the transaction or in `texts`.
struct LoadedEntity {
  store::Pinned current_pin, past_pin, source_pin;
  std::list<std::string> texts; ///< of rows that were made anew
  Entity entity;
  SourceValue source; ///< of the source asked for; empty when it said nothing
  bool exists = false;
};

/// Reads both values of `id` and what `source` said. Errors: `corrupt` (also when there is no such
/// entity), `storage`.
[[nodiscard]] Result<void> load_entity(Transaction& transaction, const EntityId& id, Source source,
                                       LoadedEntity& loaded);

/// The header of `id`'s current value; nothing when there is no such entity.
[[nodiscard]] Result<std::optional<DocumentHeader>> header_of(Transaction& transaction,
                                                              const EntityId& id);

/// Writes the entity's two values. Its rows are sorted. `is_new`: it has no past value yet.
void put_entity(Transaction& transaction, const EntityId& id, Entity& entity, bool is_new = false);

/// XXH3-128, as `DocumentHeader::record_hash` keeps it.
[[nodiscard]] std::array<std::uint8_t, 16> hash_of_record(std::string_view raw) noexcept;

} // namespace grunndata::registry
