#include "registry/virksomhet/crosswalk.h"

#include "registry/virksomhet/structure_rules.h"

#include <algorithm>
#include <array>
#include <set>

namespace grunndata::registry::virksomhet {

namespace {

constexpr std::array<std::string_view, 6> names{"DIREKTE",   "VIA_TILSVARER", "TILHORER",
                                                "TALER_FOR", "ADRESSE",       "UNDERLAGT"};

/// An equivalence as seen from its other side.
RelationKind turned(RelationKind kind) noexcept {
  if (kind == RelationKind::part_of) {
    return RelationKind::includes;
  }
  return kind == RelationKind::includes ? RelationKind::part_of : kind;
}

class Walk {
public:
  Walk(const Structure& structure, std::optional<IdentifierSystem> target)
      : structure_(structure), target_(target) {}

  Result<std::vector<CrossAnswer>> run(EntityId node);

private:
  Result<void> look_at(const EntityId& node);
  Result<void> look_around(const EntityId& node);
  Result<void> take_numbers(const EntityId& node, CrossAnswer found);
  Result<void> take_lowers(const EntityId& node, NodeRelation type, CrossWay way);
  [[nodiscard]] bool has_all() const;

  const Structure& structure_;
  std::optional<IdentifierSystem> target_;
  std::vector<CrossAnswer> answers_;
  std::set<IdentifierSystem> answered_; ///< nearer than the node looked at
  int steps_up_ = 0;
};

Result<void> Walk::take_numbers(const EntityId& id, CrossAnswer found) {
  Structure::NodeRoom room;
  const auto node = structure_.node(id, room);
  if (!node && node.error().code == ErrorCode::not_known_then) {
    return {};
  }
  if (!node) {
    return tl::unexpected(node.error());
  }
  for (const HeldNumber& number : node->numbers) {
    if ((target_ && number.entry.system != *target_) ||
        answered_.contains(number.entry.system) ||
        number.entry.system == IdentifierSystem::invalid ||
        !holds_at(number.entry.valid_from, number.entry.valid_to, structure_.valid())) {
      continue;
    }
    found.number = {number.entry.system, std::string(number.text), std::string(number.assigner)};
    found.node = id;
    found.use = number.entry.use;
    found.inherited_from = steps_up_;
    const bool is_known = std::ranges::any_of(answers_, [&found](const CrossAnswer& answer) {
      return answer.number == found.number && answer.node == found.node;
    });
    if (!is_known) {
      answers_.push_back(found);
    }
  }
  return {};
}

Result<void> Walk::take_lowers(const EntityId& node, NodeRelation type, CrossWay way) {
  const auto lowers = structure_.lowers(node, type);
  if (!lowers) {
    return tl::unexpected(lowers.error());
  }
  for (const Descendant& lower : *lowers) {
    if (type == NodeRelation::kommunikasjon && lower.kind != RelationKind::speaks_for) {
      continue;
    }
    CrossAnswer found;
    found.way = way;
    if (type == NodeRelation::tilsvarer) {
      found.kind = turned(lower.kind);
    }
    if (auto taken = take_numbers(lower.id, found); !taken) {
      return taken;
    }
  }
  return {};
}

Result<void> Walk::look_around(const EntityId& node) {
  auto uppers = structure_.uppers(node);
  if (!uppers) {
    return tl::unexpected(uppers.error());
  }
  // Of two ways to one number the closer one is told: equal before belonging to.
  std::ranges::stable_partition(*uppers, [](const NodeUpper& upper) {
    return upper.kind == RelationKind::equal;
  });
  for (const NodeUpper& upper : *uppers) {
    CrossAnswer found;
    found.kind = upper.type == NodeRelation::tilsvarer ? upper.kind : RelationKind::none;
    found.confidence = upper.confidence;
    if (upper.type == NodeRelation::tilsvarer) {
      found.way = CrossWay::equivalent;
    } else if (upper.type == NodeRelation::tilhorer) {
      found.way = CrossWay::belongs_to;
    } else if (upper.kind == RelationKind::speaks_for) {
      found.way = CrossWay::speaks_for;
    } else {
      continue;
    }
    if (auto taken = take_numbers(upper.upper, found); !taken) {
      return taken;
    }
  }
  if (auto taken = take_lowers(node, NodeRelation::tilsvarer, CrossWay::equivalent); !taken) {
    return taken;
  }
  if (auto taken = take_lowers(node, NodeRelation::kommunikasjon, CrossWay::spoken_for_by);
      !taken) {
    return taken;
  }
  // Of who is above the node asked about, all other units belong there too.
  return steps_up_ == 0 ? take_lowers(node, NodeRelation::tilhorer, CrossWay::belongs_to_it)
                        : Result<void>{};
}

/// The node and what is joined to it. Above the node asked about its own parents' numbers count,
/// so the node that a unit belongs to is looked around as well.
Result<void> Walk::look_at(const EntityId& node) {
  if (auto taken = take_numbers(node, {}); !taken) {
    return taken;
  }
  return look_around(node);
}

bool Walk::has_all() const { return target_ && answered_.contains(*target_); }

Result<std::vector<CrossAnswer>> Walk::run(EntityId node) {
  std::set<EntityId> seen;
  for (steps_up_ = 0; steps_up_ <= 2 * structure_depth_max && seen.insert(node).second;
       ++steps_up_) {
    const std::size_t before = answers_.size();
    if (auto looked = look_at(node); !looked) {
      return tl::unexpected(looked.error());
    }
    for (std::size_t i = before; i < answers_.size(); ++i) {
      answered_.insert(answers_[i].number.system);
    }
    if (has_all()) {
      break;
    }
    const auto above = structure_.nearest_above(node);
    if (!above) {
      return tl::unexpected(above.error());
    }
    if (!*above) {
      break;
    }
    node = **above;
  }
  return std::move(answers_);
}

} // namespace

std::string_view name_of(CrossWay way) noexcept { return names[static_cast<std::size_t>(way)]; }

Result<std::vector<CrossAnswer>> crosswalk(const Structure& structure, const EntityId& node,
                                           std::optional<IdentifierSystem> target) {
  return Walk(structure, target).run(node);
}

} // namespace grunndata::registry::virksomhet
