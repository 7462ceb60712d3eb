// Elements about who somebody is: numbers, name, birth, status, citizenship, stays.
#include "importers/folkeregisteret/element_schemas.h"
#include "importers/folkeregisteret/enum_values.h"

namespace grunndata::importers::folkeregisteret::schemas {

using enum FieldKind;
using Role = FieldRole;

constinit const Schema name = object_schema(std::to_array<Field>({
    {"fornavn", "givenName"},
    {"mellomnavn", "middleName"},
    {"etternavn", "familyName"},
}));

constinit const Schema identifying = object_schema(std::to_array<Field>({
    {"personnavn", "personName", name},
    {"foedselsdato", "birthDate", date},
    {"statsborgerskap", "citizenship", text_list},
    {"kjoenn", "gender", values::gender},
}));

constinit const Schema name_birth_date = object_schema(std::to_array<Field>({
    {"personnavn", "name", name},
    {"foedselsdato", "birthDate", date},
    {"statsborgerskap", "citizenship"},
    {"kjoenn", "gender", values::gender},
}));

constinit const Schema identification_number = element_schema(std::to_array<Field>({
    {"status", "status", values::identifier_status, Role::number_status},
    {"foedselsEllerDNummer", "identificationNumber", text, Role::number},
    {"identifikatortype", "identificationNumberType", values::identifier_type, Role::number_type},
}));

constinit const Schema person_name = element_schema(std::to_array<Field>({
    {"fornavn", "givenName"},
    {"mellomnavn", "middleName"},
    {"etternavn", "familyName"},
    {"forkortetNavn", "shortName"},
    {"originaltNavn", "originalName", name},
}));

constinit const Schema birth = element_schema(std::to_array<Field>({
    Field{"foedselsdato", "birthDate", date}.or_null(),
    {"foedselsaar", "birthYear"},
    Field{"foedested", "birthPlace"}.withheld_from(Withheld::when_protected),
    Field{"foedekommuneINorge", "birthMunicipalityNumber", municipality}.withheld_from(
        Withheld::when_protected),
    {"foedeland", "birthCountry"},
}));

constinit const Schema birth_in_norway = element_schema(std::to_array<Field>({
    {"foedselsinstitusjonsnavn", "organizationName"},
    {"rekkefoelgenummer", "multipleBirthNumber", integer},
}));

constinit const Schema gender = element_schema(std::to_array<Field>({
    {"kjoenn", "gender", values::gender},
}));

constinit const Schema status = element_schema(std::to_array<Field>({
    {"status", "status", values::person_status, Role::person_status},
}));

constinit const Schema death = element_schema(std::to_array<Field>({
    {"doedsdato", "deceasedDate", date},
}));

constinit const Schema citizenship = element_schema(std::to_array<Field>({
    {"statsborgerskap", "countryCode"},
    {"ervervsdato", "aquiredDate", date},
}));

constinit const Schema citizenship_retention = element_schema(std::to_array<Field>({
    {"bibeholdstatus", "citizenshipRetentionStatus", values::citizenship_retention},
    {"datoForBibehold", "retentionResolutionDate", date},
}));

constinit const Schema residence_permit = element_schema(std::to_array<Field>({
    {"oppholdstillatelse", "residencePermitType", values::residence_permit},
    {"oppholdFra", "stayFrom", date},
    {"oppholdTil", "stayTo", date},
}));

constinit const Schema immigration = element_schema(std::to_array<Field>({
    {"fraflyttingsland", "immigratedFromCountry"},
    {"fraflyttingsstedIUtlandet", "immigratedFromCity"},
}));

constinit const Schema emigration = element_schema(std::to_array<Field>({
    {"tilflyttingsland", "emigratedToCountry"},
    {"tilflyttingsstedIUtlandet", "emigratedToCity"},
    {"utflyttingsdato", "emigratedMoveDate", date},
}));

constinit const Schema stay_on_svalbard = element_schema(std::to_array<Field>({
    {"startdato", "startDate", date},
    {"sluttdato", "endDate", date},
    {"fraflyttingskommunenummer", "immigratedFromMunicipalityNumber"},
    {"fraflyttingsland", "immigratedFromCountry"},
    {"antallTidligereOpphold", "numberOfPreviousStays", integer},
    {"antattOppholdsvarighet", "estimatedLengthOfStay", values::length_of_stay},
}));

constinit const Schema identity_verification = element_schema(std::to_array<Field>({
    {"identitetsgrunnlagstatus", "identityVerificationStatus", values::identity_verification},
}));

namespace {
constinit const Schema document_control = object_schema(std::to_array<Field>({
    {"dokumentkontrollstatus", "verificationStatus"},
    {"dokumentkontrolltidspunkt", "verifiedAt", date_time},
}));
} // namespace

constinit const Schema identification_document = element_schema(std::to_array<Field>({
    {"identifikasjonsdokumentnummer", "documentNumber"},
    {"identifikasjonsdokumenttype", "documentType"},
    {"utstederland", "issuerCountry"},
    {"utstedernavn", "issuerName"},
    {"gyldigFra", "documentValidFrom", date},
    {"gyldigTil", "documentValidTo", date},
    {"dokumentkontroll", "documentVerification", document_control},
}));

constinit const Schema person_identification = element_schema(std::to_array<Field>({
    {"identifikasjonsnummer", "identificationNumber", text, Role::number},
    {"identifikasjonsnummertype", "identificationNumberType", text, Role::number_type},
    {"utstederland", "issuerCountry", text, Role::country},
}));

constinit const Schema false_identity = element_schema(std::to_array<Field>({
    {"rettIdentitetVedOpplysninger", "correctIdentityFromInformation", identifying},
    {"rettIdentitetErUkjent", "isCorrectIdentityUnknown", boolean},
    {"rettIdentitetVedIdentifikasjonsnummer", "correctIdentityFromIdentificationNumber", text,
     Role::correct_identity},
    {"erFalsk", "isFalseIdentity", boolean},
}));

constinit const Schema sami_language = element_schema(std::to_array<Field>({
    {"spraak", "language", values::sami_language, Role::none, enumeration_list},
}));

constinit const Schema sami_registry = element_schema(std::to_array<Field>({
    {"forhold", "status", values::sami_registry},
    {"vedtaksdato", "resolutionDate", date},
}));

} // namespace grunndata::importers::folkeregisteret::schemas
