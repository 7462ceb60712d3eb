// Persons in the order they are stored, with the number each goes by.
#pragma once

#include "registry/entity_id.h"
#include "registry/error.h"
#include "registry/registry.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace grunndata::registry {

struct NumberedPerson {
  EntityId entity;
  std::string
      number; ///< foedselsnummer in use, else D-nummer; the newest that ceased, when none is
};

struct NumberedPersons {
  std::vector<NumberedPerson> persons; ///< without those who are merged away or have no number
  std::optional<EntityId> next;        ///< where to go on; nothing at the end
};

/// Of at most `limit` entities from `from` on. A state of this moment: what changes meanwhile is
/// told as it is. `corrupt`, `storage`.
[[nodiscard]] Result<NumberedPersons> numbered_persons(const Registry& registry,
                                                       const EntityId& from, std::size_t limit);

} // namespace grunndata::registry
