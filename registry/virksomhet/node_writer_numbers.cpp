// Of NodeWriter: by which numbers nodes go, and who has them.
#include "registry/keys.h"
#include "registry/virksomhet/node_writer.h"
#include "registry/virksomhet/structure_rules.h"

#include <algorithm>
#include <limits>

namespace grunndata::registry::virksomhet {

namespace {

using store::Family;

std::int64_t stored(const std::optional<Instant>& instant) noexcept {
  return instant ? instant->microseconds : no_instant;
}

} // namespace

Result<std::vector<NumberOwner>> NodeWriter::owners_of(const NodeKey& key) {
  store::Pinned pin;
  const auto value = transaction_.get(Family::node_key, key_of(key), pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  auto owners = read_owners(value->value_or(std::string_view{}));
  if (!owners) {
    return fail(ErrorCode::corrupt, "who has a number cannot be read");
  }
  return std::move(*owners);
}

Result<void> NodeWriter::look_ahead(std::span<const NodeRecord* const> records) {
  std::vector<std::string> keys;
  keys.reserve(records.size() * 2);
  for (const NodeRecord* record : records) {
    keys.push_back(key_of(record->node_key()));
    for (const NodeRelationClaim& claim : record->relations) {
      const NodeKey upper{claim.system, record->view(claim.upper), record->view(claim.assigner)};
      keys.push_back(key_of(upper));
    }
  }
  const std::vector<std::string_view> views(keys.begin(), keys.end());
  return transaction_.read_ahead(Family::node_key, views);
}

Result<std::optional<NumberOwner>> NodeWriter::key_owner(const NodeKey& key) {
  const auto owners = owners_of(key);
  if (!owners) {
    return tl::unexpected(owners.error());
  }
  const auto owner = std::ranges::find(*owners, 1, &NumberOwner::is_key);
  if (owner == owners->end()) {
    return owners->empty() ? Result<std::optional<NumberOwner>>(std::nullopt)
                           : fail(ErrorCode::invalid,
                                  "rule 6: the record's number belongs to another node");
  }
  return std::optional(*owner);
}

Result<std::optional<EntityId>> NodeWriter::node_of(const NodeKey& key) {
  const auto owner = key_owner(key);
  if (!owner) {
    return tl::unexpected(owner.error());
  }
  return *owner ? std::optional((*owner)->node) : std::nullopt;
}

/// Of a number that nobody has.
void NodeWriter::put_key(const NodeKey& key, const EntityId& node, NodeType type) {
  NumberOwner first;
  first.node = node;
  first.recorded_from = transaction_.next_sequence();
  first.type = type;
  first.is_key = 1;
  transaction_.put(Family::node_key, key_of(key), write_owners({first}));
}

/// Of the node's own number, by which it was found.
Result<void> NodeWriter::note_type(const NodeKey& key, NodeType type) {
  auto owners = owners_of(key);
  if (!owners) {
    return tl::unexpected(owners.error());
  }
  const auto owner = std::ranges::find(*owners, 1, &NumberOwner::is_key);
  if (owner == owners->end()) {
    return fail(ErrorCode::corrupt, "a number leads to nobody any more");
  }
  if (owner->type == type) {
    return {};
  } else if (type == NodeType::underenhet && owner->is_legal_parent != 0) {
    return fail(ErrorCode::invalid, "rule 5: an underenhet is somebody's legal parent");
  } else {
    owner->type = type;
  }
  transaction_.put(Family::node_key, key_of(key), write_owners(*owners));
  return {};
}

Result<void> NodeWriter::note_legal_parent(const NodeKey& key, const EntityId& node) {
  auto owners = owners_of(key);
  if (!owners) {
    return tl::unexpected(owners.error());
  }
  for (NumberOwner& owner : *owners) {
    if (owner.node == node && owner.is_key != 0) {
      owner.is_legal_parent = 1;
      transaction_.put(Family::node_key, key_of(key), write_owners(*owners));
    }
  }
  return {};
}

/// A node of which only the number is known.
void NodeWriter::put_named(const EntityId& node, const NodeKey& key) {
  LoadedNode made;
  made.node.header.external_id = ids_.seal(node);
  HeldNumber number;
  number.entry.system = key.system;
  number.entry.source = source_;
  number.entry.marks = mark::key;
  number.entry.recorded_from = transaction_.next_sequence();
  number.text = key.text;
  number.assigner = key.assigner;
  made.node.numbers.push_back(number);
  put(node, made);
}

Result<NodeWriter::Owned> NodeWriter::named(const NodeKey& key) {
  const auto owners = owners_of(key);
  if (!owners) {
    return tl::unexpected(owners.error());
  }
  if (!owners->empty()) {
    const auto by_key = std::ranges::find(*owners, 1, &NumberOwner::is_key);
    const NumberOwner& owner = by_key == owners->end() ? owners->front() : *by_key;
    return Owned{owner.node, owner.type, false, owner.is_legal_parent != 0};
  }
  const EntityId node = transaction_.new_entity();
  put_named(node, key);
  put_key(key, node, NodeType::unknown);
  return Owned{node, NodeType::unknown, true, false};
}

Result<void> NodeWriter::claim_number(const NodeKey& key, const EntityId& id,
                                      std::uint64_t sequence) {
  auto owners = owners_of(key);
  if (!owners) {
    return tl::unexpected(owners.error());
  }
  for (const NumberOwner& owner : *owners) {
    if (owner.node == id) {
      return {};
    }
    if (key.system == IdentifierSystem::invalid) {
      continue;
    }
    const auto own_root = legal_root_in(transaction_, id);
    const auto other_root = own_root ? legal_root_in(transaction_, owner.node) : own_root;
    if (!other_root) {
      return tl::unexpected(other_root.error());
    }
    if (key.system != IdentifierSystem::gln || *own_root != *other_root) {
      return fail(ErrorCode::invalid, "rule 6: a number belongs, or belonged, to another node");
    }
  }
  NumberOwner owner;
  owner.node = id;
  owner.recorded_from = sequence;
  owners->push_back(owner);
  transaction_.put(Family::node_key, key_of(key), write_owners(*owners));
  return {};
}

Result<bool> NodeWriter::merge_numbers(Node& node, const EntityId& id, const NodeRecord& record,
                                       const Telling& telling) {
  bool changed = false;
  if (node.numbers.empty()) {
    HeldNumber own;
    own.entry.system = record.key_system;
    own.entry.source = source_;
    own.entry.marks = mark::key;
    own.entry.recorded_from = telling.sequence;
    own.text = record.view(record.key);
    own.assigner = record.view(record.key_assigner);
    node.numbers.push_back(own);
    changed = true;
  }
  std::vector<bool> still(node.numbers.size(), false);
  std::vector<HeldNumber> added;
  for (const NodeIdentifierClaim& claim : record.identifiers) {
    HeldNumber number;
    number.entry.system = claim.system;
    number.entry.use = claim.use;
    number.entry.gln_roles = claim.gln_roles;
    number.entry.source = source_;
    number.entry.valid_from = stored(claim.valid_from);
    number.entry.valid_to = stored(claim.valid_to);
    number.entry.recorded_from = telling.sequence;
    number.text = record.view(claim.text);
    number.assigner = record.view(claim.assigner);
    if (number.key() == record.node_key()) {
      continue;
    }
    if (!check(number.key())) {
      number.assigner = code_of(claim.system);
      number.entry.system = IdentifierSystem::invalid;
      ++numbers_refused_;
      if (!check(number.key())) { // empty, too long, or of no system we know: the record keeps it
        continue;
      }
    }
    bool is_known = false;
    for (std::size_t i = 0; i < still.size() && !is_known; ++i) {
      const HeldNumber& old = node.numbers[i];
      is_known = !still[i] && !old.is_key() && old.entry.source == source_ &&
                 old.entry.recorded_to == still_recorded && old.key() == number.key() &&
                 old.entry.use == number.entry.use &&
                 old.entry.gln_roles == number.entry.gln_roles &&
                 old.entry.valid_from == number.entry.valid_from &&
                 old.entry.valid_to == number.entry.valid_to;
      still[i] = still[i] || is_known;
    }
    if (is_known) {
      continue;
    }
    if (auto claimed = claim_number(number.key(), id, telling.sequence); !claimed) {
      return tl::unexpected(claimed.error());
    }
    added.push_back(number);
  }
  for (std::size_t i = 0; i < still.size(); ++i) {
    NumberEntry& entry = node.numbers[i].entry;
    if (!still[i] && !node.numbers[i].is_key() && entry.source == source_ &&
        entry.recorded_to == still_recorded) {
      entry.recorded_to = telling.sequence;
      changed = true;
    }
  }
  changed = changed || !added.empty();
  node.numbers.insert(node.numbers.end(), added.begin(), added.end());
  if (node.numbers.size() > std::numeric_limits<std::uint16_t>::max()) {
    return fail(ErrorCode::invalid, "the node would have more numbers than can be kept");
  }
  return changed;
}

} // namespace grunndata::registry::virksomhet
