// How nodes hang together. Values are stored; never renumber.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace grunndata::registry::virksomhet {

enum class NodeRelation : std::uint8_t {
  juridisk = 1,       ///< child to parent (overordnetEnhet of Enhetsregisteret)
  eierskap = 2,       ///< owner to owned: RHF to HF, municipality to IKS
  organisatorisk = 3, ///< child to parent in RESH's tree, or an employer's
  tilhorer = 4,       ///< unit of RESH or an employer to the node of Enhetsregisteret it is part of
  geografisk = 5,     ///< unit to its place
  kommunikasjon = 6,  ///< HER-id to its parent, or to the node it speaks for: see `RelationKind`
  avtale = 7,         ///< RHF or municipality to a private provider
  tilsvarer = 8,      ///< equivalence; stated of either
  etterfolger = 9,    ///< old to new; follows from events, nobody states it by itself
  tilknytning = 10,   ///< health personnel to the node they work for
};
inline constexpr std::size_t node_relation_count = 11;

/// What tells relations of one type apart; `none` where the type needs no kind.
enum class RelationKind : std::uint8_t {
  none = 0,
  parent = 1,     ///< kommunikasjon: HER-id to HER-id
  speaks_for = 2, ///< kommunikasjon: HER-id to the node it is an address of
  equal = 3,      ///< tilsvarer: LIK
  part_of = 4,    ///< tilsvarer: DEL_AV
  includes = 5,   ///< tilsvarer: OMFATTER
  primary = 6,    ///< geografisk: the main place
  secondary = 7,  ///< geografisk: any other
};
inline constexpr std::size_t relation_kind_count = 8;

struct RelationFacts {
  NodeRelation type{};
  std::string_view name;
  /// A relation is stated in the record of its lower end. For most that is the one it goes from;
  /// for eierskap and avtale the one it goes to, the owned and the provider.
  bool lower_is_from = true;
  bool is_tree = false;      ///< may not go in a circle at any instant
  bool single_upper = false; ///< at most one upper end at an instant, for each source and kind
};
[[nodiscard]] const RelationFacts& facts_of(NodeRelation type) noexcept;

/// "JURIDISK" …
[[nodiscard]] std::string_view name_of(NodeRelation type) noexcept;
[[nodiscard]] std::optional<NodeRelation> find_node_relation(std::string_view name) noexcept;
/// "FORELDER", "TALER_FOR", "LIK", "DEL_AV", "OMFATTER", "PRIMAER", "SEKUNDAER"; empty for none.
[[nodiscard]] std::string_view name_of(RelationKind kind) noexcept;
[[nodiscard]] std::optional<RelationKind> find_relation_kind(std::string_view name) noexcept;

} // namespace grunndata::registry::virksomhet
