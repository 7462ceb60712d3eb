// What is otherwise with a node on one day than on another.
#pragma once

#include "registry/virksomhet/structure.h"

#include <optional>
#include <string>
#include <vector>

namespace grunndata::registry::virksomhet {

struct DiffRow {
  NodePart part{};
  NodeSource source{};
  bool personal = false;
  std::string text;
  bool operator==(const DiffRow&) const = default;
};

struct NodeDiff {
  std::vector<DiffRow> rows_gone, rows_come;
  std::vector<OwnedNodeKey> numbers_gone, numbers_come;
  std::vector<NodeUpper> relations_gone, relations_come; ///< of which it is the lower end
  std::vector<Descendant> lowers_gone, lowers_come;      ///< directly below it in a tree
  [[nodiscard]] bool empty() const noexcept {
    return rows_gone.empty() && rows_come.empty() && numbers_gone.empty() &&
           numbers_come.empty() && relations_gone.empty() && relations_come.empty() &&
           lowers_gone.empty() && lowers_come.empty();
  }
};

/// From `before` to `after`, both as known at `recorded` (none: now). Errors: as `Structure::find`.
[[nodiscard]] Result<NodeDiff> diff_of(const Registry& registry, const NodeKey& key,
                                       Instant before, Instant after,
                                       std::optional<std::uint64_t> recorded);

/// The same of a node that was found, between what two structures say of it.
[[nodiscard]] Result<NodeDiff> diff_of(const Structure& before, const Structure& after,
                                       const EntityId& node);

} // namespace grunndata::registry::virksomhet
