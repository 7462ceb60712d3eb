// Of NodeWriter: relations that somebody states by themselves, not in a source's record.
#include "registry/keys.h"
#include "registry/virksomhet/node_writer.h"

#include <algorithm>

namespace grunndata::registry::virksomhet {

Result<void> NodeWriter::check_stated(const EntityId& lower, const StoredRelation& relation) {
  if (!fits(relation.type, relation.kind)) {
    return fail(ErrorCode::invalid, "a relation of a type or kind that nobody states");
  }
  if (relation.valid_from != no_instant && relation.valid_to != no_instant &&
      relation.valid_to <= relation.valid_from) {
    return fail(ErrorCode::invalid, "rule 4: a relation ends before it begins");
  }
  if (relation.upper == lower) {
    return fail(ErrorCode::invalid, "rule 2: somebody is said to be above itself");
  }
  if (relation.type != NodeRelation::juridisk) {
    return {};
  }
  LoadedNode upper;
  if (auto read = load(relation.upper, upper); !read) {
    return read;
  }
  if (upper.node.header.type == NodeType::underenhet) {
    return fail(ErrorCode::invalid, "rule 5: an underenhet is somebody's legal parent");
  }
  return note_legal_parent(upper.node.numbers.front().key(), relation.upper);
}

Result<void> NodeWriter::put_stated(const EntityId& lower,
                                    const std::vector<RelationRow>& relations) {
  LoadedNode loaded;
  if (auto read = load(lower, loaded); !read) {
    return read;
  }
  if (loaded.node.header.status == NodeStatus::fjernet) {
    return fail(ErrorCode::invalid, "rule 9: the node was removed by law");
  }
  put_relations(lower, relations, loaded.node.header);
  touched_.push_back(lower);
  return tell_of_event(lower);
}

Result<std::uint64_t> NodeWriter::state_relation(const EntityId& lower, RelationRow row) {
  if (auto checked = check_stated(lower, row.entry); !checked) {
    return tl::unexpected(checked.error());
  }
  auto relations = relations_of(lower);
  const auto number = relations ? next_relation()
                                : Result<std::uint64_t>(tl::unexpected(relations.error()));
  if (!number) {
    return number;
  }
  row.entry.id = *number;
  row.entry.source = source_;
  row.entry.marks = mark::interval | mark::by_itself;
  row.entry.recorded_from = transaction_.next_sequence();
  relations->push_back(std::move(row));
  if (auto put = put_stated(lower, *relations); !put) {
    return tl::unexpected(put.error());
  }
  return number;
}

Result<void> NodeWriter::restate_relation(const EntityId& lower, std::uint64_t number,
                                          std::optional<RelationRow> row) {
  auto relations = relations_of(lower);
  if (!relations) {
    return tl::unexpected(relations.error());
  }
  const auto old = std::ranges::find_if(*relations, [&](const RelationRow& known) {
    return known.entry.id == number && known.entry.is_live() && known.entry.source == source_ &&
           (known.entry.marks & mark::by_itself) != 0;
  });
  if (old == relations->end()) {
    return fail(ErrorCode::not_found, "no such relation was stated");
  }
  const std::uint64_t sequence = transaction_.next_sequence();
  old->entry.recorded_to = sequence;
  if (row) {
    if (auto checked = check_stated(lower, row->entry); !checked) {
      return checked;
    }
    row->entry.id = number;
    row->entry.source = source_;
    row->entry.marks = mark::interval | mark::by_itself;
    row->entry.recorded_from = sequence;
    row->entry.recorded_to = still_recorded;
    relations->push_back(std::move(*row));
  }
  return put_stated(lower, *relations);
}

} // namespace grunndata::registry::virksomhet
