// What can happen: to a person, as Persontjenesten v2 names it, and to a node of the enterprise
// structure. Values are stored; never renumber.
#pragma once

#include "registry/person_part.h"

#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>

namespace grunndata::registry {

enum class EventType : std::uint8_t {
  unknown,
  person_is_created,
  person_is_reactivated,
  person_is_updated,
  person_is_discontinued,
  person_is_continued_as_valid_upon_merger,
  person_is_discontinued_as_duplicate,
  person_is_changed_by_splitting,
  person_is_restored_by_splitting,
  person_is_deceased,
  person_is_resident,
  person_is_emigrated,
  change_in_status,
  change_in_identity_verification,
  change_in_foreign_person_identification_number,
  change_in_immigration_authorities_identification_number,
  change_in_identification_document,
  change_in_norwegian_identification_number,
  change_in_false_identity,
  change_in_residuary_estate_contact_information,
  change_in_shared_residence,
  change_in_birth,
  change_in_birth_in_norway,
  change_in_gender,
  change_in_family_relation,
  change_in_marital_status,
  change_in_death,
  change_in_name,
  change_in_address_protection,
  change_in_residential_address,
  change_in_residential_address_without_relocation,
  change_in_present_address,
  change_in_immigration_to_norway,
  change_in_emigration_from_norway,
  change_in_use_of_sami_language,
  change_in_sami_parliament_electoral_registry_status,
  change_in_contactinformation,
  change_in_parental_responsibility,
  change_in_citizenship,
  change_in_residency,
  change_in_residency_on_svalbard,
  change_in_guardianship,
  change_in_person,
  person_corrected,
  person_populated,
  change_in_postal_address,
  change_in_foreign_postal_address,
  change_in_residence_permit,
  change_in_deprived_legal_authority,
  created_alternate_identification_number,
  updated_alternate_identification_number,
  change_in_legal_authority,
  change_in_common_contact_register_information,
  virksomhet_is_created, ///< from here on of nodes
  virksomhet_is_changed,
  virksomhet_is_discontinued,
  virksomhet_is_removed, ///< taken away by its source for legal reasons
};

inline constexpr std::size_t event_type_count = 57;

[[nodiscard]] constexpr bool is_of_person(EventType type) noexcept {
  return type < EventType::virksomhet_is_created;
}
using EventTypeSet = std::bitset<event_type_count>;

/// The contract's spelling, "PersonIsCreated"; of nodes in its manner.
[[nodiscard]] std::string_view name_of(EventType type) noexcept;
/// By the contract's spelling, ignoring ASCII case.
[[nodiscard]] std::optional<EventType> find_event_type(std::string_view name) noexcept;

/// The event that a change in a part gives when nothing more precise is known.
[[nodiscard]] EventType change_in(PersonPart part) noexcept;

/// The parts that an event tells of; none when it tells of the person as a whole, so that any may
/// have changed.
[[nodiscard]] PersonPartSet changed_parts(EventType type) noexcept;

/// Types that belong together, by a short name: birth, death, move, address, name, status, number,
/// identity, family, protection; virksomhet: all of nodes. `death` has what takes one back as well.
[[nodiscard]] std::optional<EventTypeSet> find_event_group(std::string_view name) noexcept;

/// Whether the event tells of the person's status: of these, one may correct another.
[[nodiscard]] bool is_about_status(EventType type) noexcept;

} // namespace grunndata::registry
