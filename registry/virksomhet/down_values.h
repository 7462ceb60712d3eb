// What stands under the upper ends of a node's relations.
#pragma once

#include "registry/entity_id.h"
#include "registry/virksomhet/node_document.h"
#include "registry/virksomhet/stored.h"

#include <string>
#include <vector>

namespace grunndata::registry::virksomhet {

struct DownValue {
  std::string key; ///< `down_key`
  std::vector<DownEntry> entries;
};

/// Follows from the relations of which `lower` is the lower end, and from its life in `header`.
[[nodiscard]] std::vector<DownValue> down_values(const EntityId& lower,
                                                 const std::vector<RelationRow>& relations,
                                                 const NodeHeader& header);

} // namespace grunndata::registry::virksomhet
