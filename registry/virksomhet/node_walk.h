// Every node, one after the other, as they are at the moment: for those who take a whole copy.
#pragma once

#include "registry/entity_id.h"
#include "registry/error.h"
#include "registry/virksomhet/structure.h"

#include <functional>
#include <optional>

namespace grunndata::registry::virksomhet {

/// As `PersonWalk`: in the order in which the registry first met the nodes, in steps, each of which
/// sees all that was committed before it began, and holding nothing between them. A node that comes
/// in meanwhile comes last.
///
/// One thread at a time. The registry must outlive it.
class NodeWalk {
public:
  /// From `from` on, up to but not with `to`; neither needs to be a node.
  explicit NodeWalk(const Registry& registry, EntityId from = {},
                    std::optional<EntityId> to = {}) noexcept
      : registry_(registry), next_(from), to_(to) {}

  /// Gets a node of which somebody has said more than its number, and the state to look at it in,
  /// both until it returns. False: enough for this step.
  using Use = std::function<Result<bool>(const Structure&, const EntityId&)>;
  /// Gives `use` the next nodes until it has enough, also those that have ended or were removed.
  /// False: there are no more. Errors: those of `use`, whose node comes again in the next step;
  /// `corrupt`, `storage`.
  [[nodiscard]] Result<bool> step(const Use& use);

private:
  const Registry& registry_;
  EntityId next_;
  std::optional<EntityId> to_;
};

} // namespace grunndata::registry::virksomhet
