#include "registry/virksomhet/lowest_unit.h"

#include "registry/virksomhet/structure_rules.h"

#include <algorithm>
#include <set>

namespace grunndata::registry::virksomhet {

namespace {

bool is_department(NodeType type) noexcept {
  return type == NodeType::resh_enhet || type == NodeType::lokal_enhet;
}

/// Up from `unit` to the first that a patient knows and whose name may be told.
Result<EntityId> recognisable(const Structure& structure, EntityId unit) {
  for (int step = 0; step < structure_depth_max; ++step) {
    const auto summary = structure.summary(unit);
    if (!summary) {
      return tl::unexpected(summary.error());
    }
    if (!summary->administrative && !summary->name_is_withheld) {
      return unit;
    }
    const auto tree = structure.ancestors(unit, set_of({NodeRelation::organisatorisk}));
    const auto above = tree ? structure.nearest_above(unit)
                            : Result<std::optional<EntityId>>(tl::unexpected(tree.error()));
    if (!above) {
      return tl::unexpected(above.error());
    }
    if (tree->empty() && !*above) {
      return unit;
    }
    unit = tree->empty() ? **above : tree->front().id;
  }
  return unit;
}

/// The underenhet that is, or is nearest above, `unit`; nothing when there is none below the legal
/// entity.
Result<std::optional<EntityId>> point_of_care(const Structure& structure, EntityId unit) {
  for (int step = 0; step < 2 * structure_depth_max; ++step) {
    const auto summary = structure.summary(unit);
    if (!summary) {
      return tl::unexpected(summary.error());
    }
    if (summary->type == NodeType::underenhet) {
      return unit;
    }
    if (summary->type == NodeType::juridisk_enhet ||
        summary->type == NodeType::organisasjonsledd) {
      return std::nullopt;
    }
    const auto above = structure.nearest_above(unit);
    if (!above) {
      return tl::unexpected(above.error());
    }
    if (!*above) {
      return std::nullopt;
    }
    unit = **above;
  }
  return std::nullopt;
}

Result<SuitableUnit> unit_of(const Structure& structure, const NodeUpper& affiliation) {
  SuitableUnit found;
  found.affiliation = affiliation;
  const auto unit = recognisable(structure, affiliation.upper);
  const auto root = unit ? structure.legal_root(*unit)
                         : Result<LegalRoot>(tl::unexpected(unit.error()));
  if (!root) {
    return tl::unexpected(root.error());
  }
  found.legal_entity = root->id;
  const auto place = point_of_care(structure, *unit);
  const auto summary = structure.summary(*unit);
  if (!place || !summary) {
    return tl::unexpected(place ? summary.error() : place.error());
  }
  found.point_of_care = place->value_or(root->id);
  if (is_department(summary->type)) {
    found.department = *unit;
  }
  return found;
}

} // namespace

Result<std::vector<SuitableUnit>> lowest_suitable_units(const Structure& structure,
                                                        const EntityId& personnel,
                                                        std::optional<EntityId> legal_entity) {
  const auto who = structure.summary(personnel);
  if (!who) {
    return tl::unexpected(who.error());
  }
  if (!who->is_personnel) {
    return fail(ErrorCode::invalid, "the number is not that of health personnel");
  }
  const auto uppers = structure.uppers(personnel);
  if (!uppers) {
    return tl::unexpected(uppers.error());
  }
  std::vector<SuitableUnit> units;
  for (const NodeUpper& upper : *uppers) {
    if (upper.type != NodeRelation::tilknytning) {
      continue;
    }
    auto unit = unit_of(structure, upper);
    if (!unit) {
      return tl::unexpected(unit.error());
    }
    if ((!legal_entity || unit->legal_entity == *legal_entity) &&
        std::ranges::find(units, *unit) == units.end()) {
      units.push_back(std::move(*unit));
    }
  }
  return units;
}

Result<std::vector<EntityId>> places_of(const Structure& structure, const EntityId& unit,
                                        bool with_subtree) {
  std::vector<EntityId> places{unit};
  if (with_subtree) {
    SubtreeOrder order;
    order.types = set_of({NodeRelation::juridisk, NodeRelation::organisatorisk,
                          NodeRelation::tilhorer});
    const auto below = structure.subtree(unit, order);
    if (!below) {
      return tl::unexpected(below.error());
    }
    for (const Descendant& descendant : *below) {
      places.push_back(descendant.id);
    }
  }
  return places;
}

Result<std::vector<EntityId>> personnel_at(const Structure& structure, const EntityId& unit,
                                           bool with_subtree) {
  const auto places = places_of(structure, unit, with_subtree);
  if (!places) {
    return places;
  }
  std::set<EntityId> found;
  for (const EntityId& place : *places) {
    const auto there = structure.lowers(place, NodeRelation::tilknytning);
    if (!there) {
      return tl::unexpected(there.error());
    }
    for (const Descendant& one : *there) {
      found.insert(one.id);
    }
  }
  return std::vector<EntityId>(found.begin(), found.end());
}

} // namespace grunndata::registry::virksomhet
