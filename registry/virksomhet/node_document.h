// The stored form of a node: a header, its numbers, a directory of rows and their texts. FORMAT.md
// in this folder has the bytes.
#pragma once

#include "registry/document.h"
#include "registry/entity_id.h"
#include "registry/error.h"
#include "registry/virksomhet/identifier_system.h"
#include "registry/virksomhet/node_part.h"
#include "registry/virksomhet/node_record.h"
#include "registry/virksomhet/node_source.h"
#include "registry/virksomhet/node_type.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::virksomhet {

inline constexpr std::uint8_t node_format = 1;
inline constexpr std::uint8_t node_domain = 3; ///< `EntityKind::virksomhet`
inline constexpr std::size_t node_rows_max = 65'535;

/// Of `NodeHeader::flags`.
namespace node_flag {
inline constexpr std::uint8_t administrative = 1; ///< says who describes the node
inline constexpr std::uint8_t name_is_withheld = 2;
inline constexpr std::uint8_t curated_administrative = 16; ///< says a steward
inline constexpr std::uint8_t curated_name_is_withheld = 32;
} // namespace node_flag

/// First bytes of a node's current value.
struct NodeHeader {
  std::uint8_t format = node_format;
  std::uint8_t domain = node_domain;
  NodeType type = NodeType::unknown;
  NodeStatus status = NodeStatus::unknown;
  std::uint16_t row_count = 0;
  std::uint16_t number_count = 0;
  std::uint64_t sequence_newest = 0;
  std::uint64_t sequence_first = 0; ///< 0: nobody has said anything of it but its number
  std::int64_t opened = no_instant;
  std::int64_t closed = no_instant;
  ExternalId external_id{};
  std::uint8_t flags = 0;
  std::array<std::uint8_t, 7> reserved{};

  [[nodiscard]] bool is_administrative() const noexcept {
    return (flags & (node_flag::administrative | node_flag::curated_administrative)) != 0;
  }
  [[nodiscard]] bool withholds_name() const noexcept {
    return (flags & (node_flag::name_is_withheld | node_flag::curated_name_is_withheld)) != 0;
  }
};
static_assert(sizeof(NodeHeader) == 80);

/// Of `NodeRowEntry::marks`, `NumberEntry::marks` and `StoredRelation::marks`.
namespace mark {
inline constexpr std::uint8_t interval = 1;      ///< `Says::interval`
inline constexpr std::uint8_t from_observed = 2; ///< the begin is when it was seen
inline constexpr std::uint8_t ended = 4; ///< the source says it no more: the end is ours, not its
inline constexpr std::uint8_t personal = 8; ///< `Sensitivity::personal`
inline constexpr std::uint8_t key = 16;     ///< of a number: the one the node is found by
inline constexpr std::uint8_t end_observed = 32; ///< the end is when it was seen
/// Of a relation: somebody stated it by itself; no record of its source says it or takes it back.
inline constexpr std::uint8_t by_itself = 64;
} // namespace mark

struct NodeRowEntry {
  std::int64_t valid_from = no_instant;
  std::int64_t valid_to = no_instant;
  std::uint64_t recorded_from = 0;
  std::uint64_t recorded_to = still_recorded;
  std::uint32_t row_begin = 0; ///< in the text area
  std::uint32_t row_size = 0;
  std::uint16_t ordinal = 0; ///< place among the part's rows as the source delivered them
  NodePart part{};
  NodeSource source{};
  std::uint8_t marks = 0;
  std::array<std::uint8_t, 3> reserved{};
};
static_assert(sizeof(NodeRowEntry) == 48);

/// A number the node goes or went by. Its text and its assigner follow.
struct NumberEntry {
  std::int64_t valid_from = no_instant;
  std::int64_t valid_to = no_instant;
  std::uint64_t recorded_from = 0;
  std::uint64_t recorded_to = still_recorded;
  IdentifierSystem system{};
  IdentifierUse use = IdentifierUse::official;
  std::uint8_t gln_roles = 0;
  NodeSource source{};
  std::uint8_t marks = 0;
  std::uint8_t text_size = 0;
  std::uint8_t assigner_size = 0;
  std::uint8_t reserved = 0;
};
static_assert(sizeof(NumberEntry) == 40);

struct NodeRow {
  NodeRowEntry entry;
  std::string_view text;
};
struct HeldNumber {
  NumberEntry entry;
  std::string_view text;
  std::string_view assigner;
  [[nodiscard]] NodeKey key() const noexcept { return {entry.system, text, assigner}; }
  [[nodiscard]] bool is_key() const noexcept { return (entry.marks & mark::key) != 0; }
};

/// Half-open, `no_instant` meaning without an end on its side.
[[nodiscard]] constexpr bool holds_at(std::int64_t from, std::int64_t to,
                                      std::int64_t when) noexcept {
  return from <= when && (to == no_instant || when < to);
}
[[nodiscard]] constexpr bool is_recorded_at(std::uint64_t from, std::uint64_t to,
                                            std::uint64_t when) noexcept {
  return from <= when && when < to;
}
[[nodiscard]] constexpr bool overlap(std::int64_t from_a, std::int64_t to_a, std::int64_t from_b,
                                     std::int64_t to_b) noexcept {
  return (to_b == no_instant || from_a < to_b) && (to_a == no_instant || from_b < to_a);
}

/// A node taken apart. Texts are views: their owners must outlive it.
struct Node {
  NodeHeader header;
  std::vector<HeldNumber> numbers; ///< the key first; ended and withdrawn ones too
  std::vector<NodeRow> rows;       ///< live and withdrawn

  /// `past` may be empty: then without what is withdrawn or was over when the node was written.
  /// `corrupt` when the sizes do not add up.
  [[nodiscard]] static Result<Node> decode(std::string_view current, std::string_view past);
  /// Part, then recorded before withdrawn, then ordinal or sequence of withdrawal.
  void sort_rows();
  /// Recorded rows that have not ended at `now`. Requires sorted rows.
  [[nodiscard]] std::string encode_current(std::int64_t now) const;
  /// All other rows; empty when there are none.
  [[nodiscard]] std::string encode_past(std::int64_t now) const;
};

/// Whether the number is among those of a node's current value, and not withdrawn. False where the
/// value cannot be read.
[[nodiscard]] bool holds_number(std::string_view current, const NodeKey& number) noexcept;

/// The header alone. `corrupt`.
[[nodiscard]] Result<NodeHeader> node_header(std::string_view current);

} // namespace grunndata::registry::virksomhet
