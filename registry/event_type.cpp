#include "registry/event_type.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace grunndata::registry {

namespace {

constexpr std::array<std::string_view, event_type_count> names{
    "Unknown",
    "PersonIsCreated",
    "PersonIsReactivated",
    "PersonIsUpdated",
    "PersonIsDiscontinued",
    "PersonIsContinuedAsValidUponMerger",
    "PersonIsDiscontinuedAsDuplicate",
    "PersonIsChangedBySplitting",
    "PersonIsRestoredBySplitting",
    "PersonIsDeceased",
    "PersonIsResident",
    "PersonIsEmigrated",
    "ChangeInStatus",
    "ChangeInIdentityVerification",
    "ChangeInForeignPersonIdentificationNumber",
    "ChangeInImmigrationAuthoritiesIdentificationNumber",
    "ChangeInIdentificationDocument",
    "ChangeInNorwegianIdentificationNumber",
    "ChangeInFalseIdentity",
    "ChangeInResiduaryEstateContactInformation",
    "ChangeInSharedResidence",
    "ChangeInBirth",
    "ChangeInBirthInNorway",
    "ChangeInGender",
    "ChangeInFamilyRelation",
    "ChangeInMaritalStatus",
    "ChangeInDeath",
    "ChangeInName",
    "ChangeInAddressProtection",
    "ChangeInResidentialAddress",
    "ChangeInResidentialAddressWithoutRelocation",
    "ChangeInPresentAddress",
    "ChangeInImmigrationToNorway",
    "ChangeInEmigrationFromNorway",
    "ChangeInUseOfSamiLanguage",
    "ChangeInSamiParliamentElectoralRegistryStatus",
    "ChangeInContactinformation",
    "ChangeInParentalResponsibility",
    "ChangeInCitizenship",
    "ChangeInResidency",
    "ChangeInResidencyOnSvalbard",
    "ChangeInGuardianship",
    "ChangeInPerson",
    "PersonCorrected",
    "PersonPopulated",
    "ChangeInPostalAddress",
    "ChangeInForeignPostalAddress",
    "ChangeInResidencePermit",
    "ChangeInDeprivedLegalAuthority",
    "CreatedAlternateIdentificationNumber",
    "UpdatedAlternateIdentificationNumber",
    "ChangeInLegalAuthority",
    "ChangeInCommonContactRegisterInformation",
    "VirksomhetIsCreated",
    "VirksomhetIsChanged",
    "VirksomhetIsDiscontinued",
    "VirksomhetIsRemoved",
};

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

} // namespace

std::string_view name_of(EventType type) noexcept {
  return names[static_cast<std::size_t>(type)];
}

std::optional<EventType> find_event_type(std::string_view wanted) noexcept {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (std::ranges::equal(names[i], wanted,
                           [](char a, char b) { return lower(a) == lower(b); })) {
      return static_cast<EventType>(i);
    }
  }
  return std::nullopt;
}

