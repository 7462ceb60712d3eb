// Proves links, those they make one, and what these show against each other.
#pragma once

#include "registry/registry.h"
#include "registry/store/store.h"

#include <functional>
#include <string>

namespace grunndata::registry::links {

/// Told of a fault: whose it is (all zero: nobody's), and what is wrong.
using Fault = std::function<void(const EntityId& entity, std::string what)>;

/// Looks at a key of the family `link`, on a snapshot. A live link stands at its loser and both its
/// sides; a spell is open when, and only when, the loser's header says the same; whoever carries
/// somebody on by a link shows them. Errors: `corrupt`, `storage`.
[[nodiscard]] Result<void> check_link(const Registry& registry, const store::Snapshot& snapshot,
                                      std::string_view key, std::string_view value,
                                      const Fault& fault);

} // namespace grunndata::registry::links
