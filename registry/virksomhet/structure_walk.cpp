// Of Structure: ways up, down and across.
#include "registry/registry_impl.h"
#include "registry/virksomhet/live_relations.h"
#include "registry/virksomhet/structure.h"
#include "registry/virksomhet/structure_walk.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <type_traits>
#include <unordered_set>

namespace grunndata::registry::virksomhet {

using store::Family;

/// As the store has them.
class Structure::StoredRelations {
public:
  using Ref = EntityId;
  class Seen {
  public:
    explicit Seen(const StoredRelations&) {}
    bool insert(const EntityId& node) { return nodes_.insert(node).second; }

  private:
    struct Hash {
      std::size_t operator()(const EntityId& id) const noexcept {
        std::uint64_t hash = 0; // the end of a UUIDv7 is random
        std::memcpy(&hash, id.bytes.data() + 8, sizeof hash);
        return hash;
      }
    };
    std::unordered_set<EntityId, Hash> nodes_;
  };

  explicit StoredRelations(const Structure& structure) : structure_(structure) {}

  [[nodiscard]] const EntityId& id_of(const EntityId& node) const noexcept { return node; }

  Result<bool> is_alive(const EntityId& node) const {
    const auto life = structure_.life_of(node);
    if (!life) {
      return tl::unexpected(life.error());
    }
    return holds_at(life->opened, life->closed, structure_.valid_);
  }
  Result<bool> is_alive(const Below<EntityId>& below) const {
    return structure_.knows_now_
               ? holds_at(below.lower.opened, below.lower.closed, structure_.valid_)
               : is_alive(below.ref);
  }

  Result<void> add_uppers(const EntityId& lower, const RelationSet& types,
                          std::vector<Above<EntityId>>& out) const {
    auto uppers = structure_.stored_uppers(lower, false);
    if (!uppers) {
      return tl::unexpected(uppers.error());
    }
    for (NodeUpper& upper : *uppers) {
      if (types.test(static_cast<std::size_t>(upper.type))) {
        out.push_back({upper.upper, std::move(upper)});
      }
    }
    return {};
  }

  /// Types that stand together are read together: one seek for all.
  Result<void> add_lowers(const EntityId& upper, const RelationSet& types,
                          std::vector<Below<EntityId>>& out) {
    for (std::size_t first = 1; first < node_relation_count; ++first) {
      if (!types.test(first)) {
        continue;
      }
      std::size_t last = first;
      while (last + 1 < node_relation_count && types.test(last + 1)) {
        ++last;
      }
      if (auto added = add_lowers(upper, static_cast<NodeRelation>(first),
                                  static_cast<NodeRelation>(last), out);
          !added) {
        return added;
      }
      first = last;
    }
    return {};
  }

private:
  Result<void> add_lowers(const EntityId& upper, NodeRelation first, NodeRelation last,
                          std::vector<Below<EntityId>>& out) {
    if (!cursor_) {
      cursor_ = structure_.scan(Family::structure);
    }
    store::Cursor& cursor = *cursor_;
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
        if (!structure_.counts(entry.valid_from, entry.valid_to, entry.recorded_from,
                               entry.recorded_to)) {
          continue;
        }
        Below<EntityId>& below = out.emplace_back();
        std::memcpy(below.ref.bytes.data(), cursor.key().data() + prefix.size(),
                    below.ref.bytes.size());
        below.lower.id = below.ref;
        below.lower.parent = upper;
        below.lower.type = type;
        below.lower.node_type = entry.lower_type;
        below.lower.kind = entry.kind;
        below.lower.opened = entry.opened;
        below.lower.closed = entry.closed;
        below.lower.has_rivals = entry.rivals != 0;
        break;
      }
    }
    return cursor.status();
  }

  const Structure& structure_;
  std::unique_ptr<store::Cursor> cursor_;
};

/// As memory has them: what is known now.
class Structure::MemoryRelations {
public:
  using Ref = LiveRelations::Place;
  class Seen {
  public:
    explicit Seen(const MemoryRelations& relations) : nodes_(relations.reading_.size()) {}
    bool insert(Ref node) {
      const bool is_new = !nodes_[node];
      nodes_[node] = true;
      return is_new;
    }

  private:
    std::vector<bool> nodes_;
  };

  MemoryRelations(const Structure& structure, const LiveRelations::Reading& reading) noexcept
      : reading_(reading), valid_(structure.valid_) {}

  [[nodiscard]] const EntityId& id_of(Ref node) const noexcept { return reading_.node(node).id; }