EventType change_in(PersonPart part) noexcept {
  using enum PersonPart;
  using enum EventType;
  switch (part) {
  case norwegian_identification_number: return change_in_norwegian_identification_number;
  case name: return change_in_name;
  case birth: return change_in_birth;
  case gender: return change_in_gender;
  case status: return change_in_status;
  case death: return change_in_death;
  case address_protection: return change_in_address_protection;
  case residential_address: return change_in_residential_address;
  case shared_residence: return change_in_shared_residence;
  case present_address: return change_in_present_address;
  case postal_address: return change_in_postal_address;
  case foreign_postal_address: return change_in_foreign_postal_address;
  case preferred_contact_address: return change_in_contactinformation;
  case marital_status: return change_in_marital_status;
  case family_relation: return change_in_family_relation;
  case parental_responsibility: return change_in_parental_responsibility;
  case guardianship_or_future_power_of_attorney: return change_in_guardianship;
  case legal_authority: return change_in_legal_authority;
  case deprived_legal_authority: return change_in_deprived_legal_authority;
  case citizenship:
  case citizenship_retention: return change_in_citizenship;
  case residence_permit: return change_in_residence_permit;
  case immigration_to_norway: return change_in_immigration_to_norway;
  case emigration_from_norway: return change_in_emigration_from_norway;
  case stay_on_svalbard: return change_in_residency_on_svalbard;
  case birth_in_norway: return change_in_birth_in_norway;
  case identity_verification: return change_in_identity_verification;
  case identification_document: return change_in_identification_document;
  case foreign_person_identification_number:
    return change_in_foreign_person_identification_number;
  case immigration_authorities_identification_number:
    return change_in_immigration_authorities_identification_number;
  case false_identity: return change_in_false_identity;
  case residuary_estate_contact_information:
    return change_in_residuary_estate_contact_information;
  case use_of_sami_language: return change_in_use_of_sami_language;
  case sami_parliament_electoral_registry_status:
    return change_in_sami_parliament_electoral_registry_status;
  case common_contact_register_information:
    return change_in_common_contact_register_information;
  }
  return change_in_person;
}

PersonPartSet changed_parts(EventType type) noexcept {
  PersonPartSet parts;
  if (!is_of_person(type)) {
    return parts;
  }
  const EventType told = is_about_status(type) ? EventType::change_in_status : type;
  for (const PersonPartFacts& facts : person_parts) {
    parts.set(static_cast<std::size_t>(facts.part), change_in(facts.part) == told);
  }
  return parts;
}

std::optional<EventTypeSet> find_event_group(std::string_view name) noexcept {
  using enum EventType;
  struct Group {
    std::string_view name;
    std::initializer_list<EventType> types;
  };
  static const std::array<Group, 11> groups{{
      {"birth", {person_is_created, person_populated, change_in_birth, change_in_birth_in_norway}},
      {"death", {person_is_deceased, person_is_reactivated, change_in_death}},
      {"move",
       {person_is_resident, person_is_emigrated, change_in_residential_address,
        change_in_shared_residence, change_in_present_address, change_in_immigration_to_norway,
        change_in_emigration_from_norway, change_in_residency_on_svalbard}},
      {"address",
       {change_in_residential_address, change_in_residential_address_without_relocation,
        change_in_shared_residence, change_in_present_address, change_in_postal_address,
        change_in_foreign_postal_address, change_in_contactinformation}},
      {"name", {change_in_name}},
      {"status",
       {person_is_reactivated, person_is_discontinued, person_is_deceased, person_is_resident,
        person_is_emigrated, change_in_status}},
      {"number",
       {change_in_norwegian_identification_number, change_in_foreign_person_identification_number,
        change_in_immigration_authorities_identification_number,
        created_alternate_identification_number, updated_alternate_identification_number}},
      {"identity",
       {person_is_continued_as_valid_upon_merger, person_is_discontinued_as_duplicate,
        person_is_changed_by_splitting, person_is_restored_by_splitting, person_is_discontinued,
        change_in_identity_verification, change_in_false_identity}},
      {"family",
       {change_in_family_relation, change_in_marital_status, change_in_parental_responsibility,
        change_in_guardianship}},
      {"protection", {change_in_address_protection}},
      {"virksomhet",
       {virksomhet_is_created, virksomhet_is_changed, virksomhet_is_discontinued,
        virksomhet_is_removed}},
  }};
  const auto* const group = std::ranges::find(groups, name, &Group::name);
  if (group == groups.end()) {
    return std::nullopt;
  }
  EventTypeSet types;
  for (const EventType type : group->types) {
    types.set(static_cast<std::size_t>(type));
  }
  return types;
}

bool is_about_status(EventType type) noexcept {
  using enum EventType;
  switch (type) {
  case person_is_reactivated:
  case person_is_discontinued:
  case person_is_deceased:
  case person_is_resident:
  case person_is_emigrated:
  case change_in_status: return true;
  default: return false;
  }
}

} // namespace grunndata::registry
