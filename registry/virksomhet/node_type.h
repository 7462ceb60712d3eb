// What a node of the enterprise structure is, and how it stands. Values are stored; never renumber.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace grunndata::registry::virksomhet {

/// A node is one source's record of something: what several sources say is the same stands in nodes
/// of its own, joined by `RelationKind::equal` (virksomhet.md 4.2). The comment names the key.
enum class NodeType : std::uint8_t {
  unknown = 0,             ///< only named by somebody else, so far
  juridisk_enhet = 1,      ///< Enhetsregisteret, a legal person: organisasjonsnummer
  organisasjonsledd = 2,   ///< Enhetsregisteret, ORGL, ADOS, KTRF, OPMV: organisasjonsnummer
  underenhet = 3,          ///< Enhetsregisteret, BEDR, AAFY: organisasjonsnummer
  resh_enhet = 4,          ///< RESH: RESH-id
  lokal_enhet = 5,         ///< an employer: its organisasjonsnummer and an id of its own
  lokasjon = 6,            ///< LocoReg's id, or a GLN that stands for a place
  tjeneste = 7,            ///< LocoReg's or HTK's id
  kommunikasjonspart = 8,  ///< Adresseregisteret: HER-id
  personell = 9,           ///< HPR-nummer; endpoint of affiliations. Never a person number
};
inline constexpr std::size_t node_type_count = 10;

/// "JURIDISK_ENHET" …, "UNKNOWN".
[[nodiscard]] std::string_view name_of(NodeType type) noexcept;
[[nodiscard]] std::optional<NodeType> find_node_type(std::string_view name) noexcept;

enum class NodeStatus : std::uint8_t {
  unknown = 0,      ///< nobody has described the node
  under_arbeid = 1, ///< made in its source, but not in use
  aktiv = 2,
  opphort = 3,       ///< closed; its number still leads here
  fjernet = 4,       ///< taken away by its source for legal reasons: nothing is shown but that
  feilregistrert = 5 ///< should never have been
};
inline constexpr std::size_t node_status_count = 6;

/// "AKTIV" …, "UNKNOWN".
[[nodiscard]] std::string_view name_of(NodeStatus status) noexcept;
[[nodiscard]] std::optional<NodeStatus> find_node_status(std::string_view name) noexcept;

} // namespace grunndata::registry::virksomhet
