#include "registry/event_type.h"

#include <algorithm>
#include <array>

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

} // namespace grunndata::registry
