// Of NodeWriter: nodes that their source takes away for legal reasons.
#include "registry/keys.h"
#include "registry/virksomhet/node_writer.h"
#include "registry/virksomhet/removed_nodes.h"

#include <algorithm>

namespace grunndata::registry::virksomhet {

using store::Family;

Result<NodeWriter::Removed> NodeWriter::remove(const NodeRecord& record, const EntityId& id,
                                               LoadedNode& loaded) {
  Node& node = loaded.node;
  Telling telling;
  telling.source = source_;
  telling.sequence = transaction_.next_sequence();
  telling.observed = record.observed_at.value_or(extracted_at_).microseconds;
  telling.is_first = false;
  node.rows.clear();
  std::erase_if(node.numbers, [](const HeldNumber& number) { return !number.is_key(); });
  NodeRecord tombstone;
  tombstone.type = node.header.type;
  tombstone.status = NodeStatus::fjernet;
  tombstone.closed = record.closed ? record.closed : Instant{telling.observed};
  static_cast<void>(merge_life(node, tombstone, true, telling, loaded.texts));
  node.header.flags = 0;
  node.header.opened = no_instant;
  node.header.closed = tombstone.closed->microseconds;
  auto relations = relations_of(id);
  if (!relations) {
    return tl::unexpected(relations.error());
  }
  for (const RelationRow& row : *relations) {
    transaction_.erase(Family::structure, down_key(row.entry.upper, row.entry.type, id));
  }
  transaction_.erase(Family::structure, up_key(id));
  for (unsigned number = static_cast<unsigned>(NodeSource::enhetsregisteret);
       !name_of(static_cast<NodeSource>(number)).empty(); ++number) {
    const auto source = static_cast<NodeSource>(number);
    transaction_.erase(Family::node_source, source_key(id, source));
    transaction_.erase(Family::structure, said_by_key(source, id));
  }
  tell(id, EventType::virksomhet_is_removed, node.header);
  put(id, loaded);
  SourceHead head;
  head.describes = 1;
  head.extracted_at = extracted_at_.microseconds;
  std::string bytes(reinterpret_cast<const char*>(&head), sizeof head); // the hash of no record
  bytes += write_source(SourceValue{});
  transaction_.put(Family::node_source, source_key(id, source_), std::move(bytes));
  return note_of(record, id);
}

NodeWriter::Removed NodeWriter::note_of(const NodeRecord& record, const EntityId& id) const {
  Removed removed;
  removed.note.entity = id;
  removed.note.reason = purge::Reason::removed_by_law;
  removed.note.extracted_at = extracted_at_;
  removed.note.identifier_keys = {purge_key_of(record.node_key())};
  removed.number = record.view(record.key);
  return removed;
}

Result<NodeWriter::Removed> NodeWriter::remove_again(const EntityId& id) {
  LoadedNode loaded;
  if (auto read = load(id, loaded); !read) {
    return tl::unexpected(read.error());
  }
  const auto key = std::ranges::find_if(loaded.node.numbers, &HeldNumber::is_key);
  if (key == loaded.node.numbers.end()) {
    return fail(ErrorCode::corrupt, "a node without a number");
  }
  NodeRecord record;
  record.key_system = key->entry.system;
  record.key = record.add(key->text);
  record.key_assigner = record.add(key->assigner);
  record.removed_by_law = true;
  return remove(record, id, loaded);
}

/// The register tells of a removal that this directory, a restored copy, does not have: the node
/// came later than the copy.
bool NodeWriter::is_void(const NodeKey& key) const {
  if (purges_ == nullptr || !purges_->watches()) {
    return false;
  }
  const auto until = purges_->void_until({purge_key_of(key)});
  return until && extracted_at_ < *until;
}

} // namespace grunndata::registry::virksomhet
