#include "registry/virksomhet/node_writer.h"

#include "registry/keys.h"
#include "registry/virksomhet/structure_rules.h"

#include <algorithm>
#include <cstring>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace grunndata::registry::virksomhet {

namespace {

using store::Family;

tl::unexpected<Error> corrupt(const char* what) { return fail(ErrorCode::corrupt, what); }

template <typename T>
void append_as(std::string& out, const T& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

void append_times(std::string& out, const std::optional<Instant>& from,
                  const std::optional<Instant>& to) {
  append_as(out, from ? from->microseconds : no_instant);
  append_as(out, to ? to->microseconds : no_instant);
}

/// Of all that the importer handed in, so that a better mapping of the same bytes is seen.
std::array<std::uint8_t, 16> hash_of(const NodeRecord& record, std::string& room) {
  room.clear();
  append_as(room, record.type);
  append_as(room, record.status);
  append_as(room, static_cast<std::uint8_t>(
                      (record.describes ? 1U : 0U) | (record.administrative ? 2U : 0U) |
                      (record.name_is_withheld ? 4U : 0U) | (record.is_remainder ? 8U : 0U) |
                      (record.removed_by_law ? 16U : 0U)));
  append_times(room, record.opened, record.closed);
  for (const NodeItem& item : record.items) {
    append_as(room, item.part);
    append_as(room, item.says);
    append_as(room, item.sensitivity);
    append_as(room, item.body);
    append_times(room, item.valid_from, item.valid_to);
  }
  for (const NodeIdentifierClaim& claim : record.identifiers) {
    append_as(room, claim.system);
    append_as(room, claim.use);
    append_as(room, claim.gln_roles);
    append_as(room, claim.text);
    append_times(room, claim.valid_from, claim.valid_to);
  }
  for (const NodeRelationClaim& claim : record.relations) {
    append_as(room, claim.type);
    append_as(room, claim.kind);
    append_as(room, claim.says);
    append_as(room, claim.confidence);
    append_as(room, claim.system);
    append_as(room, claim.upper);
    append_as(room, claim.details);
    append_times(room, claim.valid_from, claim.valid_to);
  }
  XXH3_state_t state;
  XXH3_128bits_reset(&state);
  for (const std::string_view piece : {std::string_view(record.raw), std::string_view(record.text),
                                       std::string_view(room)}) {
    XXH3_128bits_update(&state, piece.data(), piece.size());
  }
  const XXH128_hash_t hash = XXH3_128bits_digest(&state);
  std::array<std::uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), &hash.low64, 8);
  std::memcpy(bytes.data() + 8, &hash.high64, 8);
  return bytes;
}

std::string instant_bytes(std::int64_t microseconds) {
  return {reinterpret_cast<const char*>(&microseconds), sizeof microseconds};
}

void set_flag(std::uint8_t& flags, std::uint8_t flag, bool on) noexcept {
  flags = static_cast<std::uint8_t>(on ? flags | flag : flags & ~unsigned{flag});
}

/// What the record says of how the node is to be shown.
std::uint8_t flags_of(std::uint8_t flags, const NodeRecord& record, NodeSource source) noexcept {
  if (record.describes) {
    set_flag(flags, node_flag::administrative, record.administrative);
    set_flag(flags, node_flag::name_is_withheld, record.name_is_withheld);
  } else if (source == NodeSource::kuratert) {
    set_flag(flags, node_flag::curated_administrative, record.administrative);
    set_flag(flags, node_flag::curated_name_is_withheld, record.name_is_withheld);
  }
  return flags;
}

EventType event_of(const NodeHeader& before, const NodeHeader& after) noexcept {
  if (before.sequence_first == 0) {
    return EventType::virksomhet_is_created;
  }
  return after.status == NodeStatus::opphort && before.status != NodeStatus::opphort
             ? EventType::virksomhet_is_discontinued
             : EventType::virksomhet_is_changed;
}

std::vector<TextSlice> elements_of(const NodeRecord& record) {
  std::vector<TextSlice> elements;
  elements.reserve(record.items.size());
  for (const NodeItem& item : record.items) {
    elements.push_back(item.element);
  }
  return elements;
}

} // namespace

