// Proves nodes, their numbers, their relations and the log against each other.
#pragma once

#include "registry/keys.h"
#include "registry/registry.h"
#include "registry/store/store.h"

#include <functional>
#include <string>
#include <string_view>

namespace grunndata::registry::virksomhet {

/// Told of a fault: of which node (all zero: nobody's), what is wrong, and what mends it.
enum class Remedy : std::uint8_t { restore, rebuild };
using NodeFault = std::function<void(const EntityId& node, std::string what, Remedy remedy)>;

/// Looks at keys and values on one snapshot. Errors: `corrupt`, `storage`; what does not fit is
/// told to `fault`.
class NodeChecker {
public:
  /// All three must outlive it.
  NodeChecker(const Registry& registry, const store::Snapshot& snapshot, NodeFault fault)
      : registry_(registry), snapshot_(snapshot), fault_(std::move(fault)) {}

  /// The node decodes, its outside id is the sealed key, its rows have possible recorded intervals,
  /// and every number leads back to it.
  [[nodiscard]] Result<void> check_node(std::string_view key, std::string_view value);
  /// A past value belongs to a node.
  [[nodiscard]] Result<void> check_beside(std::string_view key);
  /// So does a source value, and its source is known to say something of the node.
  [[nodiscard]] Result<void> check_source(std::string_view key);
  /// Whoever has a number is there and lists it.
  [[nodiscard]] Result<void> check_number(std::string_view key, std::string_view value);
  /// A relation stands under both its ends, and both are there; an event under all it happened to;
  /// conflicts and suggestions under the ids that their nodes give.
  [[nodiscard]] Result<void> check_structure(std::string_view key, std::string_view value);
  /// The log names a node that is at least as new.
  [[nodiscard]] Result<void> check_event(std::uint64_t sequence, const LogEntry& entry);

private:
  [[nodiscard]] Result<bool> get(store::Family family, std::string_view key,
                                 store::Pinned& pin) const;
  [[nodiscard]] Result<bool> is_there(const EntityId& node) const;
  Result<void> check_ends(const EntityId& lower, const EntityId& upper);
  Result<void> check_conflict(std::string_view key, std::string_view value);
  Result<void> check_suggestion(std::string_view key, std::string_view value);
  Result<void> check_up(const EntityId& lower, std::string_view value);
  Result<void> check_down(std::string_view key, std::string_view value);
  Result<void> check_said(std::string_view key);
  Result<void> check_happened(std::string_view key, std::string_view value);
  Result<void> check_happened_to(std::string_view key);

  const Registry& registry_;
  const store::Snapshot& snapshot_;
  NodeFault fault_;
};

} // namespace grunndata::registry::virksomhet
