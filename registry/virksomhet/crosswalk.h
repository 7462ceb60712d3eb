// From one number to those of other systems, with the way that gave the answer.
#pragma once

#include "registry/virksomhet/structure.h"

#include <optional>
#include <string_view>
#include <vector>

namespace grunndata::registry::virksomhet {

enum class CrossWay : std::uint8_t {
  direct,         ///< DIREKTE: a number of the same node
  equivalent,     ///< VIA_TILSVARER: of one that is said to be equal, part or whole
  belongs_to,     ///< TILHORER: of the node it belongs to
  speaks_for,     ///< TALER_FOR: of the node that the HER-id speaks for
  spoken_for_by,  ///< a HER-id that speaks for the node
  belongs_to_it,  ///< a unit of RESH or an employer that belongs to the node
};
/// "DIREKTE", "VIA_TILSVARER", "TILHORER", "TALER_FOR", "ADRESSE", "UNDERLAGT"
[[nodiscard]] std::string_view name_of(CrossWay way) noexcept;

struct CrossAnswer {
  OwnedNodeKey number;
  EntityId node;             ///< who goes by it
  IdentifierUse use = IdentifierUse::official;
  CrossWay way = CrossWay::direct;
  RelationKind kind = RelationKind::none; ///< of an equivalence, as seen from the node asked about
  std::uint16_t confidence = 1000;        ///< in thousandths; of an equivalence
  /// How many steps up the answer was found: ARVET_FRA_FORELDER, of a HER-id VIA_HER_FORELDER.
  /// 0: at the node itself.
  int inherited_from = 0;
};

/// All numbers of `target` (none: of any system) that lead on from the node: those of the node
/// itself and of what is joined to it; when none of a system is, those of the nearest above it that
/// has one. Never picks: several answers are all given. Errors: `corrupt`, `storage`.
[[nodiscard]] Result<std::vector<CrossAnswer>>
crosswalk(const Structure& structure, const EntityId& node,
          std::optional<IdentifierSystem> target = {});

} // namespace grunndata::registry::virksomhet
