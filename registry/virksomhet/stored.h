// Keys and small values of the families of the enterprise structure. FORMAT.md has the bytes.
#pragma once

#include "registry/document.h"
#include "registry/entity_id.h"
#include "registry/virksomhet/identifier_system.h"
#include "registry/virksomhet/node_record.h"
#include "registry/virksomhet/node_relation.h"
#include "registry/virksomhet/node_source.h"
#include "registry/virksomhet/node_type.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::virksomhet {

/// system · size of assigner · assigner · text
[[nodiscard]] std::string key_of(const NodeKey& key);
/// node · source
[[nodiscard]] std::string source_key(const EntityId& node, NodeSource source);

/// Who has or had a number: a list under its key. A number once given stays blocked for others, but
/// a GLN may stand for several nodes of one legal entity.
struct NumberOwner {
  EntityId node;
  std::uint64_t recorded_from = 0;
  std::uint64_t recorded_to = still_recorded;
  NodeType type = NodeType::unknown; ///< of the node
  std::uint8_t is_key = 0;
  std::uint8_t is_legal_parent = 0; ///< of a key: its node is or was an upper end in `juridisk`
  std::array<std::uint8_t, 5> reserved{};
};
static_assert(sizeof(NumberOwner) == 40);
[[nodiscard]] std::optional<std::vector<NumberOwner>> read_owners(std::string_view value);
[[nodiscard]] std::string write_owners(const std::vector<NumberOwner>& owners);

/// A relation as it is kept under its lower end.
struct StoredRelation {
  std::uint64_t id = 0; ///< its own, never used again; a change of dates is the same relation
  EntityId upper;
  std::int64_t valid_from = no_instant;
  std::int64_t valid_to = no_instant;
  std::uint64_t recorded_from = 0;
  std::uint64_t recorded_to = still_recorded;
  NodeRelation type{};
  RelationKind kind = RelationKind::none;
  NodeSource source{};
  std::uint8_t marks = 0;        ///< of `mark`
  std::uint16_t confidence = 0;  ///< in thousandths
  std::uint16_t details_size = 0;
  EntityId event; ///< key of the event it follows from (`event_key`); all zero: none

  [[nodiscard]] bool is_live() const noexcept { return recorded_to == still_recorded; }
};
static_assert(sizeof(StoredRelation) == 80);

struct RelationRow {
  StoredRelation entry;
  std::string details; ///< a JSON object, or empty
};
inline constexpr std::size_t relation_details_bytes_max = 65'535;

/// 'u' · lower: all relations of which it is the lower end, withdrawn ones too.
[[nodiscard]] std::string up_key(const EntityId& lower);
[[nodiscard]] std::optional<std::vector<RelationRow>> read_relations(std::string_view value);
[[nodiscard]] std::string write_relations(const std::vector<RelationRow>& relations);

/// The same as kept under the upper end, with what a walk downwards needs to know of the lower one.
struct DownEntry {
  std::uint64_t id = 0;
  std::int64_t valid_from = no_instant;
  std::int64_t valid_to = no_instant;
  std::uint64_t recorded_from = 0;
  std::uint64_t recorded_to = still_recorded;
  std::int64_t opened = no_instant; ///< of the lower end, as known now
  std::int64_t closed = no_instant;
  RelationKind kind = RelationKind::none;
  NodeSource source{};
  NodeType lower_type = NodeType::unknown;
  std::uint8_t marks = 0;
  std::uint8_t rivals = 0; ///< 1: the lower end has had several upper ends of this type
  std::array<std::uint8_t, 3> reserved{};
};
static_assert(sizeof(DownEntry) == 64);

/// 'd' · upper · type, then lower: a list of DownEntry.
[[nodiscard]] std::string down_prefix(const EntityId& upper, NodeRelation type);
[[nodiscard]] std::string down_key(const EntityId& upper, NodeRelation type,
                                   const EntityId& lower);
inline constexpr std::size_t down_key_bytes = 1 + 16 + 1 + 16;
[[nodiscard]] std::optional<std::vector<DownEntry>> read_down(std::string_view value);
[[nodiscard]] std::string write_down(const std::vector<DownEntry>& entries);

/// 's' · source · node: the source says something of the node. Not kept of enhetsregisteret.
[[nodiscard]] std::string said_by_key(NodeSource source, const EntityId& node);

/// What happened, as it was recorded from a sequence until another.
struct StoredNodeEvent {
  std::uint64_t recorded_from = 0;
  std::uint64_t recorded_to = still_recorded;
  NodeEventType type{};
  NodeSource source{};
  std::int64_t effective = no_instant;
  std::int64_t operational = no_instant;
  std::string source_key;
  std::string details;
  std::vector<EntityId> from, to;

  [[nodiscard]] bool is_live() const noexcept { return recorded_to == still_recorded; }
};
/// XXH3-128 of source and source key: how the event is known again.
[[nodiscard]] EntityId event_id(NodeSource source, std::string_view source_key) noexcept;
/// 'e' · event: a list of StoredNodeEvent, oldest first.
[[nodiscard]] std::string event_key(const EntityId& event);
/// 'h' · node · event: empty.
[[nodiscard]] std::string event_of_key(const EntityId& node, const EntityId& event);
[[nodiscard]] std::string write_node_events(const std::vector<StoredNodeEvent>& events);
[[nodiscard]] std::optional<std::vector<StoredNodeEvent>> read_node_events(std::string_view value);

/// What stands before the record in a value of `node_source`; a source value as persons have it
/// (`write_source`) follows.
struct SourceHead {
  std::uint8_t format = 1;
  std::uint8_t describes = 0;
  std::array<std::uint8_t, 6> reserved{};
  std::int64_t extracted_at = no_instant;
  std::array<std::uint8_t, 16> hash{}; ///< of all that the importer handed in
};
static_assert(sizeof(SourceHead) == 32);
[[nodiscard]] std::optional<SourceHead> read_source_head(std::string_view& value) noexcept;

} // namespace grunndata::registry::virksomhet
