#include "registry/virksomhet/down_values.h"

#include <algorithm>

namespace grunndata::registry::virksomhet {

namespace {

DownEntry entry_of(const StoredRelation& relation, const NodeHeader& header, bool rivals) noexcept {
  DownEntry entry;
  entry.id = relation.id;
  entry.valid_from = relation.valid_from;
  entry.valid_to = relation.valid_to;
  entry.recorded_from = relation.recorded_from;
  entry.recorded_to = relation.recorded_to;
  entry.opened = header.opened;
  entry.closed = header.closed;
  entry.kind = relation.kind;
  entry.source = relation.source;
  entry.lower_type = header.type;
  entry.marks = relation.marks;
  entry.rivals = rivals ? 1 : 0;
  return entry;
}

} // namespace

std::vector<DownValue> down_values(const EntityId& lower,
                                   const std::vector<RelationRow>& relations,
                                   const NodeHeader& header) {
  std::vector<DownValue> values;
  for (std::size_t i = 0; i < relations.size(); ++i) {
    const StoredRelation& first = relations[i].entry;
    const auto same_end = [&first](const RelationRow& other) {
      return other.entry.upper == first.upper && other.entry.type == first.type;
    };
    const auto end = relations.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find_if(relations.begin(), end, same_end) != end) {
      continue; // made with the first of them
    }
    const bool rivals = facts_of(first.type).single_upper &&
                        std::ranges::any_of(relations, [&](const RelationRow& other) {
                          return other.entry.type == first.type && !same_end(other);
                        });
    DownValue& value = values.emplace_back();
    value.key = down_key(first.upper, first.type, lower);
    for (const RelationRow& row : relations) {
      if (same_end(row)) {
        value.entries.push_back(entry_of(row.entry, header, rivals));
      }
    }
  }
  return values;
}

} // namespace grunndata::registry::virksomhet
