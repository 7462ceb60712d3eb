// Ways through the structure, over relations wherever they stand.
//
// `Relations` answers for one state and one instant:
//   Ref                              a node
//   Seen(relations), insert(Ref)     a set of nodes; false when it was in it
//   id_of(Ref)
//   is_alive(Ref) -> Result<bool>
//   add_uppers(Ref, RelationSet, vector<Above<Ref>>&) -> Result<void>
//                                    relations that hold, as the node has them
//   add_lowers(Ref, RelationSet, vector<Below<Ref>>&) -> Result<void>
//                                    the same from above, by type and id, each node once for a type
//   is_alive(Below<Ref>) -> Result<bool>
#pragma once

#include "registry/virksomhet/structure.h"
#include "registry/virksomhet/structure_rules.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace grunndata::registry::virksomhet {

template <typename Ref>
struct Above {
  Ref ref;
  NodeUpper upper;
};

template <typename Ref>
struct Below {
  Ref ref;
  Descendant lower;
};

inline std::size_t rank_of(const NodeUpper& upper) noexcept {
  constexpr std::array order{NodeSource::enhetsregisteret, NodeSource::kuratert,
                             NodeSource::resh, NodeSource::employer};
  const auto place = static_cast<std::size_t>(std::ranges::find(order, upper.source) -
                                              order.begin());
  return (upper.valid_from == no_instant ? order.size() + 1 : 0) + place;
}

inline bool is_single(const NodeUpper& upper) noexcept {
  return facts_of(upper.type).single_upper || upper.kind == RelationKind::parent;
}

/// The parents of `types` that count, of several that are said, after what is in `chosen` already.
/// What a node speaks for is no parent.
template <typename Relations, typename Ref = typename Relations::Ref>
Result<void> choose_uppers(Relations& relations, const Ref& lower, const RelationSet& types,
                           std::vector<Above<Ref>>& chosen) {
  const std::size_t begin = chosen.size();
  if (auto added = relations.add_uppers(lower, types, chosen); !added) {
    return added;
  }
  std::size_t end = begin;
  for (std::size_t at = begin; at < chosen.size(); ++at) {
    Above<Ref>& above = chosen[at];
    if (above.upper.kind == RelationKind::speaks_for) {
      continue;
    }
    const auto is_alive = relations.is_alive(above.ref);
    if (!is_alive) {
      return tl::unexpected(is_alive.error());
    }
    if (!*is_alive) {
      continue;
    }
    std::size_t rival = begin;
    while (rival < end && !(is_single(chosen[rival].upper) &&
                            chosen[rival].upper.type == above.upper.type &&
                            chosen[rival].upper.kind == above.upper.kind)) {
      ++rival;
    }
    if (rival == end) {
      if (at != end) {
        chosen[end] = std::move(above);
      }
      ++end;
    } else if (rank_of(above.upper) < rank_of(chosen[rival].upper)) {
      chosen[rival] = std::move(above);
    }
  }
  chosen.erase(chosen.begin() + static_cast<std::ptrdiff_t>(end), chosen.end());
  return {};
}

/// Nearest first; each once.
template <typename Relations, typename Ref = typename Relations::Ref>
Result<std::vector<Ancestor>> walk_up(Relations& relations, const Ref& node,
                                      const RelationSet& types) {
  std::vector<Ancestor> found;
  std::vector<Ref> reached{node};
  std::vector<Above<Ref>> uppers;
  std::size_t level_end = 1;
  int depth = 1;
  for (std::size_t at = 0; at < reached.size(); ++at) {
    if (at == level_end) {
      level_end = reached.size();
      if (++depth > structure_depth_max) {
        break;
      }
    }
    uppers.clear();
    if (auto chosen = choose_uppers(relations, Ref(reached[at]), types, uppers); !chosen) {
      return tl::unexpected(chosen.error());
    }
    for (Above<Ref>& above : uppers) { // a node has few above it: no need of a set
      if (std::ranges::find(reached, above.ref) == reached.end()) {
        reached.push_back(above.ref);
        found.push_back({above.upper.upper, depth, std::move(above.upper)});
      }
    }
  }
  return found;
}

/// Whether what hangs there is alive, and no other parent counts more.
template <typename Relations, typename Ref = typename Relations::Ref>
Result<bool> counts_below(Relations& relations, const Below<Ref>& below) {
  const auto is_alive = relations.is_alive(below);
  if (!is_alive || !*is_alive || !below.lower.has_rivals) {
    return is_alive;
  }
  RelationSet type;
  type.set(static_cast<std::size_t>(below.lower.type));
  std::vector<Above<Ref>> chosen;
  if (auto done = choose_uppers(relations, below.ref, type, chosen); !done) {
    return tl::unexpected(done.error());
  }
  return std::ranges::any_of(chosen, [&below](const Above<Ref>& above) {
    return above.upper.upper == below.lower.parent;
  });
}

/// Depth first; each once, where it is met first. Errors: `invalid`, see `SubtreeOrder`.
template <typename Relations, typename Ref = typename Relations::Ref>
Result<std::vector<Descendant>> walk_down(Relations& relations, const Ref& root,
                                          const SubtreeOrder& order) {
  std::vector<Descendant> found;
  const auto root_is_alive = relations.is_alive(root);
  if (!root_is_alive) {
    return tl::unexpected(root_is_alive.error());
  }
  if (!*root_is_alive) {
    return found;
  }
  typename Relations::Seen seen(relations);
  seen.insert(root);
  std::vector<Below<Ref>> lowers;
  std::vector<Below<Ref>> waiting(1);
  waiting.front().ref = root;
  waiting.front().lower.id = relations.id_of(root);
  waiting.front().lower.depth = 0;
  while (!waiting.empty()) {
    const Below<Ref> at = std::move(waiting.back());
    waiting.pop_back();
    if (at.lower.depth != 0) {
      if (!seen.insert(at.ref)) {
        continue;
      }
      found.push_back(at.lower);
      if (found.size() > order.nodes_max) {
        return fail(ErrorCode::invalid, "the tree has more nodes than were asked for");
      }
    }
    if (at.lower.depth >= order.depth_max) {
      continue;
    }
    RelationSet types = order.types;
    if (at.lower.node_type == NodeType::underenhet) { // nobody's legal parent (rule 5)
      types.reset(static_cast<std::size_t>(NodeRelation::juridisk));
    }
    lowers.clear();
    if (auto added = relations.add_lowers(at.ref, types, lowers); !added) {
      return tl::unexpected(added.error());
    }
    for (auto below = lowers.rbegin(); below != lowers.rend(); ++below) {
      if (below->lower.kind == RelationKind::speaks_for) {
        continue;
      }
      const auto counts_here = counts_below(relations, *below);
      if (!counts_here) {
        return tl::unexpected(counts_here.error());
      }
      if (*counts_here) {
        below->lower.depth = at.lower.depth + 1;
        waiting.push_back(std::move(*below));
      }
    }
  }
  return found;
}

} // namespace grunndata::registry::virksomhet
