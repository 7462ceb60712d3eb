// Elements that point at other people: family, marriage, responsibility, guardians, estates.
#include "importers/folkeregisteret/element_schemas.h"
#include "importers/folkeregisteret/enum_values.h"

namespace grunndata::importers::folkeregisteret::schemas {

using enum FieldKind;
using Role = FieldRole;

constinit const Schema related_person = object_schema(std::to_array<Field>({
    {"navn", "name", name},
    {"foedselsdato", "birthDate", date},
    {"statsborgerskap", "citizenship"},
    {"kjoenn", "gender", values::gender},
}));

constinit const Schema marital_status = element_schema(std::to_array<Field>({
    {"sivilstand", "status", values::marital_status},
    {"sivilstandsdato", "statusDate", date},
    {"myndighet", "authority"},
    Field{"kommune", "municipalityNumber", municipality}.withheld_from(Withheld::when_protected),
    Field{"sted", "place"}.withheld_from(Withheld::when_protected),
    {"utland", "abroad"},
    Field{"relatertVedSivilstand", "relatedByMaritalStatus", text, Role::spouse}.withheld_from(
        Withheld::without_legal_basis),
}));

constinit const Schema family_relation = element_schema(std::to_array<Field>({
    {"relatertPerson", "relatedPerson", text, Role::related_person},
    {"relatertPersonUtenFolkeregisteridentifikator", "relatedPersonWithoutIdentifier",
     related_person},
    {"relatertPersonsRolle", "relatedPersonsRole", values::family_relation, Role::related_role},
    {"minRolleForPerson", "myRoleForRelatedPerson", values::family_relation},
}));

constinit const Schema parental_responsibility = element_schema(std::to_array<Field>({
    {"ansvar", "responsibilityType", values::parental_responsibility},
    {"ansvarssubjekt", "subjectOfResponsibility", text, Role::subject},
    {"ansvarlig", "responsible", text, Role::responsible},
    // A municipality's child welfare service tells where the child is.
    Field{"ansvarligOrganisasjon", "responsibleOrganization"}.withheld_from(
        Withheld::when_protected),
    {"ansvarligUtenIdentifikator", "responsibleWithoutIdentifier", related_person},
    {"ansvarssubjektUtenIdentifikator", "subjectOfResponsibilityWithoutIdentifier",
     related_person},
}));

namespace {

constinit const Schema service_area = object_schema(std::to_array<Field>({
    {"vergeTjenestevirksomhet", "guardianServiceEstablishment"},
    {"vergeTjenesteoppgave", "guardianServiceTask"},
}));

// Name and birth date go to both the deprecated property and the one that replaced it.
constinit const Schema guardian = object_schema(std::to_array<Field>({
    {"navn", "name", name},
    {"foedselsEllerDNummer", "identificationNumber", text, Role::guardian},
    {"omfang", "guardianshipScope", values::guardianship_scope},
    {"omfangetErInnenPersonligOmraade", "isGuardianshipInPersonalScope", boolean},
    {"navnFoedselsdato", "nameBirthDate", name_birth_date},
    {"navnFoedselsdato", "guardianInformation", identifying},
    {"tjenesteomraade", "guardianServiceArea", service_area, object_list},
}));

constinit const Schema estate_person = object_schema(std::to_array<Field>({
    {"foedselsdato", "birthDate", date},
    {"personnavn", "personName", name},
    {"foedselsEllerDNummer", "norwegianIdentificationNumber", text, Role::estate_person},
}));

constinit const Schema estate_lawyer = object_schema(std::to_array<Field>({
    {"personnavn", "personName", name},
    {"organisasjonsnavn", "organizationName"},
    {"organisasjonsnummer", "organizationNumber"},
}));

constinit const Schema estate_organization = object_schema(std::to_array<Field>({
    {"organisasjonsnavn", "organizationName"},
    {"organisasjonsnummer", "organizationNumber"},
    {"kontaktpersonnavn", "contactPersonName", name},
}));

constinit const Schema estate_address = object_schema(std::to_array<Field>({
    {"adresselinje", "addressLine", text_list},
    {"poststedsnavn", "city"},
    {"postnummer", "postalCode"},
    {"landkode", "countryCode"},
}));

} // namespace

constinit const Schema guardianship = element_schema(std::to_array<Field>({
    {"vergemaaltype", "guardianshipType", values::guardianship_type},
    Field{"embete", "office"}.withheld_from(Withheld::when_protected),
    {"verge", "guardian", guardian},
}));

constinit const Schema legal_authority = element_schema(std::to_array<Field>({
    {"rettsligHandleevneomfang", "legalAuthorityScope", values::legal_authority_scope},
}));

constinit const Schema deprived_legal_authority = element_schema(std::array<Field, 0>{});

constinit const Schema estate_contact = element_schema(std::to_array<Field>({
    {"person", "person", estate_person},
    {"advokat", "lawyer", estate_lawyer},
    {"organisasjon", "organization", estate_organization},
    {"skifteform", "probateCertificateType", values::probate_certificate},
    {"attestutstedelsesdato", "probateCertificateIssueDate", date},
    {"adresse", "contactAddress", estate_address},
}));

} // namespace grunndata::importers::folkeregisteret::schemas
