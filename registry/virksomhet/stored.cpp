#include "registry/virksomhet/stored.h"

#include "registry/fields.h"

#include <cstring>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace grunndata::registry::virksomhet {

namespace {

template <typename T>
void append_as(std::string& out, const T& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

template <typename T>
std::optional<std::vector<T>> read_list(std::string_view value) {
  if (value.size() % sizeof(T) != 0) {
    return std::nullopt;
  }
  std::vector<T> list(value.size() / sizeof(T));
  if (!list.empty()) {
    std::memcpy(static_cast<void*>(list.data()), value.data(), value.size());
  }
  return list;
}

template <typename T>
std::string write_list(const std::vector<T>& list) {
  return {reinterpret_cast<const char*>(list.data()), list.size() * sizeof(T)};
}

std::string key_with(char kind, const EntityId& id, std::size_t more = 0) {
  std::string key;
  key.reserve(1 + id.view().size() + more);
  key += kind;
  key += id.view();
  return key;
}

} // namespace

std::string key_of(const NodeKey& key) {
  std::string out;
  out.reserve(2 + key.assigner.size() + key.text.size());
  out += static_cast<char>(key.system);
  out += static_cast<char>(key.assigner.size());
  out += key.assigner;
  out += key.text;
  return out;
}

std::string source_key(const EntityId& node, NodeSource source) {
  std::string key;
  key.reserve(node.view().size() + 1);
  key += node.view();
  key += static_cast<char>(source);
  return key;
}

std::optional<std::vector<NumberOwner>> read_owners(std::string_view value) {
  return read_list<NumberOwner>(value);
}
std::string write_owners(const std::vector<NumberOwner>& owners) { return write_list(owners); }

std::string up_key(const EntityId& lower) { return key_with('u', lower); }

std::optional<std::vector<RelationRow>> read_relations(std::string_view value) {
  std::vector<RelationRow> relations;
  while (!value.empty()) {
    RelationRow row;
    if (value.size() < sizeof row.entry) {
      return std::nullopt;
    }
    std::memcpy(static_cast<void*>(&row.entry), value.data(), sizeof row.entry);
    value.remove_prefix(sizeof row.entry);
    if (value.size() < row.entry.details_size) {
      return std::nullopt;
    }
    row.details = value.substr(0, row.entry.details_size);
    value.remove_prefix(row.entry.details_size);
    relations.push_back(std::move(row));
  }
  return relations;
}

std::string write_relations(const std::vector<RelationRow>& relations) {
  std::string out;
  out.reserve(relations.size() * sizeof(StoredRelation));
  for (const RelationRow& row : relations) {
    StoredRelation entry = row.entry;
    entry.details_size = static_cast<std::uint16_t>(row.details.size());
    append_as(out, entry);
    out += row.details;
  }
  return out;
}

std::string down_prefix(const EntityId& upper, NodeRelation type) {
  std::string key = key_with('d', upper, 1 + 16);
  key += static_cast<char>(type);
  return key;
}

std::string down_key(const EntityId& upper, NodeRelation type, const EntityId& lower) {
  return down_prefix(upper, type).append(lower.view());
}

std::optional<std::vector<DownEntry>> read_down(std::string_view value) {
  return read_list<DownEntry>(value);
}
std::string write_down(const std::vector<DownEntry>& entries) { return write_list(entries); }

std::string said_by_key(NodeSource source, const EntityId& node) {
  std::string key;
  key.reserve(2 + node.view().size());
  key += 's';
  key += static_cast<char>(source);
  key += node.view();
  return key;
}

EntityId event_id(NodeSource source, std::string_view source_key) noexcept {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(source_key.data(), source_key.size(),
                                                   static_cast<XXH64_hash_t>(source));
  EntityId id;
  std::memcpy(id.bytes.data(), &hash.low64, 8);
  std::memcpy(id.bytes.data() + 8, &hash.high64, 8);
  return id;
}

std::string event_key(const EntityId& event) { return key_with('e', event); }

std::string event_of_key(const EntityId& node, const EntityId& event) {
  return key_with('h', node, event.view().size()).append(event.view());
}

std::string write_node_events(const std::vector<StoredNodeEvent>& events) {
  FieldWriter out;
  out.number(static_cast<std::uint32_t>(events.size()));
  for (const StoredNodeEvent& event : events) {
    out.number(event.recorded_from).number(event.recorded_to);
    out.number(event.type).number(event.source);
    out.number(event.effective).number(event.operational);
    out.text(event.source_key).text(event.details);
    for (const auto* side : {&event.from, &event.to}) {
      out.number(static_cast<std::uint32_t>(side->size()));
      for (const EntityId& node : *side) {
        out.entity(node);
      }
    }
  }
  return std::move(out).take();
}

std::optional<std::vector<StoredNodeEvent>> read_node_events(std::string_view value) {
  FieldReader in(value);
  std::vector<StoredNodeEvent> events(in.count());
  for (StoredNodeEvent& event : events) {
    in.number(event.recorded_from);
    in.number(event.recorded_to);
    in.number(event.type);
    in.number(event.source);
    in.number(event.effective);
    in.number(event.operational);
    in.text(event.source_key);
    in.text(event.details);
    for (auto* side : {&event.from, &event.to}) {
      side->resize(in.count());
      for (EntityId& node : *side) {
        in.entity(node);
      }
    }
  }
  if (!in.whole()) {
    return std::nullopt;
  }
  return events;
}

std::optional<SourceHead> read_source_head(std::string_view& value) noexcept {
  SourceHead head;
  if (value.size() < sizeof head) {
    return std::nullopt;
  }
  std::memcpy(static_cast<void*>(&head), value.data(), sizeof head);
  value.remove_prefix(sizeof head);
  return head.format == 1 ? std::optional(head) : std::nullopt;
}

} // namespace grunndata::registry::virksomhet
