// The information parts of a node. One table; the order is the order of properties in an answer and
// is part of the stored format.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace grunndata::registry::virksomhet {

enum class NodePart : std::uint8_t {
  life,               ///< written by the registry out of `NodeRecord`'s status, opened and closed
  name,               ///< navn, of Enhetsregisteret the legal one: {"name":…[,"language":…]}
  display_name,       ///< visningsnavn, for patients: {"name":…}
  short_name,         ///< kortnavn: {"name":…}
  form,               ///< organisasjonsform: {"code":…}
  industry,           ///< naeringskode: {"rank":1,"code":…,"version":"SN2007"|"SN2025"}
  auxiliary_industry, ///< hjelpeenhetskode
  sector,             ///< institusjonellSektorkode
  classification,     ///< 8628 nivaa, 8624 betegnelse, 9040, 8663 …: {"system":…,"code":…}
  condition,          ///< konkurs, avvikling, rekonstruksjon …: {"condition":…}
  activity,           ///< aktivitet, vedtektsfestet formaal
  employees,          ///< antall ansatte
  business_address,   ///< forretningsadresse
  postal_address,     ///< postadresse
  visiting_address,   ///< beliggenhets- or besoeksadresse
  position,           ///< coordinates
  contact,            ///< telephone, mobile, e-mail, home page
  registration,       ///< in which of Broennoeysund's registers, since when
  foundation,         ///< stiftelse, oppstart, eierskifte, vedtekter: dates
  economy,            ///< kapital, aarsregnskap, revisjon
  foreign_register,   ///< of foreign enterprises
  annotation,         ///< paategninger
  role,               ///< contacts and leaders; persons
  opening_hours,      ///< aapningstider
  offer,              ///< tilbud, tjenester
  electronic_address, ///< of Adresseregisteret
  certificate,
  coverage_area,
  description,
  language_form,      ///< maalform
  flag,               ///< of stewards: {"flag":…,"reason":…,"expires":…}
  property,           ///< anything else a source says: {"name":…,"value":…}
};
inline constexpr std::size_t node_part_count = 32;
using NodePartSet = std::bitset<node_part_count>;

struct NodePartFacts {
  NodePart part;
  std::string_view property; ///< in answers
  bool is_list;              ///< false: one row holds at a time, shown as an object
};

/// Indexed by the value of `NodePart`.
extern const std::array<NodePartFacts, node_part_count> node_parts;

[[nodiscard]] inline const NodePartFacts& facts_of(NodePart part) noexcept {
  return node_parts[static_cast<std::size_t>(part)];
}
/// By property.
[[nodiscard]] std::optional<NodePart> find_node_part(std::string_view property) noexcept;

} // namespace grunndata::registry::virksomhet
