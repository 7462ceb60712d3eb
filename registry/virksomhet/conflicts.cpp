#include "registry/virksomhet/conflicts.h"

#include "registry/keys.h"
#include "registry/virksomhet/carry_out.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <set>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace grunndata::registry::virksomhet {

namespace {

using store::Family;

constexpr std::size_t nodes_of_batch = 5'000;

/// Whether any two differ, and of what they say; 0 when all agree.
std::uint64_t fingerprint_of(JoinedField field, const std::vector<JoinedValue>& a,
                             const std::vector<JoinedValue>& b, bool same_node) {
  const bool conflicts = std::ranges::any_of(a, [&](const JoinedValue& one) {
    return std::ranges::any_of(b, [&](const JoinedValue& other) {
      return (!same_node || one.source != other.source) && differ(field, one, other);
    });
  });
  if (!conflicts) {
    return 0;
  }
  std::set<std::pair<NodeSource, std::string_view>> said;
  for (const auto* values : {&a, &b}) {
    for (const JoinedValue& value : *values) {
      said.emplace(value.source, value.folded);
    }
  }
  std::string bytes;
  for (const auto& [source, folded] : said) {
    bytes += static_cast<char>(source);
    bytes.append(folded).append(1, '\0');
  }
  const std::uint64_t hash = XXH3_64bits(bytes.data(), bytes.size());
  return hash == 0 ? 1 : hash;
}

/// Two ends of an equality, the lower one first; or a node twice.
using Pair = std::pair<EntityId, EntityId>;

/// What a sweep saw of a pair and a field.
struct Seen {
  Pair nodes;
  JoinedField field{};
  std::uint64_t fingerprint = 0; ///< 0: they agree
  bool removed = false;          ///< one of them by law
};

Result<std::vector<Conflict>> all_of(const store::Store& store) {
  std::vector<Conflict> all;
  const auto cursor = store.scan(Family::structure);
  for (cursor->seek("k"); cursor->valid() && cursor->key().starts_with('k'); cursor->next()) {
    auto conflict = read_conflict(cursor->key(), cursor->value());
    if (!conflict) {
      return fail(ErrorCode::corrupt, "a conflict cannot be read");
    }
    all.push_back(std::move(*conflict));
  }
  if (auto status = cursor->status(); !status) {
    return tl::unexpected(status.error());
  }
  return all;
}

/// One state of the registry, looked at pair by pair.
class Look {
public:
  Look(const Registry& registry, const Authority& authority)
      : structure_(registry, AsOf{}), authority_(authority) {}

  /// The pairs that what changed at the node may concern: its own, and those of whoever is placed
  /// there.
  Result<void> pairs_of(const EntityId& node, std::set<Pair>& pairs);
  Result<void> see(const Pair& pair, std::vector<Seen>& seen);
  /// Whether the two are still said to be equal.
  Result<bool> is_equal(const Pair& pair) const;

private:
  Result<void> own_pairs(const EntityId& node, std::set<Pair>& pairs);
  /// Nothing: removed by law.
  Result<std::optional<JoinedValues>> values(const EntityId& node);

