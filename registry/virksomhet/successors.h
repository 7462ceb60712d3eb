// Who carries on what a node was, and what happened to it.
#pragma once

#include "registry/virksomhet/structure.h"

#include <string>
#include <vector>

namespace grunndata::registry::virksomhet {

/// Something that happened, as the structure knew it then.
struct NodeEvent {
  NodeEventType type{};
  NodeSource source{};
  Instant effective{};
  std::optional<Instant> operational;
  std::vector<EntityId> from, to;
  std::string details; ///< a JSON object, or empty
};

struct Successors {
  struct Step {
    EntityId from, to;
    NodeEvent event;
  };
  std::vector<EntityId> leaves; ///< where it ends: a set, never a pick. Without the node itself
  std::vector<Step> steps;      ///< all that lead there
  /// Every leaf is alive then: nothing is lost on the way (`fullstendig`).
  bool complete = false;
};

/// Who follows `node` by then; with `transitive` on to those whom nobody follows. Errors:
/// `corrupt`, `storage`.
[[nodiscard]] Result<Successors> successors(const Structure& structure, const EntityId& node,
                                            bool transitive);

/// What happened to the node until then, oldest first. Errors: `corrupt`, `storage`.
[[nodiscard]] Result<std::vector<NodeEvent>> events_of(const Structure& structure,
                                                       const EntityId& node);

} // namespace grunndata::registry::virksomhet
