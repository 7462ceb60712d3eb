// A subtree in pages: large ones are read piece by piece.
#pragma once

#include "registry/virksomhet/structure.h"

#include <bitset>
#include <optional>
#include <vector>

namespace grunndata::registry::virksomhet {

struct SubtreePageOrder {
  SubtreeOrder order;
  std::bitset<node_type_count> node_types; ///< none: of every type
  std::optional<EntityId> after;           ///< the last one of the page before
  std::size_t limit = 100;
};

struct SubtreeLine {
  NodeSummary node;
  EntityId parent; ///< the nearest above it that is not hidden
  int depth = 1;   ///< without those that are hidden
  NodeRelation type{};
};

struct SubtreePage {
  std::vector<SubtreeLine> lines;
  bool has_more = false;
};

/// In the order of `Structure::subtree`, without hidden nodes; what hangs under one hangs under who
/// is above it. Pages fit together when they are asked for as of the same times. Errors:
/// `out_of_range` (`after` is not in the subtree), as `Structure::subtree` and
/// `Structure::summary`.
[[nodiscard]] Result<SubtreePage> subtree_page(const Structure& structure, const EntityId& root,
                                               const SubtreePageOrder& asked);

} // namespace grunndata::registry::virksomhet
