// Of Structure: ways up, down and across.
#include "registry/virksomhet/structure.h"
#include "registry/virksomhet/structure_rules.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <unordered_set>

namespace grunndata::registry::virksomhet {

namespace {

using store::Family;

struct IdHash {
  std::size_t operator()(const EntityId& id) const noexcept {
    std::uint64_t hash = 0; // the end of a UUIDv7 is random
    std::memcpy(&hash, id.bytes.data() + 8, sizeof hash);
    return hash;
  }
};
using IdSet = std::unordered_set<EntityId, IdHash>;

bool is_upward(const NodeUpper& upper) noexcept {
  return upper.kind != RelationKind::speaks_for;
}

} // namespace

/// Of the types from `first` to `last`, which stand together: one seek for all.
Result<void> Structure::collect_lowers(store::Cursor& cursor, const EntityId& upper,
                                       NodeRelation first, NodeRelation last,
                                       std::vector<Descendant>& out) const {
  const std::string prefix = down_prefix(upper, first);
  const std::string_view of_upper = std::string_view(prefix).substr(0, prefix.size() - 1);
  for (cursor.seek(prefix); cursor.valid() && cursor.key().starts_with(of_upper);
       cursor.next()) {
    const auto type = cursor.key().size() < prefix.size()
                          ? NodeRelation{}
                          : static_cast<NodeRelation>(cursor.key()[prefix.size() - 1]);
    if (type > last) {
      break;
    }
    const std::string_view value = cursor.value();
    if (cursor.key().size() != down_key_bytes || value.size() % sizeof(DownEntry) != 0) {
      return fail(ErrorCode::corrupt, "a relation cannot be read");
    }
    for (std::size_t at = 0; at < value.size(); at += sizeof(DownEntry)) {
      DownEntry entry;
      std::memcpy(static_cast<void*>(&entry), value.data() + at, sizeof entry);
      if (!counts(entry.valid_from, entry.valid_to, entry.recorded_from, entry.recorded_to)) {
        continue;
      }
      Descendant lower;
      std::memcpy(lower.id.bytes.data(), cursor.key().data() + prefix.size(),
                  lower.id.bytes.size());
      lower.parent = upper;
      lower.type = type;
      lower.node_type = entry.lower_type;
      lower.kind = entry.kind;
      lower.opened = entry.opened;
      lower.closed = entry.closed;
      lower.has_rivals = entry.rivals != 0;
      out.push_back(lower);
      break;
    }
  }
  return cursor.status();
}

Result<std::vector<Descendant>> Structure::lowers(const EntityId& upper, NodeRelation type) const {
  std::vector<Descendant> found;
  const auto cursor = store_.scan(Family::structure, snapshot_.get());
  if (auto collected = collect_lowers(*cursor, upper, type, type, found); !collected) {
    return tl::unexpected(collected.error());
  }
  return found;
}

Result<std::vector<Ancestor>> Structure::ancestors(const EntityId& node, RelationSet types) const {
  std::vector<Ancestor> found;
  IdSet seen{node};
  std::vector<EntityId> level{node};
  for (int depth = 1; depth <= structure_depth_max && !level.empty(); ++depth) {
    std::vector<EntityId> next;
    for (const EntityId& lower : level) {
      const auto uppers = chosen_uppers(lower, types);
      if (!uppers) {
        return tl::unexpected(uppers.error());
      }
      for (const NodeUpper& upper : *uppers) {
        if (is_upward(upper) && seen.insert(upper.upper).second) {
          found.push_back({upper.upper, depth, upper});
          next.push_back(upper.upper);
        }
      }
    }
    level = std::move(next);
  }
  return found;
}

Result<std::vector<Descendant>> Structure::subtree(const EntityId& root,
                                                   const SubtreeOrder& order) const {
  std::vector<Descendant> found;
  const auto life = life_of(root);
  if (!life) {
    return tl::unexpected(life.error());
  }
  if (!holds_at(life->opened, life->closed, valid_)) {
    return found;
  }
  IdSet seen{root};
  const auto cursor = store_.scan(Family::structure, snapshot_.get());
  std::vector<Descendant> waiting(1);
  waiting.front().id = root;
  waiting.front().depth = 0;
  while (!waiting.empty()) {
    const Descendant at = waiting.back();
    waiting.pop_back();
    if (at.depth != 0) {
      if (!seen.insert(at.id).second) {
        continue; // hangs in several places: shown where it was met first
      }
      found.push_back(at);
      if (found.size() > order.nodes_max) {
        return fail(ErrorCode::invalid, "the tree has more nodes than were asked for");
      }
    }
    if (at.depth >= order.depth_max) {
      continue;
    }
    std::vector<Descendant> lowers;
    for (std::size_t first = 1; first < node_relation_count; ++first) {
      // An underenhet is nobody's legal parent (rule 5).
      const bool is_wanted = order.types.test(first) &&
                             (static_cast<NodeRelation>(first) != NodeRelation::juridisk ||
                              at.node_type != NodeType::underenhet);
      if (!is_wanted) {
        continue;
      }
      std::size_t last = first;
      while (last + 1 < node_relation_count && order.types.test(last + 1)) {
        ++last;
      }
      if (auto collected = collect_lowers(*cursor, at.id, static_cast<NodeRelation>(first),
                                          static_cast<NodeRelation>(last), lowers);
          !collected) {
        return tl::unexpected(collected.error());
      }
      first = last;
    }
    for (auto lower = lowers.rbegin(); lower != lowers.rend(); ++lower) {
      if (lower->kind == RelationKind::speaks_for) {
        continue;
      }
      const auto counts_here = counts_below(*lower);
      if (!counts_here) {
        return tl::unexpected(counts_here.error());
      }
      if (*counts_here) {
        lower->depth = at.depth + 1;
        waiting.push_back(*lower);
      }
    }
  }
  return found;
}

/// Whether what hangs there is alive, and no other parent counts more.
Result<bool> Structure::counts_below(const Descendant& lower) const {
  std::int64_t opened = lower.opened;
  std::int64_t closed = lower.closed;
  if (!knows_now_) {
    const auto life = life_of(lower.id);
    if (!life) {
      return tl::unexpected(life.error());
    }
    opened = life->opened;
    closed = life->closed;
  }
  if (!holds_at(opened, closed, valid_)) {
    return false;
  }
  if (!lower.has_rivals) {
    return true;
  }
  const auto chosen = chosen_uppers(lower.id, set_of({lower.type}));
  if (!chosen) {
    return tl::unexpected(chosen.error());
  }
  return std::ranges::any_of(*chosen, [&lower](const NodeUpper& upper) {
    return upper.upper == lower.parent;
  });
}

Result<std::vector<WayStep>> Structure::way(const EntityId& from, const EntityId& to,
                                            RelationSet types) const {
  const auto above_from = ancestors(from, types);
  const auto above_to = above_from ? ancestors(to, types) : above_from;
  if (!above_to) {
    return tl::unexpected(above_to.error());
  }
  std::map<EntityId, int> depth_of{{to, 0}};
  for (const Ancestor& ancestor : *above_to) {
    depth_of.emplace(ancestor.id, ancestor.depth);
  }
  std::optional<EntityId> meeting;
  int best = 0;
  const auto consider = [&](const EntityId& id, int depth) {
    const auto other = depth_of.find(id);
    if (other != depth_of.end() && (!meeting || depth + other->second < best)) {
      meeting = id;
      best = depth + other->second;
    }
  };
  consider(from, 0);
  for (const Ancestor& ancestor : *above_from) {
    consider(ancestor.id, ancestor.depth);
  }
  std::vector<WayStep> steps;
  if (!meeting) {
    return steps;
  }
  // From the meeting point down to where each side began; the first is turned round.
  const auto chain = [&meeting](const std::vector<Ancestor>& above, bool upwards) {
    std::vector<WayStep> found;
    EntityId at = *meeting;
    for (auto step = above.rbegin(); step != above.rend(); ++step) {
      if (step->id == at) {
        found.push_back({upwards ? at : step->via.lower, step->via.type, upwards});
        at = step->via.lower;
      }
    }
    return found;
  };
  steps = chain(*above_from, true);
  std::ranges::reverse(steps);
  steps.insert(steps.begin(), {from, {}, true});
  const auto down = chain(*above_to, false);
  steps.insert(steps.end(), down.begin(), down.end());
  return steps;
}

Result<std::optional<EntityId>> Structure::nearest_above(const EntityId& node) const {
  const auto uppers = chosen_uppers(
      node, set_of({NodeRelation::juridisk, NodeRelation::tilhorer, NodeRelation::organisatorisk,
                    NodeRelation::kommunikasjon}));
  const auto all = uppers ? this->uppers(node) : uppers;
  if (!all) {
    return tl::unexpected(all.error());
  }
  const auto through = [&uppers](NodeRelation type) -> std::optional<EntityId> {
    const auto found = std::ranges::find(*uppers, type, &NodeUpper::type);
    return found == uppers->end() ? std::nullopt : std::optional(found->upper);
  };
  for (const NodeRelation type : {NodeRelation::juridisk, NodeRelation::tilhorer}) {
    if (const auto upper = through(type)) {
      return upper;
    }
  }
  const auto speaks_for = std::ranges::find(*all, RelationKind::speaks_for, &NodeUpper::kind);
  if (speaks_for != all->end()) {
    return speaks_for->upper;
  }
  const auto upper = through(NodeRelation::organisatorisk);
  return upper ? upper : through(NodeRelation::kommunikasjon);
}

Result<LegalRoot> Structure::legal_root(const EntityId& node) const {
  LegalRoot root{node, false, {node}};
  for (int step = 0; step < 2 * structure_depth_max; ++step) {
    const auto next = nearest_above(root.id);
    if (!next) {
      return tl::unexpected(next.error());
    }
    if (!*next || std::ranges::find(root.way, **next) != root.way.end()) {
      break;
    }
    root.id = **next;
    root.way.push_back(**next);
  }
  const auto summary = this->summary(root.id);
  if (!summary) {
    return tl::unexpected(summary.error());
  }
  root.is_legal = summary->type == NodeType::juridisk_enhet;
  return root;
}

} // namespace grunndata::registry::virksomhet
