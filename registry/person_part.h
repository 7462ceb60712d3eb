// The 35 information parts of a person, as Persontjenesten v2 names them. One table; the order is
// the order of properties in an answer and is part of the stored format.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace grunndata::registry {

enum class PersonPart : std::uint8_t {
  norwegian_identification_number,
  name,
  birth,
  gender,
  status,
  death,
  address_protection,
  residential_address,
  shared_residence,
  present_address,
  postal_address,
  foreign_postal_address,
  preferred_contact_address,
  marital_status,
  family_relation,
  parental_responsibility,
  guardianship_or_future_power_of_attorney,
  legal_authority,
  deprived_legal_authority,
  citizenship,
  citizenship_retention,
  residence_permit,
  immigration_to_norway,
  emigration_from_norway,
  stay_on_svalbard,
  birth_in_norway,
  identity_verification,
  identification_document,
  foreign_person_identification_number,
  immigration_authorities_identification_number,
  false_identity,
  residuary_estate_contact_information,
  use_of_sami_language,
  sami_parliament_electoral_registry_status,
  common_contact_register_information,
};

inline constexpr std::size_t person_part_count = 35;
using PersonPartSet = std::bitset<person_part_count>;

struct PersonPartFacts {
  PersonPart part;
  std::string_view information_part; ///< `InformationPart` of the contract
  std::string_view property;         ///< property of `Person` in the contract
  std::string_view source_element;   ///< Folkeregisteret's element; empty: another source's part
  bool is_list;                      ///< false: a single object, `null` when empty
  bool single_valued;                ///< at most one row is current at a time
};

/// Indexed by the value of `PersonPart`.
extern const std::array<PersonPartFacts, person_part_count> person_parts;

[[nodiscard]] inline const PersonPartFacts& facts_of(PersonPart part) noexcept {
  return person_parts[static_cast<std::size_t>(part)];
}

/// By the contract's name, ignoring ASCII case.
[[nodiscard]] std::optional<PersonPart> find_information_part(std::string_view name) noexcept;

} // namespace grunndata::registry