  Result<bool> is_alive(Ref node) const noexcept {
    return holds_at(reading_.node(node).opened, reading_.node(node).closed, valid_);
  }
  Result<bool> is_alive(const Below<Ref>& below) const noexcept {
    return holds_at(below.lower.opened, below.lower.closed, valid_);
  }

  Result<void> add_uppers(Ref lower, const RelationSet& types,
                          std::vector<Above<Ref>>& out) const {
    for (const LiveRelations::Up& up : reading_.ups(lower)) {
      if (!types.test(static_cast<std::size_t>(up.type)) ||
          !holds_at(up.valid_from, up.valid_to, valid_)) {
        continue;
      }
      NodeUpper upper{id_of(lower), id_of(up.upper), up.id,         up.type,       up.kind,
                      up.source,    up.marks,        up.confidence, up.valid_from, up.valid_to,
                      {},           {}};
      if (const LiveRelations::More* more = reading_.more(up)) {
        upper.event = more->event;
        upper.details = more->details;
      }
      out.push_back({up.upper, std::move(upper)});
    }
    return {};
  }

  Result<void> add_lowers(Ref upper, const RelationSet& types,
                          std::vector<Below<Ref>>& out) const {
    const EntityId& parent = id_of(upper);
    const LiveRelations::Down* last = nullptr;
    for (const LiveRelations::Down& down : reading_.downs(upper)) {
      if (!types.test(static_cast<std::size_t>(down.type)) ||
          !holds_at(down.valid_from, down.valid_to, valid_) ||
          (last != nullptr && last->lower == down.lower && last->type == down.type)) {
        continue;
      }
      last = &down;
      const LiveRelations::Node& node = reading_.node(down.lower);
      out.push_back({down.lower,
                     {node.id, parent, 1, down.type, node.type, down.kind, node.opened,
                      node.closed, down.has_rivals}});
    }
    return {};
  }

private:
  const LiveRelations::Reading& reading_;
  std::int64_t valid_;
};

/// Asks memory where that is of this state, else the store. `ask(relations, node)` gives a Result
/// of a list, which is empty of a node that stands in no relation.
template <typename Ask>
auto Structure::ask_relations(const EntityId& node, const Ask& ask) const {
  StoredRelations stored(*this);
  using Answer = decltype(ask(stored, node));
  if (knows_now_) {
    if (const auto reading = registry_.impl().relations->read(state_.number)) {
      MemoryRelations relations(*this, *reading);
      const auto place = reading->find(node);
      return place ? ask(relations, *place) : Answer();
    }
  }
  return ask(stored, node);
}

Result<std::vector<NodeUpper>> Structure::uppers(const EntityId& lower) const {
  return ask_relations(lower, [](auto& relations, const auto& node) {
    std::vector<Above<std::decay_t<decltype(node)>>> above;
    Result<std::vector<NodeUpper>> uppers;
    if (auto added = relations.add_uppers(node, RelationSet().set(), above); !added) {
      uppers = tl::unexpected(added.error());
      return uppers;
    }
    for (auto& one : above) {
      uppers->push_back(std::move(one.upper));
    }
    return uppers;
  });
}

Result<std::vector<NodeUpper>> Structure::chosen_uppers(const EntityId& lower,
                                                        RelationSet types) const {
  return ask_relations(lower, [&types](auto& relations, const auto& node) {
    std::vector<Above<std::decay_t<decltype(node)>>> above;
    Result<std::vector<NodeUpper>> uppers;
    if (auto chosen = choose_uppers(relations, node, types, above); !chosen) {
      uppers = tl::unexpected(chosen.error());
      return uppers;
    }
    for (auto& one : above) {
      uppers->push_back(std::move(one.upper));
    }
    return uppers;
  });
}

Result<std::vector<Descendant>> Structure::lowers(const EntityId& upper, NodeRelation type) const {
  return ask_relations(upper, [type](auto& relations, const auto& node) {
    std::vector<Below<std::decay_t<decltype(node)>>> below;
    Result<std::vector<Descendant>> lowers;
    if (auto added = relations.add_lowers(node, set_of({type}), below); !added) {
      lowers = tl::unexpected(added.error());
      return lowers;
    }
    for (auto& one : below) {
      lowers->push_back(one.lower);
    }
    return lowers;
  });
}

Result<std::vector<Ancestor>> Structure::ancestors(const EntityId& node, RelationSet types) const {
  return ask_relations(node, [&types](auto& relations, const auto& from) {
    return walk_up(relations, from, types);
  });
}

Result<std::vector<Descendant>> Structure::subtree(const EntityId& root,
                                                   const SubtreeOrder& order) const {
  return ask_relations(root, [&order](auto& relations, const auto& from) {
    return walk_down(relations, from, order);
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
