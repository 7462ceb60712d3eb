// The lowest suitable unit of health personnel (laveste hensiktsmessige enhet, virksomhet.md 4.9).
#pragma once

#include "registry/virksomhet/structure.h"

#include <optional>
#include <tuple>
#include <vector>

namespace grunndata::registry::virksomhet {

/// Where somebody works, as the trust framework wants it told.
struct SuitableUnit {
  EntityId legal_entity;
  EntityId point_of_care; ///< the underenhet; where there is none the legal entity
  /// Of RESH or an employer; none: it is not below the point of care.
  std::optional<EntityId> department;
  NodeUpper affiliation; ///< from which it follows
  auto operator<=>(const SuitableUnit& other) const noexcept {
    return std::tie(legal_entity, point_of_care, department) <=>
           std::tie(other.legal_entity, other.point_of_care, other.department);
  }
  bool operator==(const SuitableUnit& other) const noexcept { return (*this <=> other) == 0; }
};

/// Every distinct one, of all affiliations of `personnel` that hold then (of those under
/// `legal_entity`, if given).
/// A unit that is administrative, or whose name may not be told, gives way to the one
/// above it. Several: the caller must choose, the registry never picks. Errors: `invalid` (not
/// health personnel), `corrupt`, `storage`.
[[nodiscard]] Result<std::vector<SuitableUnit>>
lowest_suitable_units(const Structure& structure, const EntityId& personnel,
                      std::optional<EntityId> legal_entity = {});

/// The unit and, with its subtree, all that hangs under it or belongs to that. Errors: `corrupt`,
/// `storage`.
[[nodiscard]] Result<std::vector<EntityId>> places_of(const Structure& structure,
                                                      const EntityId& unit, bool with_subtree);

/// Health personnel affiliated to one of `places_of`, each once, in the order of their ids. Errors:
/// `corrupt`, `storage`.
[[nodiscard]] Result<std::vector<EntityId>> personnel_at(const Structure& structure,
                                                         const EntityId& unit, bool with_subtree);

} // namespace grunndata::registry::virksomhet
