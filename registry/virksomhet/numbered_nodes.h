// Nodes in the order of the numbers they are found by.
#pragma once

#include "registry/error.h"
#include "registry/registry.h"
#include "registry/virksomhet/identifier_system.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::virksomhet {

struct NumberedNode {
  EntityId node;
  std::string number;
};

struct NumberedNodes {
  std::vector<NumberedNode> nodes; ///< those named by others alone too
  std::optional<std::string> next; ///< where to go on; nothing at the end
};

/// At most `limit` of a system without assigners, whose number is their key, from `from` on. A
/// state of this moment: what changes meanwhile is told as it is. Errors: `corrupt`, `storage`.
[[nodiscard]] Result<NumberedNodes> numbered_nodes(const Registry& registry,
                                                   IdentifierSystem system, std::string_view from,
                                                   std::size_t limit);

} // namespace grunndata::registry::virksomhet
