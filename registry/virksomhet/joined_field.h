// The fields of what several nodes say of one unit, and whose word counts for each
// (virksomhet.md 4.6).
#pragma once

#include "registry/error.h"
#include "registry/virksomhet/node_part.h"
#include "registry/virksomhet/node_source.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::virksomhet {

/// Values are stored; never renumber.
enum class JoinedField : std::uint8_t {
  orgnr = 1, ///< of the unit itself; a unit of RESH says it by what it belongs to
  status,    ///< in use or not
  legal_name,
  display_name,
  form,
  industry,
  sector,
  condition, ///< konkurs, avvikling …
  classification,
  business_address,
  postal_address,
  visiting_address, ///< of the unit, or of its main place
  position,         ///< the same
  contact,
  opening_hours,
  offer,
  electronic_address,
};
inline constexpr std::size_t joined_field_count = 17;

/// How values of different sources are held against each other.
enum class Likeness : std::uint8_t {
  never,    ///< each source has its own to say
  text,     ///< as it is written
  name,     ///< as folded names (folding.h)
  address,  ///< street, number and postcode
  near,    ///< a position, to about a kilometre
};

struct JoinedFieldFacts {
  JoinedField field{};
  std::string_view name;    ///< in answers
  std::string_view setting; ///< under `virksomhet.authority`
  Likeness likeness{};
  /// Where it stands; the first part a source has rows of counts. Empty: it follows from numbers
  /// and relations.
  std::array<NodePart, 2> parts{};
  std::size_t part_count = 0;
  std::string_view sources; ///< as shipped: best first, commas between
};
/// In the order of the enumeration, from 0.
extern const std::array<JoinedFieldFacts, joined_field_count> joined_fields;

[[nodiscard]] inline const JoinedFieldFacts& facts_of(JoinedField field) noexcept {
  return joined_fields[static_cast<std::size_t>(field) - 1];
}
/// By `JoinedFieldFacts::name`.
[[nodiscard]] std::optional<JoinedField> find_joined_field(std::string_view name) noexcept;

/// "locoreg,gln,enhetsregisteret". Errors: `invalid`, with a sentence that names what is no source
/// or stands twice; one source at least.
[[nodiscard]] Result<std::vector<NodeSource>> parse_sources(std::string_view text);

/// Which sources speak of a field, the one whose word counts first. A source that is not named does
/// not speak of it: what it says stays with its node.
class Authority {
public:
  /// As shipped.
  Authority();
  /// Errors: as `parse_sources`.
  [[nodiscard]] Result<void> set(JoinedField field, std::string_view sources);

  [[nodiscard]] std::span<const NodeSource> sources(JoinedField field) const noexcept {
    return sources_[static_cast<std::size_t>(field) - 1];
  }
  /// 0 is best; nothing when the source does not speak of the field.
  [[nodiscard]] std::optional<std::size_t> rank(JoinedField field,
                                                NodeSource source) const noexcept;

private:
  std::array<std::vector<NodeSource>, joined_field_count> sources_;
};

} // namespace grunndata::registry::virksomhet
