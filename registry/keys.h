// Keys and small values of every family, byte by byte as FORMAT.md lists them.
#pragma once

#include "registry/document.h"
#include "registry/entity_id.h"
#include "registry/event_cause.h"
#include "registry/event_type.h"
#include "registry/identifier_key.h"
#include "registry/source_record.h"
#include "registry/time.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry {

/// Big-endian, so that keys sort by number.
[[nodiscard]] std::string key_of_number(std::uint64_t number);
[[nodiscard]] std::uint64_t number_of_key(std::string_view key) noexcept;

[[nodiscard]] std::string key_of(const EntityId& id);
[[nodiscard]] std::string key_of(const EntityId& id, Source source);
/// type · size of assigner · assigner · text
[[nodiscard]] std::string key_of(const IdentifierKey& identifier);
/// The same into `room` without a heap block; a view of it. Empty when a text is too long.
using IdentifierKeyRoom =
    std::array<char, 2 + identifier_assigner_bytes_max + identifier_text_bytes_max>;
[[nodiscard]] std::string_view key_of(const IdentifierKey& identifier,
                                      IdentifierKeyRoom& room) noexcept;

/// One claim of an entity to an identifier. An identifier's value is a list of these, oldest
/// first; ended ones stay, so that `recordedAsOf` can tell who had it.
struct IndexEntry {
  EntityId entity;
  std::uint8_t in_use = 1;
  std::uint8_t is_primary = 0;
  std::uint8_t is_own = 0;
  Source source = Source::folkeregisteret;
  std::uint32_t reserved = 0;
  std::int64_t valid_from = no_instant;
  std::int64_t valid_to = no_instant;
  std::uint64_t recorded_from = 0;
  std::uint64_t recorded_to = still_recorded;

  [[nodiscard]] bool is_live() const noexcept { return recorded_to == still_recorded; }
};
static_assert(sizeof(IndexEntry) == 56);

[[nodiscard]] std::optional<std::vector<IndexEntry>> read_index(std::string_view value);
[[nodiscard]] std::string write_index(const std::vector<IndexEntry>& entries);

/// A record of the log.
struct LogEntry {
  EntityId entity;
  std::int64_t recorded_at = 0;
  EventType type{};
  /// What callers without legal basis are told; `hidden_event`: nothing.
  std::uint8_t open_type = 0;
  std::uint8_t domain = 1; ///< an `EntityKind`
  /// Bit 0: callers without legal basis were told once, and are no more (`withhold_events`). What
  /// they were told stays in `open_type`: the audit log commits to it. Bits 1 to 3: the cause.
  std::uint8_t marks = 0;
  /// How many numbers before this one the same entity's last record stands. 0: it is the first, or
  /// was written before this was kept; `back_max`: as many or more.
  std::uint32_t back = 0;
  std::uint64_t corrects = 0; ///< the event that this one corrects or annuls; 0: none is known

  [[nodiscard]] bool is_withheld() const noexcept { return (marks & 1U) != 0; }
  void withhold() noexcept { marks |= 1U; }
  [[nodiscard]] EventCause cause() const noexcept { return static_cast<EventCause>(marks >> 1U); }
  void set_cause(EventCause cause) noexcept {
    marks = static_cast<std::uint8_t>((marks & 1U) | (static_cast<unsigned>(cause) << 1U));
  }
};
inline constexpr std::uint8_t hidden_event = 0xFF;
inline constexpr std::uint32_t back_max = 0xFFFF'FFFF;
static_assert(sizeof(LogEntry) == 40);
/// As stored when it corrects nothing: without `corrects`.
inline constexpr std::size_t log_entry_short_bytes = offsetof(LogEntry, corrects);

[[nodiscard]] std::string write_log(const LogEntry& entry);
[[nodiscard]] std::optional<LogEntry> read_log(std::string_view value) noexcept;

/// Where an entity points, as kept under the pointing entity.
struct Edge {
  RelationType type{};
  bool current = true;
  IdentifierType identifier_type{};
  std::string identifier;
  std::int64_t valid_from = no_instant;
  std::int64_t valid_to = no_instant;
  std::uint64_t recorded_from = 0;

  [[nodiscard]] bool same_as(const Edge& other) const noexcept {
    return type == other.type && current == other.current &&
           identifier_type == other.identifier_type && identifier == other.identifier &&
           valid_from == other.valid_from && valid_to == other.valid_to;
  }
};
/// 'e' · entity: all edges of an entity, as one value.
[[nodiscard]] std::string edges_key(const EntityId& id);
/// 'i' · identifier type · size · identifier · entity: the edges that point at an identifier.
[[nodiscard]] std::string pointed_key(IdentifierType type, std::string_view identifier,
                                      const EntityId& from);
[[nodiscard]] std::string write_edges(const std::vector<Edge>& edges);
[[nodiscard]] std::optional<std::vector<Edge>> read_edges(std::string_view value);

/// What a source said, verbatim: the record as it stands, and the elements withdrawn since.
struct WithdrawnElement {
  PersonPart part{};
  std::uint64_t recorded_to = 0;
  std::string_view json;
};
struct SourceValue {
  std::string_view raw;
  /// Of each live row, by part and ordinal: where its element stands in `raw`.
  std::vector<TextSlice> elements;
  std::vector<WithdrawnElement> withdrawn; ///< in the order of the withdrawn rows of the past
};
/// Behind `head`.
[[nodiscard]] std::string write_source(const SourceValue& value, std::string_view head = {});
[[nodiscard]] std::optional<SourceValue> read_source(std::string_view value);

} // namespace grunndata::registry