  Structure structure_;
  const Authority& authority_;
};

Result<void> Look::own_pairs(const EntityId& node, std::set<Pair>& pairs) {
  pairs.emplace(node, node);
  const auto uppers = structure_.uppers(node);
  if (!uppers) {
    return tl::unexpected(uppers.error());
  }
  for (const NodeUpper& upper : *uppers) {
    if (upper.type == NodeRelation::tilsvarer && upper.kind == RelationKind::equal) {
      pairs.emplace(node, upper.upper);
    }
  }
  const auto lowers = structure_.lowers(node, NodeRelation::tilsvarer);
  if (!lowers) {
    return tl::unexpected(lowers.error());
  }
  for (const Descendant& lower : *lowers) {
    if (lower.kind == RelationKind::equal) {
      pairs.emplace(lower.id, node);
    }
  }
  return {};
}

Result<void> Look::pairs_of(const EntityId& node, std::set<Pair>& pairs) {
  if (auto own = own_pairs(node, pairs); !own) {
    return own;
  }
  const auto placed = structure_.lowers(node, NodeRelation::geografisk);
  if (!placed) {
    return tl::unexpected(placed.error());
  }
  for (const Descendant& lower : *placed) {
    if (auto own = own_pairs(lower.id, pairs); !own) {
      return own;
    }
  }
  return {};
}

Result<std::optional<JoinedValues>> Look::values(const EntityId& node) {
  const auto summary = structure_.summary(node);
  if (!summary) {
    return tl::unexpected(summary.error());
  }
  if (summary->status == NodeStatus::fjernet) {
    return std::nullopt;
  }
  auto said = values_of(structure_, node, authority_);
  return said ? Result<std::optional<JoinedValues>>(std::move(*said))
              : Result<std::optional<JoinedValues>>(tl::unexpected(said.error()));
}

Result<void> Look::see(const Pair& pair, std::vector<Seen>& seen) {
  const auto a = values(pair.first);
  if (!a) {
    return tl::unexpected(a.error());
  }
  const bool same = pair.first == pair.second;
  const auto b = same ? a : values(pair.second);
  if (!b) {
    return tl::unexpected(b.error());
  }
  for (const JoinedFieldFacts& facts : joined_fields) {
    Seen one{pair, facts.field, 0, !*a || !*b};
    if (!one.removed) {
      const auto place = static_cast<std::size_t>(facts.field) - 1;
      one.fingerprint = fingerprint_of(facts.field, (**a)[place], (**b)[place], same);
    }
    seen.push_back(one);
  }
  return {};
}

Result<bool> Look::is_equal(const Pair& pair) const {
  const auto equals = equals_of(structure_, pair.first);
  if (!equals) {
    return tl::unexpected(equals.error());
  }
  return pair.first == pair.second || std::ranges::count(*equals, pair.second) != 0;
}

void add_step(Conflict& conflict, ConflictState state, const Actor& by, Instant when,
              std::string reason) {
  conflict.state = state;
  add_step(conflict.steps, {state, by, when, std::move(reason)}, conflict_steps_max);
}

Result<std::optional<Conflict>> stored(const Transaction& transaction, const EntityId& id) {
  store::Pinned pin;
  const std::string key = conflict_key(id);
  const auto value = transaction.get(Family::structure, key, pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  if (!*value) {
    return std::nullopt;
  }
  auto conflict = read_conflict(key, **value);
  return conflict ? Result<std::optional<Conflict>>(std::move(conflict))
                  : fail(ErrorCode::corrupt, "a conflict cannot be read");
}

/// Makes the record what was seen.
Result<void> apply(Transaction& transaction, const Seen& seen, ConflictSweep& sweep) {
  const EntityId id = conflict_id(seen.nodes.first, seen.nodes.second, seen.field);
  auto known = stored(transaction, id);
  if (!known) {
    return tl::unexpected(known.error());
  }
  if (seen.removed) {
    sweep.erased += *known ? 1 : 0;
    if (*known) {
      transaction.erase(Family::structure, conflict_key(id));
    }
    return {};
  }
  if (!*known && seen.fingerprint == 0) {
    return {};
  }
  Conflict conflict = known->value_or(
      Conflict{id, seen.nodes.first, seen.nodes.second, seen.field, ConflictState::resolved, 0,
               {}});
  const bool was_over = conflict.state == ConflictState::resolved;
  if (conflict.fingerprint == seen.fingerprint && was_over == (seen.fingerprint == 0)) {
    return {};
  }
  conflict.fingerprint = seen.fingerprint;
  if (seen.fingerprint == 0) {
    add_step(conflict, ConflictState::resolved, {}, transaction.time(), {});
    ++sweep.resolved;
  } else if (conflict.state != ConflictState::open) {
    add_step(conflict, ConflictState::open, {}, transaction.time(), {});
    ++sweep.opened;
  }
  transaction.put(Family::structure, conflict_key(id), write_conflict(conflict));
  return {};
}

/// A sweep: the log from the mark on, in batches.
class Sweep {
public:
  Sweep(Registry& registry, const Authority& authority, const std::function<bool()>& go_on)
      : registry_(registry), store_(*registry.impl().store), authority_(authority),
        go_on_(go_on) {}

  Result<ConflictSweep> run(bool all);

private:
  Result<std::uint64_t> mark() const;
  /// Nodes of the events behind `from`; where it came to.
  Result<std::uint64_t> changed_after(std::uint64_t from, std::set<EntityId>& nodes) const;
  Result<void> look_again();
  Result<void> write(const std::vector<Seen>& seen, std::optional<std::uint64_t> mark);

  Registry& registry_;
  const store::Store& store_;
  const Authority& authority_;
  const std::function<bool()>& go_on_;
  ConflictSweep done_;
};

Result<std::uint64_t> Sweep::mark() const {
  const auto value = meta::value(store_, conflicts_swept);
  if (!value) {
    return tl::unexpected(value.error());
  }
  return *value ? number_of_key(**value) : 0;
}

Result<std::uint64_t> Sweep::changed_after(std::uint64_t from, std::set<EntityId>& nodes) const {
  const std::uint64_t newest = registry_.newest_sequence();
  const auto cursor = store_.scan(Family::log);
  std::uint64_t at = from;
  for (cursor->seek(key_of_number(from + 1)); cursor->valid() && nodes.size() < nodes_of_batch;
       cursor->next()) {
    const std::uint64_t sequence = number_of_key(cursor->key());
    if (sequence > newest) {
      break; // not synced yet
    }
    const auto entry = read_log(cursor->value());
    if (!entry) {
      return fail(ErrorCode::corrupt, "an event cannot be read");
    }
    if (entry->domain == static_cast<std::uint8_t>(EntityKind::virksomhet)) {
      nodes.insert(entry->entity);
    }
    at = sequence;
  }
  if (auto status = cursor->status(); !status) {
    return tl::unexpected(status.error());
  }
  return at;
}

Result<void> Sweep::write(const std::vector<Seen>& seen, std::optional<std::uint64_t> mark) {
  if (seen.empty() && !mark) {
    return {};
  }
  ConflictSweep before = done_;
  auto written = registry_.impl().queue->run([&](Transaction& transaction) -> Result<void> {
    done_ = before;
    for (const Seen& one : seen) {
      if (auto applied = apply(transaction, one, done_); !applied) {
        return applied;
      }
    }
    if (mark) {
      transaction.put(Family::meta, std::string(conflicts_swept), key_of_number(*mark));
    }
    return {};
  });
  if (!written) {
    done_ = before;
  }
  return written;
}

/// Those that are known: one may have ended with an equality, or on a day that was told beforehand.
Result<void> Sweep::look_again() {
  auto known = all_of(store_);
  if (!known) {
    return tl::unexpected(known.error());
  }
  std::set<Pair> pairs;
  for (const Conflict& conflict : *known) {
    pairs.emplace(conflict.lower, conflict.upper);
  }
  Look look(registry_, authority_);
  std::vector<Seen> seen;
  for (const Pair& pair : pairs) {
    const auto equal = look.is_equal(pair);
    if (!equal) {
      return tl::unexpected(equal.error());
    }
    if (auto looked = look.see(pair, seen); !looked) {
      return looked;
    }
    if (!*equal) {
      for (std::size_t i = seen.size() - joined_field_count; i < seen.size(); ++i) {
        seen[i].fingerprint = 0;
      }
    }
    if (seen.size() >= nodes_of_batch * joined_field_count) {
      if (auto written = write(seen, std::nullopt); !written) {
        return written;
      }
      seen.clear();
    }
  }
  return write(seen, std::nullopt);
}

Result<ConflictSweep> Sweep::run(bool all) {
  const auto begin = all ? Result<std::uint64_t>(std::uint64_t{0}) : mark();
  if (!begin) {
    return tl::unexpected(begin.error());
  }
  for (std::uint64_t at = *begin;;) {
    if (go_on_ && !go_on_()) {
      return fail(ErrorCode::cancelled, "stopped on request");
    }
    std::set<EntityId> nodes;
    const auto next = changed_after(at, nodes);
    if (!next) {
      return tl::unexpected(next.error());
    }
    if (*next == at) {
      break;
    }
    Look look(registry_, authority_);
    std::set<Pair> pairs;
    std::vector<Seen> seen;
    for (const EntityId& node : nodes) {
      if (auto found = look.pairs_of(node, pairs); !found) {
        return tl::unexpected(found.error());
      }
    }
    for (const Pair& pair : pairs) {
      std::vector<Seen> of_pair;
      if (auto looked = look.see(pair, of_pair); !looked) {
        return tl::unexpected(looked.error());
      }
      // Of pairs that agree nothing is written; where a record stands, `look_again` finds it.
      std::ranges::copy_if(of_pair, std::back_inserter(seen),
                           [](const Seen& one) { return one.fingerprint != 0; });
    }
    done_.nodes += nodes.size();
    if (auto written = write(seen, *next); !written) {
      return tl::unexpected(written.error());
    }
    at = *next;
  }
  if (auto looked = look_again(); !looked) {
    return tl::unexpected(looked.error());
  }
  return done_;
}

} // namespace

EntityId conflict_id(const EntityId& lower, const EntityId& upper,
                     JoinedField field) noexcept {
  std::array<char, 33> bytes{};
  std::memcpy(bytes.data(), lower.bytes.data(), lower.bytes.size());
  std::memcpy(bytes.data() + lower.bytes.size(), upper.bytes.data(), upper.bytes.size());
  bytes.back() = static_cast<char>(field);
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  EntityId id;
  std::memcpy(id.bytes.data(), &hash.low64, sizeof hash.low64);
  std::memcpy(id.bytes.data() + sizeof hash.low64, &hash.high64, sizeof hash.high64);
  return id;
}

Result<ConflictSweep> Conflicts::sweep(bool all, const std::function<bool()>& go_on) {
  return Sweep(registry_, authority_, go_on).run(all);
}

Result<std::vector<Conflict>> Conflicts::list(const ConflictFilter& filter, std::size_t limit,
                                              std::optional<EntityId> after) const {
  auto all = all_of(*registry_.impl().store);
  if (!all) {
    return all;
  }
  const auto order = [](const Conflict& a, const Conflict& b) {
    return a.steps.front().when.microseconds != b.steps.front().when.microseconds
               ? a.steps.front().when.microseconds > b.steps.front().when.microseconds
               : a.id < b.id;
  };
  std::ranges::sort(*all, order);
  auto from = all->begin();
  if (after) {
    const auto last = std::ranges::find(*all, *after, &Conflict::id);
    if (last == all->end()) {
      return fail(ErrorCode::not_found, "the conflict to go on after is gone");
    }
    from = last + 1;
  }
  std::vector<Conflict> page;
  for (; from != all->end() && page.size() < limit; ++from) {
    const bool wanted = (!filter.state || from->state == *filter.state) &&
                        (!filter.field || from->field == *filter.field) &&
                        (!filter.node || from->lower == *filter.node ||
                         from->upper == *filter.node);
    if (wanted) {
      page.push_back(std::move(*from));
    }
  }
  return page;
}

Result<Conflict> Conflicts::get(const EntityId& id) const {
  store::Pinned pin;
  const std::string key = conflict_key(id);
  const auto found = registry_.impl().store->get(Family::structure, key, pin);
  if (!found) {
    return tl::unexpected(found.error());
  }
  if (!*found) {
    return fail(ErrorCode::not_found, "there is no such conflict");
  }
  auto conflict = read_conflict(key, pin.view());
  return conflict ? Result<Conflict>(std::move(*conflict))
                  : fail(ErrorCode::corrupt, "a conflict cannot be read");
}

Result<CarriedOut<Conflict>> Conflicts::decide(const EntityId& id, ConflictState state,
                                               const Told& told) {
  return carry_out(registry_, told, [&](Transaction& transaction) -> Result<Conflict> {
    auto known = stored(transaction, id);
    if (!known) {
      return tl::unexpected(known.error());
    }
    if (!*known) {
      return fail(ErrorCode::not_found, "there is no such conflict");
    }
    const ConflictState needed =
        state == ConflictState::accepted ? ConflictState::open : ConflictState::accepted;
    if (state == ConflictState::resolved || (*known)->state != needed) {
      return fail(ErrorCode::conflict, "settled: the conflict is not in the state to be left");
    }
    Conflict conflict = std::move(**known);
    add_step(conflict, state, told.by, transaction.time(), told.reason);
    transaction.put(Family::structure, conflict_key(id), write_conflict(conflict));
    return conflict;
  });
}

} // namespace grunndata::registry::virksomhet
