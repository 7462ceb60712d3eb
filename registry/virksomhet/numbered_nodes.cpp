#include "registry/virksomhet/numbered_nodes.h"

#include "registry/registry_impl.h"
#include "registry/virksomhet/stored.h"

#include <algorithm>

namespace grunndata::registry::virksomhet {

Result<NumberedNodes> numbered_nodes(const Registry& registry, IdentifierSystem system,
                                     std::string_view from, std::size_t limit) {
  NumberedNodes found;
  const std::string prefix = key_of({system, {}, {}});
  const auto cursor = registry.impl().store->scan(store::Family::node_key);
  for (cursor->seek(key_of({system, from, {}}));
       cursor->valid() && cursor->key().starts_with(prefix); cursor->next()) {
    const std::string_view number = cursor->key().substr(prefix.size());
    if (found.nodes.size() == limit) {
      found.next = number;
      break;
    }
    const auto owners = read_owners(cursor->value());
    if (!owners) {
      return fail(ErrorCode::corrupt, "whose a number is cannot be read");
    }
    const auto owner = std::ranges::find_if(*owners, [](const NumberOwner& one) {
      return one.is_key != 0 && one.recorded_to == still_recorded;
    });
    if (owner != owners->end()) {
      found.nodes.push_back({owner->node, std::string(number)});
    }
  }
  if (auto status = cursor->status(); !status) {
    return tl::unexpected(status.error());
  }
  return found;
}

} // namespace grunndata::registry::virksomhet
