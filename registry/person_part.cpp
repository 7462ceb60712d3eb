#include "registry/person_part.h"

#include <algorithm>

namespace grunndata::registry {

using enum PersonPart;

const std::array<PersonPartFacts, person_part_count> person_parts{{
    {norwegian_identification_number, "NorwegianIdentificationNumber",
     "norwegianIdentificationNumber", "identifikasjonsnummer", true, true},
    {name, "Name", "name", "navn", true, true},
    {birth, "Birth", "birth", "foedsel", true, true},
    {gender, "Gender", "gender", "kjoenn", true, true},
    {status, "Status", "status", "status", true, true},
    {death, "Death", "death", "doedsfall", false, true},
    {address_protection, "AddressProtection", "addressProtection", "adressebeskyttelse", true,
     true},
    {residential_address, "ResidentialAddress", "residentialAddress", "bostedsadresse", true,
     true},
    {shared_residence, "SharedResidence", "sharedResidence", "deltBosted", true, true},
    {present_address, "PresentAddress", "presentAddress", "oppholdsadresse", true, true},
    {postal_address, "PostalAddress", "postalAddress", "postadresse", true, true},
    {foreign_postal_address, "ForeignPostalAddress", "foreignPostalAddress",
     "postadresseIUtlandet", true, true},
    {preferred_contact_address, "PreferredContactAddress", "preferredContactAddress",
     "preferertKontaktadresse", true, true},
    {marital_status, "MaritalStatus", "maritalStatus", "sivilstand", true, true},
    {family_relation, "FamilyRelation", "familyRelation", "familierelasjon", true, false},
    {parental_responsibility, "ParentalResponsibility", "parentalResponsibility",
     "foreldreansvar", true, false},
    {guardianship_or_future_power_of_attorney, "GuardianshipOrFuturePowerOfAttorney",
     "guardianshipOrFuturePowerOfAttorney", "vergemaalEllerFremtidsfullmakt", true, false},
    {legal_authority, "LegalAuthority", "legalAuthority", "rettsligHandleevne", true, true},
    {deprived_legal_authority, "DeprivedLegalAuthority", "deprivedLegalAuthority",
     "fratattRettsligHandleevne", true, true},
    {citizenship, "Citizenship", "citizenship", "statsborgerskap", true, false},
    {citizenship_retention, "CitizenshipRetention", "citizenshipRetention", "bibehold", true,
     true},
    {residence_permit, "ResidencePermit", "residencePermit", "opphold", true, true},
    {immigration_to_norway, "ImmigrationToNorway", "immigrationToNorway", "innflytting", true,
     true},
    {emigration_from_norway, "EmigrationFromNorway", "emigrationFromNorway", "utflytting", true,
     true},
    {stay_on_svalbard, "StayOnSvalbard", "stayOnSvalbard", "oppholdPaaSvalbard", true, true},
    {birth_in_norway, "BirthInNorway", "birthInNorway", "foedselINorge", true, true},
    {identity_verification, "IdentityVerification", "identityVerification", "identitetsgrunnlag",
     true, true},
    {identification_document, "IdentificationDocument", "identificationDocument",
     "legitimasjonsdokument", true, false},
    {foreign_person_identification_number, "ForeignPersonIdentificationNumber",
     "foreignPersonIdentificationNumber", "utenlandskPersonidentifikasjon", true, false},
    {immigration_authorities_identification_number, "ImmigrationAuthoritiesIdentificationNumber",
     "immigrationAuthoritiesIdentificationNumber", "utlendingsmyndighetenesIdentifikasjonsnummer",
     true, false},
    {false_identity, "FalseIdentity", "falseIdentity", "falskIdentitet", false, true},
    {residuary_estate_contact_information, "ResiduaryEstateContactInformation",
     "residuaryEstateContactInformation", "kontaktinformasjonForDoedsbo", true, true},
    {use_of_sami_language, "UseOfSamiLanguage", "useOfSamiLanguage", "brukAvSamiskSpraak", true,
     true},
    {sami_parliament_electoral_registry_status, "SamiParliamentElectoralRegistryStatus",
     "samiParliamentElectoralRegistryStatus", "forholdTilSametingetsValgmanntall", true, true},
    {common_contact_register_information, "CommonContactRegisterInformation",
     "commonContactRegisterInformation", "", false, true},
}};

namespace {
constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
} // namespace

std::optional<PersonPart> find_information_part(std::string_view wanted) noexcept {
  for (const auto& facts : person_parts) {
    if (std::ranges::equal(facts.information_part, wanted,
                           [](char a, char b) { return lower(a) == lower(b); })) {
      return facts.part;
    }
  }
  return std::nullopt;
}

} // namespace grunndata::registry