Result<void> NodeWriter::load(const EntityId& id, LoadedNode& loaded) {
  const auto current = transaction_.get(Family::node, id.view(), loaded.current_pin);
  const auto past = current && *current
                        ? transaction_.get(Family::node_past, id.view(), loaded.past_pin)
                        : current;
  if (!past) {
    return tl::unexpected(past.error());
  }
  if (!*current) {
    return corrupt("a number leads to a node that is not there");
  }
  loaded.has_past = past->has_value();
  auto node = Node::decode(**current, past->value_or(std::string_view{}));
  if (!node) {
    return tl::unexpected(node.error());
  }
  loaded.node = std::move(*node);
  loaded.node.sort_rows();
  loaded.exists = true;
  return {};
}

void NodeWriter::put(const EntityId& id, LoadedNode& loaded) {
  loaded.node.sort_rows();
  const std::int64_t now = transaction_.time().microseconds;
  std::string past = loaded.node.encode_past(now);
  transaction_.put(Family::node, registry::key_of(id), loaded.node.encode_current(now));
  if (!past.empty()) {
    transaction_.put(Family::node_past, registry::key_of(id), std::move(past));
  } else if (loaded.has_past) {
    transaction_.erase(Family::node_past, registry::key_of(id));
  }
}

Result<void> NodeWriter::load_said(const EntityId& id, Said& said) {
  const auto value = transaction_.get(Family::node_source, source_key(id, source_), said.pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  if (!*value) {
    return {};
  }
  std::string_view rest = **value;
  said.head = read_source_head(rest);
  auto kept = read_source(rest);
  if (!said.head || !kept) {
    return corrupt("what a source said of a node cannot be read");
  }
  said.value = std::move(*kept);
  return {};
}

Result<std::int64_t> NodeWriter::confirmed_at(const EntityId& id, const SourceHead& head) {
  store::Pinned pin;
  const auto value = transaction_.get(Family::freshness, source_key(id, source_), pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  std::int64_t when = no_instant;
  if (*value && (*value)->size() == sizeof when) {
    std::memcpy(&when, (*value)->data(), sizeof when);
  }
  return std::max(when, head.extracted_at);
}

Result<WriteOutcome> NodeWriter::write(const NodeRecord& record) {
  if (auto checked = check_record(record); !checked) {
    return tl::unexpected(checked.error());
  }
  const auto owner = key_owner(record.node_key());
  if (!owner) {
    return tl::unexpected(owner.error());
  }
  LoadedNode loaded;
  Said said;
  if (!*owner) {
    if (is_void(record.node_key())) {
      return WriteOutcome::superseded;
    }
    const EntityId id = transaction_.new_entity();
    loaded.node.header.external_id = ids_.seal(id);
    auto written = change(record, id, loaded, said);
    if (written && record.removed_by_law) {
      removed_.push_back(note_of(record, id)); // what was refused of it lies in quarantine
    }
    return written;
  }
  const EntityId id = (*owner)->node;
  if (auto read = load_said(id, said); !read) {
    return tl::unexpected(read.error());
  }
  if (said.head) {
    const auto known = confirmed_at(id, *said.head);
    if (!known) {
      return tl::unexpected(known.error());
    }
    if (extracted_at_.microseconds < *known) {
      return WriteOutcome::superseded;
    }
    if (said.head->hash == hash_of(record, hashed_)) {
      if (extracted_at_.microseconds > *known) {
        transaction_.put(Family::freshness, source_key(id, source_),
                         instant_bytes(extracted_at_.microseconds));
      }
      return WriteOutcome::unchanged;
    }
  }
  if (auto read = load(id, loaded); !read) {
    return tl::unexpected(read.error());
  }
  if (!record.removed_by_law) {
    return change(record, id, loaded, said);
  }
  if (loaded.node.header.status == NodeStatus::fjernet) {
    return WriteOutcome::unchanged; // again from a restored copy, before the source said it again
  }
  auto removed = remove(record, id, loaded);
  if (!removed) {
    return tl::unexpected(removed.error());
  }
  removed_.push_back(std::move(*removed));
  return WriteOutcome::written;
}

Result<WriteOutcome> NodeWriter::change(const NodeRecord& record, const EntityId& id,
                                        LoadedNode& loaded, const Said& said) {
  Node& node = loaded.node;
  const NodeHeader before = node.header;
  Telling telling;
  telling.source = source_;
  telling.sequence = transaction_.next_sequence();
  telling.observed = record.observed_at.value_or(extracted_at_).microseconds;
  telling.is_first = !said.head;
  if (record.is_remainder && record.closed) {
    telling.ended = record.closed->microseconds;
  }
  const NodeType type = record.describes ? record.type : before.type;
  if (!loaded.exists) {
    put_key(record.node_key(), id, type);
  } else if (auto noted = note_type(record.node_key(), type); !noted) {
    return tl::unexpected(noted.error());
  }
  auto numbers_changed = merge_numbers(node, id, record, telling);
  if (!numbers_changed) {
    return tl::unexpected(numbers_changed.error());
  }
  NodeRowsOutcome rows = merge_rows(node, record, said.value, telling);
  const bool life_changed = merge_life(node, record, record.describes, telling, loaded.texts);
  node.header.flags = flags_of(node.header.flags, record, source_);
  auto relations_changed =
      merge_relations(id, record, node,
                      loaded.exists && (life_changed || node.header.type != before.type), telling);
  if (!relations_changed) {
    return tl::unexpected(relations_changed.error());
  }
  if (node.rows.size() > node_rows_max) {
    return fail(ErrorCode::invalid, "the node would have more rows than can be kept");
  }
  const bool changed = rows.changed || life_changed || *numbers_changed || *relations_changed ||
                       node.header.flags != before.flags || node.header.type != before.type ||
                       before.sequence_first == 0;
  if (changed) {
    tell(id, event_of(before, node.header), node.header);
  }
  put(id, loaded);
  SourceHead head;
  head.describes = record.describes ? 1 : 0;
  head.extracted_at = extracted_at_.microseconds;
  head.hash = hash_of(record, hashed_);
  SourceValue value{record.raw, elements_of(record), said.value.withdrawn};
  value.withdrawn.insert(value.withdrawn.end(), rows.withdrawn.begin(), rows.withdrawn.end());
  transaction_.put(Family::node_source, source_key(id, source_),
                   write_source(value, {reinterpret_cast<const char*>(&head), sizeof head}));
  if (!said.head && source_ != NodeSource::enhetsregisteret) {
    transaction_.put(Family::structure, said_by_key(source_, id), {});
  }
  return changed ? WriteOutcome::written : WriteOutcome::unchanged;
}

void NodeWriter::tell(const EntityId& id, EventType type, NodeHeader& header) {
  NewEvent event;
  event.type = type;
  event.domain = node_domain;
  event.open_type = static_cast<std::uint8_t>(type);
  header.sequence_newest = transaction_.append_event(id, event, header.sequence_newest);
  if (header.sequence_first == 0) {
    header.sequence_first = header.sequence_newest;
  }
}

Result<bool> NodeWriter::withdraw(const EntityId& id) {
  Said said;
  if (auto read = load_said(id, said); !read) {
    return tl::unexpected(read.error());
  }
  if (!said.head) {
    return false;
  }
  LoadedNode loaded;
  if (auto read = load(id, loaded); !read) {
    return tl::unexpected(read.error());
  }
  Node& node = loaded.node;
  const NodeHeader before = node.header;
  const std::uint64_t sequence = transaction_.next_sequence();
  for (NodeRow& row : node.rows) {
    if (row.entry.source == source_ && row.entry.recorded_to == still_recorded) {
      row.entry.recorded_to = sequence;
    }
  }
  for (HeldNumber& number : node.numbers) {
    if (number.entry.source == source_ && !number.is_key() &&
        number.entry.recorded_to == still_recorded) {
      number.entry.recorded_to = sequence;
    }
  }
  if (said.head->describes != 0) {
    node.header.status = NodeStatus::unknown;
    node.header.opened = no_instant;
    node.header.closed = no_instant;
  }
  auto relations = relations_of(id);
  if (!relations) {
    return tl::unexpected(relations.error());
  }
  for (RelationRow& row : *relations) {
    if (row.entry.source == source_ && row.entry.is_live() &&
        (row.entry.marks & mark::by_itself) == 0 && row.entry.type != NodeRelation::etterfolger) {
      row.entry.recorded_to = sequence;
    }
  }
  put_relations(id, *relations, node.header);
  tell(id,
       said.head->describes != 0 && before.status != NodeStatus::unknown
           ? EventType::virksomhet_is_discontinued
           : EventType::virksomhet_is_changed,
       node.header);
  put(id, loaded);
  transaction_.erase(Family::node_source, source_key(id, source_));
  transaction_.erase(Family::structure, said_by_key(source_, id));
  return true;
}

Result<void> NodeWriter::check_rules() {
  std::vector<EntityId> touched = std::exchange(touched_, {});
  std::ranges::sort(touched);
  touched.erase(std::ranges::unique(touched).begin(), touched.end());
  for (const EntityId& node : touched) {
    if (auto checked = check_relations_of(transaction_, node); !checked) {
      return checked;
    }
  }
  return {};
}

} // namespace grunndata::registry::virksomhet
