#include "registry/virksomhet/check_nodes.h"

#include "registry/registry_impl.h"
#include "registry/virksomhet/conflicts.h"
#include "registry/virksomhet/down_values.h"
#include "registry/virksomhet/node_document.h"
#include "registry/virksomhet/stored.h"
#include "registry/virksomhet/suggestions.h"

#include <algorithm>
#include <cstring>

namespace grunndata::registry::virksomhet {

namespace {

using store::Family;

EntityId entity_of(std::string_view key) noexcept {
  EntityId id;
  std::memcpy(id.bytes.data(), key.data(), std::min(key.size(), id.bytes.size()));
  return id;
}

bool is_possible(std::uint64_t from, std::uint64_t to, std::uint64_t newest) noexcept {
  return from != 0 && from <= to && from <= newest && (to == still_recorded || to <= newest);
}

} // namespace

Result<bool> NodeChecker::get(Family family, std::string_view key, store::Pinned& pin) const {
  return registry_.impl().store->get(family, key, pin, &snapshot_);
}

Result<bool> NodeChecker::is_there(const EntityId& node) const {
  store::Pinned pin;
  return get(Family::node, node.view(), pin);
}

Result<void> NodeChecker::check_node(std::string_view key, std::string_view value) {
  const EntityId id = entity_of(key);
  store::Pinned past;
  const auto found = get(Family::node_past, key, past);
  if (!found) {
    return tl::unexpected(found.error());
  }
  const auto node = Node::decode(value, *found ? past.view() : std::string_view{});
  if (!node || node->numbers.empty()) {
    fault_(id, "the value cannot be read", Remedy::restore);
    return {};
  }
  const NodeHeader& header = node->header;
  const std::uint64_t newest = registry_.newest_sequence();
  if (header.external_id != registry_.ids().seal(id)) {
    fault_(id, "the outside id is another one", Remedy::restore);
  }
  if (header.sequence_first > header.sequence_newest || header.sequence_newest > newest) {
    fault_(id, "the sequence numbers are impossible", Remedy::restore);
  }
  for (const NodeRow& row : node->rows) {
    const bool framed = row.text.size() >= 2 && row.text.front() == '{' && row.text.back() == '}';
    if (!framed || !is_possible(row.entry.recorded_from, row.entry.recorded_to, newest)) {
      fault_(id, "a row is no object, or its recorded interval is impossible", Remedy::restore);
    }
  }
  for (const HeldNumber& number : node->numbers) {
    store::Pinned pin;
    const auto listed = get(Family::node_key, virksomhet::key_of(number.key()), pin);
    if (!listed) {
      return tl::unexpected(listed.error());
    }
    const auto owners = read_owners(*listed ? pin.view() : std::string_view{});
    if (!owners || std::ranges::find(*owners, id, &NumberOwner::node) == owners->end()) {
      fault_(id, "a number of the node does not lead to it", Remedy::rebuild);
    }
  }
  return {};
}

Result<void> NodeChecker::check_beside(std::string_view key) {
  const EntityId id = entity_of(key);
  const auto there = is_there(id);
  if (!there) {
    return tl::unexpected(there.error());
  }
  if (!*there) {
    fault_(id, "something is kept of a node that is not there", Remedy::restore);
  }
  return {};
}

Result<void> NodeChecker::check_number(std::string_view key, std::string_view value) {
  const auto owners = read_owners(value);
  const std::size_t assigner = key.size() < 2 ? 0 : static_cast<std::uint8_t>(key[1]);
  if (!owners || owners->empty() || key.size() < 2 + assigner) {
    fault_({}, "who has a number cannot be read", Remedy::restore);
    return {};
  }
  const NodeKey number{static_cast<IdentifierSystem>(key[0]), key.substr(2 + assigner),
                       key.substr(2, assigner)};
  for (const NumberOwner& owner : *owners) {
    store::Pinned pin;
    const auto found = get(Family::node, owner.node.view(), pin);
    if (!found) {
      return tl::unexpected(found.error());
    }
    const auto node = *found ? Node::decode(pin.view(), {}) : Node::decode({}, {});
    if (!node) {
      fault_(owner.node, "a number leads to a node that is not there", Remedy::rebuild);
      continue;
    }
    const bool lists = std::ranges::any_of(
        node->numbers, [&number](const HeldNumber& held) { return held.key() == number; });
    if (!lists && node->header.status != NodeStatus::fjernet) {
      fault_(owner.node, "a number leads to a node that does not list it", Remedy::restore);
    }
  }
  return {};
}

Result<void> NodeChecker::check_up(const EntityId& lower, std::string_view value) {
  const auto relations = read_relations(value);
  if (!relations) {
    fault_(lower, "relations cannot be read", Remedy::restore);
    return {};
  }
  store::Pinned node;
  const auto found = get(Family::node, lower.view(), node);
  if (!found) {
    return tl::unexpected(found.error());
  }
  const auto header = node_header(*found ? node.view() : std::string_view{});
  if (!header) {
    fault_(lower, "relations of a node that is not there", Remedy::restore);
    return {};
  }
  for (const DownValue& wanted : down_values(lower, *relations, *header)) {
    store::Pinned pin;
    const auto listed = get(Family::structure, wanted.key, pin);
    if (!listed) {
      return tl::unexpected(listed.error());
    }
    if (!*listed || pin.view() != write_down(wanted.entries)) {
      fault_(lower, "a relation is missing under its upper end, or stands there otherwise",
             Remedy::rebuild);
    }
  }
  for (const RelationRow& row : *relations) {
    const auto there = is_there(row.entry.upper);
    if (!there) {
      return tl::unexpected(there.error());
    }
    if (!*there) {
      fault_(lower, "a relation to a node that is not there", Remedy::restore);
    }
  }
  return {};
}

Result<void> NodeChecker::check_down(std::string_view key, std::string_view value) {
  if (key.size() != down_key_bytes) {
    fault_({}, "a key of a relation has a wrong size", Remedy::restore);
    return {};
  }
  const EntityId upper = entity_of(key.substr(1));
  const EntityId lower = entity_of(key.substr(18));
  const auto type = static_cast<NodeRelation>(key[17]);
  const auto down = read_down(value);
  store::Pinned pin;
  const auto found = get(Family::structure, up_key(lower), pin);
  if (!found) {
    return tl::unexpected(found.error());
  }
  const auto relations = read_relations(*found ? pin.view() : std::string_view{});
  if (!down || !relations) {
    fault_(lower, "relations cannot be read", Remedy::restore);
    return {};
  }
  const auto count = std::ranges::count_if(*relations, [&](const RelationRow& row) {
    return row.entry.upper == upper && row.entry.type == type;
  });
  if (static_cast<std::size_t>(count) != down->size()) {
    fault_(lower, "a relation stands only under its upper end", Remedy::rebuild);
  }
  return {};
}

/// Not kept of Enhetsregisteret, which describes nearly all.
Result<void> NodeChecker::check_source(std::string_view key) {
  const EntityId id = entity_of(key);
  const auto source = static_cast<NodeSource>(key.size() <= id.bytes.size() ? 0 : key.back());
  if (source != NodeSource::enhetsregisteret) {
    store::Pinned pin;
    const auto said = get(Family::structure, said_by_key(source, id), pin);
    if (!said) {
      return tl::unexpected(said.error());
    }
    if (!*said) {
      fault_(id, "what a source says of the node is not listed", Remedy::rebuild);
    }
  }
  return check_beside(key);
}

Result<void> NodeChecker::check_said(std::string_view key) {
  const EntityId id = entity_of(key.substr(std::min<std::size_t>(2, key.size())));
  const auto source = static_cast<NodeSource>(key.size() < 2 ? 0 : key[1]);
  store::Pinned pin;
  const auto kept = get(Family::node_source, source_key(id, source), pin);
  if (!kept) {
    return tl::unexpected(kept.error());
  }
  if (!*kept) {
    fault_(id, "a source is listed that says nothing of the node", Remedy::rebuild);
  }
  return {};
}

Result<void> NodeChecker::check_happened(std::string_view key, std::string_view value) {
  const auto events = read_node_events(value);
  if (!events) {
    fault_({}, "what happened to a node cannot be read", Remedy::restore);
    return {};
  }
  const EntityId event = entity_of(key.substr(1));
  for (const StoredNodeEvent& told : *events) {
    for (const auto* side : {&told.from, &told.to}) {
      for (const EntityId& node : *side) {
        store::Pinned pin;
        const auto listed = get(Family::structure, event_of_key(node, event), pin);
        if (!listed) {
          return tl::unexpected(listed.error());
        }
        if (!*listed) {
          fault_(node, "what happened to the node is not listed", Remedy::rebuild);
        }
      }
    }
  }
  return {};
}

Result<void> NodeChecker::check_happened_to(std::string_view key) {
  const EntityId node = entity_of(key.substr(1));
  store::Pinned pin;
  const auto found = key.size() < 17
                         ? Result<bool>(false)
                         : get(Family::structure, event_key(entity_of(key.substr(17))), pin);
  if (!found) {
    return tl::unexpected(found.error());
  }
  const auto events = read_node_events(*found ? pin.view() : std::string_view{});
  const bool is_told = *found && events &&
                       std::ranges::any_of(*events, [&node](const StoredNodeEvent& event) {
                         return std::ranges::count(event.from, node) != 0 ||
                                std::ranges::count(event.to, node) != 0;
                       });
  if (!is_told) {
    fault_(node, "an event is listed that tells nothing of the node", Remedy::rebuild);
  }
  return check_beside(key.substr(1));
}

Result<void> NodeChecker::check_ends(const EntityId& lower, const EntityId& upper) {
  for (const EntityId* end : {&lower, &upper}) {
    const auto there = is_there(*end);
    if (!there) {
      return tl::unexpected(there.error());
    }
    if (!*there) {
      fault_(*end, "something is said of a node that is not there", Remedy::restore);
    }
  }
  return {};
}

Result<void> NodeChecker::check_conflict(std::string_view key, std::string_view value) {
  const auto conflict = read_conflict(key, value);
  if (!conflict ||
      conflict->id != conflict_id(conflict->lower, conflict->upper, conflict->field)) {
    fault_({}, "a conflict cannot be read, or stands where another belongs", Remedy::restore);
    return {};
  }
  return check_ends(conflict->lower, conflict->upper);
}

Result<void> NodeChecker::check_suggestion(std::string_view key, std::string_view value) {
  const auto suggestion = read_suggestion(key, value);
  if (!suggestion || suggestion->id != suggestion_id(suggestion->lower, suggestion->upper)) {
    fault_({}, "a suggestion cannot be read, or stands where another belongs", Remedy::restore);
    return {};
  }
  return check_ends(suggestion->lower, suggestion->upper);
}

Result<void> NodeChecker::check_structure(std::string_view key, std::string_view value) {
  switch (key.empty() ? '\0' : key.front()) {
  case 'u': return check_up(entity_of(key.substr(1)), value);
  case 'd': return check_down(key, value);
  case 's': return check_said(key);
  case 'h': return check_happened_to(key);
  case 'e': return check_happened(key, value);
  case 'k': return check_conflict(key, value);
  case 'm': return check_suggestion(key, value);
  default: fault_({}, "a key of the structure is of no known kind", Remedy::restore); return {};
  }
}

Result<void> NodeChecker::check_event(std::uint64_t sequence, const LogEntry& entry) {
  store::Pinned pin;
  const auto found = get(Family::node, entry.entity.view(), pin);
  if (!found) {
    return tl::unexpected(found.error());
  }
  const auto header = node_header(*found ? pin.view() : std::string_view{});
  if (!header) {
    fault_(entry.entity, "an event of a node that is not there", Remedy::restore);
  } else if (header->sequence_newest < sequence) {
    fault_(entry.entity, "an event newer than its node", Remedy::restore);
  }
  return {};
}

} // namespace grunndata::registry::virksomhet
