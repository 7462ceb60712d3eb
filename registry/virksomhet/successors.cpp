#include "registry/virksomhet/successors.h"

#include <algorithm>
#include <set>

namespace grunndata::registry::virksomhet {

namespace {

using store::Family;

tl::unexpected<Error> corrupt() {
  return fail(ErrorCode::corrupt, "what happened to a node cannot be read");
}

NodeEvent shown(const StoredNodeEvent& stored) {
  NodeEvent event;
  event.type = stored.type;
  event.source = stored.source;
  event.effective = Instant{stored.effective};
  if (stored.operational != no_instant) {
    event.operational = Instant{stored.operational};
  }
  event.from = stored.from;
  event.to = stored.to;
  event.details = stored.details;
  return event;
}

/// As it was known then; nothing when it was not.
Result<std::optional<NodeEvent>> event_of(const Structure& structure, const EntityId& id) {
  store::Pinned pin;
  const auto value = structure.read(Family::structure, event_key(id), pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  const auto versions = *value ? read_node_events(**value) : std::nullopt;
  if (!versions) {
    return corrupt();
  }
  for (const StoredNodeEvent& version : *versions) {
    if (is_recorded_at(version.recorded_from, version.recorded_to, structure.recorded())) {
      return shown(version);
    }
  }
  return std::nullopt;
}

} // namespace

Result<Successors> successors(const Structure& structure, const EntityId& node, bool transitive) {
  Successors answer;
  std::set<EntityId> seen{node};
  std::set<EntityId> leaves;
  std::vector<EntityId> waiting{node};
  answer.complete = true;
  while (!waiting.empty()) {
    const EntityId at = waiting.back();
    waiting.pop_back();
    const auto uppers = structure.uppers(at);
    if (!uppers) {
      return tl::unexpected(uppers.error());
    }
    bool is_followed = false;
    for (const NodeUpper& upper : *uppers) {
      if (upper.type != NodeRelation::etterfolger) {
        continue;
      }
      const auto event = event_of(structure, upper.event);
      if (!event) {
        return tl::unexpected(event.error());
      }
      is_followed = true;
      answer.steps.push_back({at, upper.upper, event->value_or(NodeEvent{})});
      if (!seen.insert(upper.upper).second) {
        continue;
      }
      if (transitive) {
        waiting.push_back(upper.upper);
      } else {
        leaves.insert(upper.upper);
      }
    }
    if (!is_followed && at != node) {
      leaves.insert(at);
    }
  }
  for (const EntityId& leaf : leaves) {
    const auto summary = structure.summary(leaf);
    if (!summary && summary.error().code != ErrorCode::not_known_then) {
      return tl::unexpected(summary.error());
    }
    answer.complete = answer.complete && summary && summary->status == NodeStatus::aktiv;
    answer.leaves.push_back(leaf);
  }
  answer.complete = answer.complete && !answer.leaves.empty();
  return answer;
}

Result<std::vector<NodeEvent>> events_of(const Structure& structure, const EntityId& node) {
  std::vector<NodeEvent> events;
  const std::string prefix = event_of_key(node, EntityId{}).substr(0, 1 + node.bytes.size());
  const auto cursor = structure.scan(Family::structure);
  for (cursor->seek(prefix); cursor->valid() && cursor->key().starts_with(prefix);
       cursor->next()) {
    EntityId id;
    if (cursor->key().size() != prefix.size() + id.bytes.size()) {
      return corrupt();
    }
    cursor->key().copy(reinterpret_cast<char*>(id.bytes.data()), id.bytes.size(), prefix.size());
    auto event = event_of(structure, id);
    if (!event) {
      return tl::unexpected(event.error());
    }
    const bool has_happened = *event && (*event)->effective.microseconds <= structure.valid();
    const bool is_in_it = has_happened && (std::ranges::count((*event)->from, node) != 0 ||
                                           std::ranges::count((*event)->to, node) != 0);
    if (is_in_it) {
      events.push_back(std::move(**event));
    }
  }
  if (auto status = cursor->status(); !status) {
    return tl::unexpected(status.error());
  }
  std::ranges::stable_sort(events, {}, &NodeEvent::effective);
  return events;
}

} // namespace grunndata::registry::virksomhet
