// Of NodeWriter: what happened to nodes, and who follows whom.
#include "registry/keys.h"
#include "registry/virksomhet/node_writer.h"
#include "registry/virksomhet/structure_rules.h"

#include <algorithm>

namespace grunndata::registry::virksomhet {

namespace {

using store::Family;

std::int64_t stored(const std::optional<Instant>& instant) noexcept {
  return instant ? instant->microseconds : no_instant;
}

bool makes_followers(NodeEventType type) noexcept {
  using enum NodeEventType;
  return type == fusjon || type == fisjon || type == deling || type == omdanning ||
         type == dublett;
}

bool says_the_same(const StoredNodeEvent& a, const StoredNodeEvent& b) {
  return a.type == b.type && a.effective == b.effective && a.operational == b.operational &&
         a.details == b.details && a.from == b.from && a.to == b.to;
}

std::vector<EntityId> everybody_in(const StoredNodeEvent& event) {
  std::vector<EntityId> nodes = event.from;
  nodes.insert(nodes.end(), event.to.begin(), event.to.end());
  std::ranges::sort(nodes);
  nodes.erase(std::ranges::unique(nodes).begin(), nodes.end());
  return nodes;
}

Result<std::vector<StoredNodeEvent>> events_in(const Transaction& transaction,
                                               const EntityId& event) {
  store::Pinned pin;
  const auto value = transaction.get(Family::structure, event_key(event), pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  if (!*value) {
    return std::vector<StoredNodeEvent>{};
  }
  auto events = read_node_events(**value);
  if (!events) {
    return fail(ErrorCode::corrupt, "what happened to a node cannot be read");
  }
  return std::move(*events);
}

} // namespace

/// The node changes by what happened.
Result<void> NodeWriter::tell_of_event(const EntityId& id) {
  LoadedNode loaded;
  if (auto read = load(id, loaded); !read) {
    return tl::unexpected(read.error());
  }
  tell(id,
       loaded.node.header.sequence_first == 0 ? EventType::virksomhet_is_created
                                              : EventType::virksomhet_is_changed,
       loaded.node.header);
  put(id, loaded);
  return {};
}

Result<void> NodeWriter::end_followers(const StoredNodeEvent& event, const EntityId& event_id) {
  const std::uint64_t sequence = transaction_.next_sequence();
  for (const EntityId& from : event.from) {
    auto relations = relations_of(from);
    if (!relations) {
      return tl::unexpected(relations.error());
    }
    for (RelationRow& row : *relations) {
      if (row.entry.event == event_id && row.entry.is_live()) {
        row.entry.recorded_to = sequence;
      }
    }
    LoadedNode loaded;
    if (auto read = load(from, loaded); !read) {
      return read;
    }
    put_relations(from, *relations, loaded.node.header);
  }
  return {};
}

Result<void> NodeWriter::put_followers(const StoredNodeEvent& event, const EntityId& event_id) {
  for (const EntityId& from : event.from) {
    LoadedNode loaded;
    if (auto read = load(from, loaded); !read) {
      return read;
    }
    if (loaded.node.header.opened != no_instant && event.effective < loaded.node.header.opened) {
      return fail(ErrorCode::invalid, "rule 8: somebody is followed before it began");
    }
    auto relations = relations_of(from);
    if (!relations) {
      return tl::unexpected(relations.error());
    }
    for (const EntityId& to : event.to) {
      if (to == from) {
        return fail(ErrorCode::invalid, "rule 8: somebody is said to follow itself");
      }
      RelationRow row;
      const auto number = next_relation();
      if (!number) {
        return tl::unexpected(number.error());
      }
      row.entry.id = *number;
      row.entry.upper = to;
      row.entry.type = NodeRelation::etterfolger;
      row.entry.source = source_;
      row.entry.marks = mark::interval;
      row.entry.confidence = 1000;
      row.entry.valid_from = event.effective;
      row.entry.recorded_from = event.recorded_from;
      row.entry.event = event_id;
      relations->push_back(std::move(row));
    }
    put_relations(from, *relations, loaded.node.header);
    touched_.push_back(from);
  }
  return {};
}

Result<bool> NodeWriter::write_event(const NodeEventClaim& claim) {
  if (claim.source_key.empty() || name_of(claim.type).empty() ||
      claim.from.size() + claim.to.size() == 0) {
    return fail(ErrorCode::invalid, "an event without a key, a type or anybody in it");
  }
  StoredNodeEvent event;
  event.type = claim.type;
  event.source = source_;
  event.effective = claim.effective.microseconds;
  event.operational = stored(claim.operational);
  event.source_key = claim.source_key;
  event.details = claim.details;
  for (const auto& [keys, nodes] : {std::pair{&claim.from, &event.from},
                                    std::pair{&claim.to, &event.to}}) {
    for (const OwnedNodeKey& key : *keys) {
      if (auto checked = check(key.view()); !checked) {
        return fail(ErrorCode::invalid, "rule 7: an event names " + checked.error().message);
      }
      const auto node = named(key.view());
      if (!node) {
        return tl::unexpected(node.error());
      }
      nodes->push_back(node->node);
    }
  }
  const EntityId id = event_id(source_, claim.source_key);
  auto events = events_in(transaction_, id);
  if (!events) {
    return tl::unexpected(events.error());
  }
  const std::uint64_t sequence = transaction_.next_sequence();
  const auto old = std::ranges::find_if(*events, &StoredNodeEvent::is_live);
  if (old != events->end()) {
    if (says_the_same(*old, event)) {
      return false;
    }
    if (auto ended = end_followers(*old, id); !ended) {
      return tl::unexpected(ended.error());
    }
    old->recorded_to = sequence;
  }
  event.recorded_from = sequence;
  if (makes_followers(event.type)) {
    if (auto put = put_followers(event, id); !put) {
      return tl::unexpected(put.error());
    }
  }
  for (const EntityId& node : everybody_in(event)) {
    transaction_.put(Family::structure, event_of_key(node, id), {});
    if (auto told = tell_of_event(node); !told) {
      return tl::unexpected(told.error());
    }
  }
  events->push_back(std::move(event));
  transaction_.put(Family::structure, event_key(id), write_node_events(*events));
  return true;
}

Result<void> NodeWriter::withdraw_event(const EntityId& id) {
  auto events = events_in(transaction_, id);
  if (!events) {
    return tl::unexpected(events.error());
  }
  const auto old = std::ranges::find_if(*events, &StoredNodeEvent::is_live);
  if (old == events->end()) {
    return {};
  }
  if (auto ended = end_followers(*old, id); !ended) {
    return ended;
  }
  old->recorded_to = transaction_.next_sequence();
  for (const EntityId& node : everybody_in(*old)) {
    if (auto told = tell_of_event(node); !told) {
      return told;
    }
  }
  transaction_.put(Family::structure, event_key(id), write_node_events(*events));
  return {};
}

} // namespace grunndata::registry::virksomhet
