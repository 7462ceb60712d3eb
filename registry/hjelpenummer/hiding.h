// What may be kept beside the rows of somebody who hides (strengt fortrolig; privacy.md).
#pragma once

#include "registry/entity_id.h"
#include "registry/error.h"
#include "registry/hjelpenummer/record.h"
#include "registry/transaction.h"

namespace grunndata::registry::hjelpenummer {

/// Nothing that may tell where they are is kept of the entity. `corrupt`, `storage`.
[[nodiscard]] Result<bool> hides(const Transaction& transaction, const EntityId& entity);

/// Empties what may tell where somebody is, free text included: address, place found, description,
/// note, and the reason that was given with them.
void leave_places_out(Facts& facts, std::string& reason) noexcept;

} // namespace grunndata::registry::hjelpenummer
