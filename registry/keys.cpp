#include "registry/keys.h"

#include <algorithm>

namespace grunndata::registry {

namespace {

// What is set aside before a value is written: enough for nearly all, in one piece.
constexpr std::size_t edge_bytes = 28 + 11; ///< with a number of 11 digits
constexpr std::size_t element_bytes = 4;
constexpr std::size_t varint_bytes_max = 10;
constexpr std::size_t withdrawn_head_bytes = 13;

template <typename T>
void append_as(std::string& out, const T& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

/// Takes a `T` off the front of `bytes`; false when there is not enough.
template <typename T>
bool take(std::string_view& bytes, T& value) noexcept {
  if (bytes.size() < sizeof(T)) {
    return false;
  }
  std::memcpy(static_cast<void*>(&value), bytes.data(), sizeof(T));
  bytes.remove_prefix(sizeof(T));
  return true;
}

bool take_text(std::string_view& bytes, std::size_t size, std::string_view& text) noexcept {
  if (bytes.size() < size) {
    return false;
  }
  text = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return true;
}

void append_varint(std::string& out, std::uint64_t number) {
  while (number >= 0x80) {
    out += static_cast<char>(number | 0x80);
    number >>= 7U;
  }
  out += static_cast<char>(number);
}

bool take_varint(std::string_view& bytes, std::uint64_t& number) noexcept {
  number = 0;
  for (unsigned shift = 0; shift < 63 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<std::uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    number |= std::uint64_t{byte & 0x7FU} << shift;
    if ((byte & 0x80U) == 0) {
      return true;
    }
  }
  return false;
}

/// Small numbers for small distances, either way.
constexpr std::uint64_t zigzag(std::int64_t number) noexcept {
  return static_cast<std::uint64_t>(number) << 1U ^ static_cast<std::uint64_t>(number >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t number) noexcept {
  return static_cast<std::int64_t>(number >> 1U) ^ -static_cast<std::int64_t>(number & 1U);
}

} // namespace

std::string key_of_number(std::uint64_t number) {
  std::string key(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) {
    key[i] = static_cast<char>(number >> (8 * (7 - i)));
  }
  return key;
}

std::uint64_t number_of_key(std::string_view key) noexcept {
  std::uint64_t number = 0;
  for (const char c : key.substr(0, 8)) {
    number = number << 8U | static_cast<std::uint8_t>(c);
  }
  return number;
}

std::string key_of(const EntityId& id) { return std::string(id.view()); }

std::string key_of(const EntityId& id, Source source) {
  std::string key;
  key.reserve(id.view().size() + 1);
  key += id.view();
  key += static_cast<char>(source);
  return key;
}

std::string_view key_of(const IdentifierKey& identifier, IdentifierKeyRoom& room) noexcept {
  if (identifier.text.size() > identifier_text_bytes_max ||
      identifier.assigner.size() > identifier_assigner_bytes_max) {
    return {};
  }
  room[0] = static_cast<char>(identifier.type);
  room[1] = static_cast<char>(identifier.assigner.size());
  char* at = room.data() + 2;
  at = std::copy(identifier.assigner.begin(), identifier.assigner.end(), at);
  at = std::copy(identifier.text.begin(), identifier.text.end(), at);
  return {room.data(), static_cast<std::size_t>(at - room.data())};
}

std::string key_of(const IdentifierKey& identifier) {
  IdentifierKeyRoom room;
  return std::string(key_of(identifier, room));
}

std::optional<std::vector<IndexEntry>> read_index(std::string_view value) {
  if (value.size() % sizeof(IndexEntry) != 0) {
    return std::nullopt;
  }
  std::vector<IndexEntry> entries(value.size() / sizeof(IndexEntry));
  if (!entries.empty()) {
    std::memcpy(static_cast<void*>(entries.data()), value.data(), value.size());
  }
  return entries;
}

std::string write_index(const std::vector<IndexEntry>& entries) {
  std::string value;
  value.reserve(entries.size() * sizeof(IndexEntry));
  for (const IndexEntry& entry : entries) {
    append_as(value, entry);
  }
  return value;
}

std::string write_log(const LogEntry& entry) {
  return std::string(reinterpret_cast<const char*>(&entry),
                     entry.corrects == 0 ? log_entry_short_bytes : sizeof(LogEntry));
}

std::optional<LogEntry> read_log(std::string_view value) noexcept {
  LogEntry entry;
  if (value.size() != log_entry_short_bytes && value.size() != sizeof(LogEntry)) {
    return std::nullopt;
  }
  std::memcpy(static_cast<void*>(&entry), value.data(), value.size());
  if (static_cast<std::size_t>(entry.type) >= event_type_count ||
      static_cast<std::size_t>(entry.cause()) >= event_cause_count ||
      (entry.open_type != hidden_event && entry.open_type >= event_type_count)) {
    return std::nullopt;
  }
  return entry;
}

std::string edges_key(const EntityId& id) {
  std::string key;
  key.reserve(1 + id.view().size());
  key += 'e';
  key += id.view();
  return key;
}

std::string pointed_key(IdentifierType type, std::string_view identifier, const EntityId& from) {
  std::string key;
  key.reserve(3 + identifier.size() + from.view().size());
  key += 'i';
  key += static_cast<char>(type);
  key += static_cast<char>(identifier.size());
  key += identifier;
  key += from.view();
  return key;
}

std::string write_edges(const std::vector<Edge>& edges) {
  std::string value;
  value.reserve(edges.size() * edge_bytes);
  for (const Edge& edge : edges) {
    value += static_cast<char>(edge.type);
    value += static_cast<char>(edge.current ? 1 : 0);
    value += static_cast<char>(edge.identifier_type);
    value += static_cast<char>(edge.identifier.size());
    append_as(value, edge.valid_from);
    append_as(value, edge.valid_to);
    append_as(value, edge.recorded_from);
    value += edge.identifier;
  }
  return value;
}

std::optional<std::vector<Edge>> read_edges(std::string_view value) {
  std::vector<Edge> edges;
  while (!value.empty()) {
    Edge edge;
    std::array<std::uint8_t, 4> head{};
    std::string_view identifier;
    if (!take(value, head) || !take(value, edge.valid_from) || !take(value, edge.valid_to) ||
        !take(value, edge.recorded_from) || !take_text(value, head[3], identifier)) {
      return std::nullopt;
    }
    edge.type = static_cast<RelationType>(head[0]);
    edge.current = head[1] != 0;
    edge.identifier_type = static_cast<IdentifierType>(head[2]);
    edge.identifier = identifier;
    edges.push_back(std::move(edge));
  }
  return edges;
}

std::string write_source(const SourceValue& value, std::string_view head) {
  std::size_t size = head.size() + sizeof(std::uint32_t) + value.raw.size() + varint_bytes_max +
                     value.elements.size() * element_bytes;
  for (const WithdrawnElement& element : value.withdrawn) {
    size += withdrawn_head_bytes + element.json.size();
  }
  std::string out;
  out.reserve(size);
  out += head;
  append_as(out, static_cast<std::uint32_t>(value.raw.size()));
  out += value.raw;
  append_varint(out, value.elements.size());
  std::int64_t at = 0;
  for (const TextSlice& element : value.elements) {
    append_varint(out, zigzag(std::int64_t{element.begin} - at));
    append_varint(out, element.size);
    at = std::int64_t{element.begin} + element.size;
  }
  for (const WithdrawnElement& element : value.withdrawn) {
    append_as(out, static_cast<std::uint32_t>(element.json.size()));
    append_as(out, element.recorded_to);
    out += static_cast<char>(element.part);
    out += element.json;
  }
  return out;
}

std::optional<SourceValue> read_source(std::string_view value) {
  SourceValue source;
  std::uint32_t size = 0;
  std::uint64_t count = 0;
  if (!take(value, size) || !take_text(value, size, source.raw) || !take_varint(value, count) ||
      count > rows_max) {
    return std::nullopt;
  }
  std::int64_t at = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    std::uint64_t step = 0;
    std::uint64_t bytes = 0;
    if (!take_varint(value, step) || !take_varint(value, bytes)) {
      return std::nullopt;
    }
    at += unzigzag(step);
    if (at < 0 || static_cast<std::uint64_t>(at) + bytes > source.raw.size()) {
      return std::nullopt;
    }
    source.elements.push_back({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(bytes)});
    at += static_cast<std::int64_t>(bytes);
  }
  while (!value.empty()) {
    WithdrawnElement element;
    std::uint8_t part = 0;
    if (!take(value, size) || !take(value, element.recorded_to) || !take(value, part) ||
        part >= person_part_count || !take_text(value, size, element.json)) {
      return std::nullopt;
    }
    element.part = static_cast<PersonPart>(part);
    source.withdrawn.push_back(element);
  }
  return source;
}

} // namespace grunndata::registry
