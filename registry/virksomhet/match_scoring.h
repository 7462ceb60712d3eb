// How alike two nodes are, fact by fact. For the matcher.
#pragma once

#include "registry/virksomhet/structure.h"
#include "registry/virksomhet/suggestions.h"

#include <optional>
#include <string>
#include <vector>

namespace grunndata::registry::virksomhet {

/// What of a node may be held against another. Names of natural persons, and such as may not be
/// told, are left out.
struct MatchNode {
  EntityId id;
  NodeType type = NodeType::unknown;
  bool ended = false;
  std::vector<std::vector<std::string>> names; ///< words of each it is called by now
  std::vector<std::string> addresses;          ///< folded
  std::vector<std::string> municipalities;
  std::string level;                     ///< kodeverk 8628
  std::optional<EntityId> parent;        ///< in its own tree
  std::vector<EntityId> belongs_to;      ///< as it says itself
  std::vector<EntityId> parents_belong;  ///< as those above it say
  bool has_equal = false;                ///< a TILSVARER of any kind leads from or to it
};

/// Errors: as `Structure::node`.
[[nodiscard]] Result<MatchNode> match_node(const Structure& structure, const EntityId& id);

struct MatchScore {
  std::uint16_t score = 0; ///< in thousandths
  std::vector<MatchReason> reasons;
};

/// `parent_equal`: what the unit's parent is equal to, as stated or as suggested; nothing: unknown.
[[nodiscard]] MatchScore score_of(const MatchNode& unit, const MatchNode& other,
                                  const std::optional<EntityId>& parent_equal);

} // namespace grunndata::registry::virksomhet
