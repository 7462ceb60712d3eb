// Of NodeWriter: how nodes hang together.
#include "registry/keys.h"
#include "registry/registry_impl.h"
#include "registry/virksomhet/down_values.h"
#include "registry/virksomhet/node_writer.h"
#include "registry/virksomhet/structure_rules.h"

#include <algorithm>

namespace grunndata::registry::virksomhet {

namespace {

using store::Family;

std::int64_t stored(const std::optional<Instant>& instant) noexcept {
  return instant ? instant->microseconds : no_instant;
}

bool is_interval(const StoredRelation& relation) noexcept {
  return (relation.marks & mark::interval) != 0;
}

/// The stored relation says what the source says now.
bool says_the_same(const RelationRow& old, const RelationRow& wanted) noexcept {
  const StoredRelation& a = old.entry;
  const StoredRelation& b = wanted.entry;
  const bool says_begin = is_interval(b) || b.valid_from != no_instant;
  return a.type == b.type && a.kind == b.kind && a.upper == b.upper &&
         a.confidence == b.confidence && old.details == wanted.details &&
         is_interval(a) == is_interval(b) && a.valid_to == b.valid_to &&
         (!says_begin || a.valid_from == b.valid_from);
}

/// Enhetsregisteret tells the day of the latest change of owner, and goes on telling it when a unit
/// gets another parent without one. A begin that is no newer than that of the parent before is of
/// an earlier change: when this one began is not told.
void forget_older_begin(RelationRow& wanted, const std::vector<RelationRow>& relations) {
  StoredRelation& told = wanted.entry;
  if (told.type != NodeRelation::juridisk || told.source != NodeSource::enhetsregisteret ||
      is_interval(told) || told.valid_from == no_instant) {
    return;
  }
  const bool is_older = std::ranges::any_of(relations, [&told](const RelationRow& row) {
    const StoredRelation& known = row.entry;
    return known.is_live() && known.source == told.source && known.type == told.type &&
           known.kind == told.kind && known.upper != told.upper && !is_interval(known) &&
           known.valid_from != no_instant && known.valid_from >= told.valid_from;
  });
  if (is_older) {
    told.valid_from = no_instant;
  }
}

} // namespace

Result<std::vector<RelationRow>> NodeWriter::relations_of(const EntityId& id) {
  return relations_in(transaction_, id);
}

Result<std::uint64_t> NodeWriter::next_relation() {
  if (!newest_relation_) {
    store::Pinned pin;
    const auto value = transaction_.get(Family::meta, meta::node_relation_newest, pin);
    if (!value) {
      return tl::unexpected(value.error());
    }
    newest_relation_ = *value ? number_of_key(**value) : 0;
  }
  return ++*newest_relation_;
}

void NodeWriter::finish() {
  if (newest_relation_) {
    transaction_.put(Family::meta, std::string(meta::node_relation_newest),
                     key_of_number(*newest_relation_));
  }
}

Result<std::vector<RelationRow>> NodeWriter::wanted_relations(const EntityId& id,
                                                              const NodeRecord& record,
                                                              const Telling& telling) {
  std::vector<RelationRow> wanted;
  wanted.reserve(record.relations.size());
  for (const NodeRelationClaim& claim : record.relations) {
    const NodeKey key{claim.system, record.view(claim.upper), record.view(claim.assigner)};
    if (!check(key)) { // rule 7: the record keeps it; nothing hangs on it
      ++numbers_refused_;
      continue;
    }
    const auto upper = named(key);
    if (!upper) {
      return tl::unexpected(upper.error());
    }
    if (upper->node == id) {
      return fail(ErrorCode::invalid, "rule 2: somebody is said to be above itself");
    }
    if (claim.type == NodeRelation::juridisk) {
      if (upper->type == NodeType::underenhet) {
        return fail(ErrorCode::invalid, "rule 5: an underenhet is somebody's legal parent");
      }
      if (!upper->is_legal_parent) {
        if (auto noted = note_legal_parent(key, upper->node); !noted) {
          return tl::unexpected(noted.error());
        }
      }
    }
    RelationRow row;
    row.entry.upper = upper->node;
    row.entry.type = claim.type;
    row.entry.kind = claim.kind;
    row.entry.source = source_;
    row.entry.confidence = claim.confidence;
    row.entry.valid_from = stored(claim.valid_from);
    row.entry.valid_to = stored(claim.valid_to);
    row.entry.recorded_from = telling.sequence;
    row.entry.marks = static_cast<std::uint8_t>(
        (claim.says == Says::interval ? unsigned{mark::interval} : 0U) |
        (claim.observed ? unsigned{mark::from_observed} : 0U));
    row.details = record.view(claim.details);
    wanted.push_back(std::move(row));
  }
  return wanted;
}

Result<bool> NodeWriter::merge_relations(const EntityId& id, const NodeRecord& record,
                                         const Node& node, bool life_changed,
                                         const Telling& telling) {
  auto wanted = wanted_relations(id, record, telling);
  if (!wanted) {
    return tl::unexpected(wanted.error());
  }
  auto known = node.header.sequence_newest == 0 // new, or only named so far
                   ? Result<std::vector<RelationRow>>(std::vector<RelationRow>{})
                   : relations_of(id);
  if (!known) {
    return tl::unexpected(known.error());
  }
  std::vector<RelationRow> relations = std::move(*known);
  for (RelationRow& row : *wanted) {
    forget_older_begin(row, relations);
  }
  std::vector<bool> is_known(wanted->size(), false);
  std::vector<std::size_t> gone;
  for (std::size_t i = 0; i < relations.size(); ++i) {
    const StoredRelation& old = relations[i].entry;
    if (old.source != source_ || !old.is_live() ||
        (old.marks & (mark::ended | mark::by_itself)) != 0 ||
        old.type == NodeRelation::etterfolger) {
      continue;
    }
    std::size_t same = 0;
    while (same < wanted->size() &&
           (is_known[same] || !says_the_same(relations[i], (*wanted)[same]))) {
      ++same;
    }
    if (same < wanted->size()) {
      is_known[same] = true;
    } else {
      gone.push_back(i);
    }
  }
  for (const std::size_t place : gone) {
    RelationRow history = relations[place];
    relations[place].entry.recorded_to = telling.sequence;
    std::int64_t begin = no_instant;
    bool told_as_interval = false;
    for (std::size_t i = 0; i < wanted->size(); ++i) {
      const StoredRelation& other = (*wanted)[i].entry;
      if (is_known[i] || other.type != history.entry.type || other.kind != history.entry.kind) {
        continue;
      }
      told_as_interval = told_as_interval ||
                         (is_interval(other) && other.upper == history.entry.upper);
      if (!is_interval(other) && other.valid_from != no_instant &&
          (begin == no_instant || other.valid_from < begin)) {
        begin = other.valid_from;
      }
    }
    const std::int64_t end = end_of_replaced(history.entry.valid_from, begin, telling);
    if (is_interval(history.entry) || told_as_interval || end == no_instant) {
      continue;
    }
    history.entry.recorded_from = telling.sequence;
    history.entry.valid_to = end;
    history.entry.marks |= mark::ended;
    if (telling.ended == no_instant && begin == no_instant) {
      history.entry.marks |= mark::end_observed;
    }
    relations.push_back(std::move(history));
  }
  bool changed = !gone.empty();
  for (std::size_t i = 0; i < wanted->size(); ++i) {
    if (is_known[i]) {
      continue;
    }
    RelationRow& row = (*wanted)[i];
    const auto number = next_relation();
    if (!number) {
      return tl::unexpected(number.error());
    }
    row.entry.id = *number;
    if (!is_interval(row.entry) && row.entry.valid_from == no_instant && !telling.is_first) {
      row.entry.valid_from = telling.observed;
      row.entry.marks |= mark::from_observed;
    }
    relations.push_back(std::move(row));
    changed = true;
  }
  if (record.describes && record.type == NodeType::underenhet &&
      record.status == NodeStatus::aktiv &&
      std::ranges::none_of(relations, [](const RelationRow& row) {
        return row.entry.is_live() && row.entry.type == NodeRelation::juridisk &&
               row.entry.valid_to == no_instant;
      })) {
    return fail(ErrorCode::invalid, "rule 5: an underenhet in use has no legal parent");
  }
  if (changed || life_changed) {
    put_relations(id, relations, node.header);
  }
  if (changed) {
    touched_.push_back(id);
  }
  return changed;
}

void NodeWriter::put_relations(const EntityId& id, const std::vector<RelationRow>& relations,
                               const NodeHeader& header) {
  if (relations.empty()) {
    return;
  }
  for (DownValue& down : down_values(id, relations, header)) {
    transaction_.put(Family::structure, std::move(down.key), write_down(down.entries));
  }
  transaction_.put(Family::structure, up_key(id), write_relations(relations));
}

} // namespace grunndata::registry::virksomhet
