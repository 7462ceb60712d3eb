// Who says something of nodes. Values are stored; never renumber.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace grunndata::registry::virksomhet {

/// Goes on where `registry::Source` (persons) leaves room. Of each there is at most one record of a
/// node, so what comes from different documents has different sources.
enum class NodeSource : std::uint8_t {
  enhetsregisteret = 32,
  enhetsregisteret_roller = 33, ///< its roles: owners (EIKM), contacts
  resh = 34,
  adresseregisteret = 35,
  gln = 36,      ///< GS1's list
  locoreg = 37,  ///< places and services
  htk = 38,      ///< helsetjenestekatalogen
  flr = 39,      ///< Fastlegeregisteret: offices and contracts, never patients
  employer = 40, ///< an employer's own units and affiliations
  hpr = 41,
  kuratert = 42, ///< reviewed by a human: owners, agreements, equivalences, flags
};

/// "enhetsregisteret" …; empty for a value that is none of ours.
[[nodiscard]] std::string_view name_of(NodeSource source) noexcept;
[[nodiscard]] std::optional<NodeSource> find_node_source(std::string_view name) noexcept;

} // namespace grunndata::registry::virksomhet
