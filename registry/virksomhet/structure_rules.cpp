#include "registry/virksomhet/structure_rules.h"

#include "registry/virksomhet/node_document.h"

#include <algorithm>
#include <string>

namespace grunndata::registry::virksomhet {

namespace {

/// A stretch of valid time.
struct Window {
  std::int64_t from = no_instant;
  std::int64_t to = no_instant; ///< no_instant: without end
};

bool in_tree(const StoredRelation& relation) noexcept {
  return facts_of(relation.type).is_tree && relation.kind != RelationKind::speaks_for;
}

bool is_single(const StoredRelation& relation) noexcept {
  return facts_of(relation.type).single_upper || relation.kind == RelationKind::parent ||
         relation.kind == RelationKind::primary;
}

std::int64_t earlier_end(std::int64_t a, std::int64_t b) noexcept {
  if (a == no_instant || b == no_instant) {
    return a == no_instant ? b : a;
  }
  return std::min(a, b);
}

tl::unexpected<Error> broken(std::string message) {
  return fail(ErrorCode::invalid, std::move(message));
}

Result<void> check_single(const std::vector<RelationRow>& relations) {
  for (std::size_t i = 0; i < relations.size(); ++i) {
    const StoredRelation& a = relations[i].entry;
    if (!a.is_live() || !is_single(a)) {
      continue;
    }
    for (std::size_t j = i + 1; j < relations.size(); ++j) {
      const StoredRelation& b = relations[j].entry;
      if (b.is_live() && a.type == b.type && a.kind == b.kind && a.source == b.source &&
          overlap(a.valid_from, a.valid_to, b.valid_from, b.valid_to)) {
        return broken("rule 1: two upper ends at once in " + std::string(name_of(a.type)));
      }
    }
  }
  return {};
}

/// Walks up from `at` through relations of `type` that hold within `window`.
Result<void> walk_up(const Transaction& transaction, const EntityId& start, const EntityId& at,
                     NodeRelation type, Window window, int depth) {
  if (at == start) {
    return broken("rule 2: somebody is above itself in " + std::string(name_of(type)));
  }
  if (depth > structure_depth_max) {
    return broken("rule 2: more than 32 levels in " + std::string(name_of(type)));
  }
  const auto relations = relations_in(transaction, at);
  if (!relations) {
    return tl::unexpected(relations.error());
  }
  for (const RelationRow& row : *relations) {
    const StoredRelation& up = row.entry;
    if (!up.is_live() || up.type != type || !in_tree(up) ||
        !overlap(up.valid_from, up.valid_to, window.from, window.to)) {
      continue;
    }
    const Window both{std::max(window.from, up.valid_from), earlier_end(window.to, up.valid_to)};
    if (auto walked = walk_up(transaction, start, up.upper, type, both, depth + 1); !walked) {
      return walked;
    }
  }
  return {};
}

} // namespace

Result<std::vector<RelationRow>> relations_in(const Transaction& transaction,
                                              const EntityId& lower) {
  store::Pinned pin;
  const auto value = transaction.get(store::Family::structure, up_key(lower), pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  auto relations = read_relations(value->value_or(std::string_view{}));
  if (!relations) {
    return fail(ErrorCode::corrupt, "a node's relations cannot be read");
  }
  return std::move(*relations);
}

Result<void> check_relations_of(const Transaction& transaction, const EntityId& lower) {
  const auto relations = relations_in(transaction, lower);
  if (!relations) {
    return tl::unexpected(relations.error());
  }
  if (auto single = check_single(*relations); !single) {
    return single;
  }
  for (const RelationRow& row : *relations) {
    const StoredRelation& up = row.entry;
    if (!up.is_live() || !in_tree(up)) {
      continue;
    }
    if (auto walked = walk_up(transaction, lower, up.upper, up.type,
                              {up.valid_from, up.valid_to}, 1);
        !walked) {
      return walked;
    }
  }
  return {};
}

Result<EntityId> legal_root_in(const Transaction& transaction, EntityId node) {
  for (int depth = 0; depth < 2 * structure_depth_max; ++depth) {
    const auto relations = relations_in(transaction, node);
    if (!relations) {
      return tl::unexpected(relations.error());
    }
    const RelationRow* next = nullptr;
    for (const NodeRelation type :
         {NodeRelation::juridisk, NodeRelation::tilhorer, NodeRelation::organisatorisk}) {
      for (const RelationRow& row : *relations) {
        if (next == nullptr && row.entry.is_live() && row.entry.type == type &&
            row.entry.valid_to == no_instant) {
          next = &row;
        }
      }
    }
    if (next == nullptr) {
      return node;
    }
    node = next->entry.upper;
  }
  return node;
}

} // namespace grunndata::registry::virksomhet
