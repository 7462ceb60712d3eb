// Elements about where somebody is or gets mail, and what protects that.
#include "importers/folkeregisteret/element_schemas.h"
#include "importers/folkeregisteret/enum_values.h"

namespace grunndata::importers::folkeregisteret::schemas {

using enum FieldKind;
using Role = FieldRole;

namespace {

constinit const Schema city = object_schema(std::to_array<Field>({
    {"poststedsnavn", "cityName"},
    {"postnummer", "postalCode"},
}));

constinit const Schema address_number = object_schema(std::to_array<Field>({
    {"husnummer", "houseNumber"},
    {"husbokstav", "houseLetter"},
}));

constinit const Schema street_address = object_schema(std::to_array<Field>({
    {"kommunenummer", "municipalityNumber", municipality},
    {"bruksenhetsnummer", "separatelyOccupiedUnitNumber"},
    {"bruksenhetstype", "separatelyOccupiedUnitType", values::unit_type},
    {"adressenavn", "addressName"},
    {"adressenummer", "addressNumber", address_number},
    {"adressekode", "addressCode"},
    {"adressetilleggsnavn", "addressAdditionalName"},
    {"poststed", "city", city},
    {"coAdressenavn", "coAddressName"},
}));

constinit const Schema street_address_for_post = object_schema(std::to_array<Field>({
    {"coAdressenavn", "coAddressName"},
    {"adressenavn", "addressName"},
    {"adressenummer", "streetAddressNumber", address_number},
    {"poststed", "city", city},
    {"adressekode", "addressCode"},
    {"adressetilleggsnavn", "addressAdditionalName"},
    {"bruksenhetsnummer", "separatelyOccupiedUnitNumber"},
}));

constinit const Schema cadastral_number = object_schema(std::to_array<Field>({
    {"kommunenummer", "municipalityNumber", municipality},
    {"gaardsnummer", "municipalityLandNumber", integer},
    {"bruksnummer", "titleNumber", integer},
    {"festenummer", "leaseholdNumber", integer},
}));

constinit const Schema cadastral_address = object_schema(std::to_array<Field>({
    {"bruksenhetsnummer", "separatelyOccupiedUnitNumber"},
    {"bruksenhetstype", "separatelyOccupiedUnitType", values::unit_type},
    {"matrikkelnummer", "cadastralNumber", cadastral_number},
    {"undernummer", "subNumber", integer},
    {"adressetilleggsnavn", "addressAdditionalName"},
    {"poststed", "city", city},
    {"coAdressenavn", "coAddressName"},
}));

constinit const Schema unknown_residence = object_schema(std::to_array<Field>({
    {"bostedskommune", "municipalityNumber", municipality},
}));

constinit const Schema foreign_address = object_schema(std::to_array<Field>({
    {"coAdressenavn", "coAddressName"},
    {"adressenavn", "addressName"},
    {"bygning", "building"},
    {"etasjenummer", "floorNumber"},
    {"boenhet", "housingUnit"},
    {"postboks", "postBox"},
    {"postkode", "postCode"},
    {"byEllerStedsnavn", "cityOrPlaceName"},
    {"distriktsnavn", "districtName"},
    {"region", "region"},
    {"landkode", "countryCode"},
}));

constinit const Schema free_form_foreign_address = object_schema(std::to_array<Field>({
    {"adresselinje", "addressLine", text_list},
    {"postkode", "postCode"},
    {"byEllerStedsnavn", "cityOrPlaceName"},
    {"landkode", "countryCode"},
}));

constinit const Schema post_box_address = object_schema(std::to_array<Field>({
    {"postbokseier", "postBoxOwner"},
    {"postboks", "postBoxIdentification"},
    {"poststed", "city", city},
}));

// The lines go to both the deprecated property and the one that replaced it.
constinit const Schema free_form_postal_address = object_schema(std::to_array<Field>({
    {"adresselinje", "adresselinje", text_list},
    {"adresselinje", "addressLine", text_list},
    {"poststed", "city", city},
}));

constinit const Schema free_form_address = object_schema(std::to_array<Field>({
    {"adresselinje", "addressLine", text_list},
    {"landkode", "countryCode"},
}));

} // namespace

constinit const Schema address_protection = element_schema(std::to_array<Field>({
    {"graderingsnivaa", "protectionLevel", values::grading, Role::level, grading},
}));

constinit const Schema residential_address = element_schema(std::to_array<Field>({
    {"vegadresse", "streetAddress", street_address},
    {"matrikkeladresse", "cadastralAddress", cadastral_address},
    {"ukjentBosted", "unknownResidence", unknown_residence},
    {"adresseIdentifikatorFraMatrikkelen", "cadastralIdentifier"},
    {"naerAdresseIdentifikatorFraMatrikkelen", "closeCadastralIdentifier"},
    {"adressegradering", "addressConfidentiality", values::grading, Role::level, grading},
    {"flyttedato", "moveDate", date},
    {"grunnkrets", "basicStatisticalUnit", basic_unit},
    {"stemmekrets", "constituency", integer},
    {"skolekrets", "schoolDistrict", integer},
    {"kirkekrets", "churchDistrict", integer},
    {"grunnkrets", "urbanDistrictCode", urban_district},
}));

constinit const Schema shared_residence = element_schema(std::to_array<Field>({
    {"vegadresse", "streetAddress", street_address},
    {"matrikkeladresse", "cadastralAddress", cadastral_address},
    {"ukjentBosted", "unknownResidence", unknown_residence},
    {"startdatoForKontrakt", "contractValidFrom", date},
    {"sluttdatoForKontrakt", "contractValidTo", date},
    {"adresseIdentifikatorFraMatrikkelen", "cadastralIdentifier"},
    {"naerAdresseIdentifikatorFraMatrikkelen", "closeCadastralIdentifier"},
    {"adressegradering", "addressConfidentiality", values::grading, Role::level, grading},
    {"grunnkrets", "urbanDistrictCode", urban_district},
    {"grunnkrets", "basicStatisticalUnit", basic_unit},
}));

constinit const Schema present_address = element_schema(std::to_array<Field>({
    {"utenlandskAdresse", "foreignAddress", foreign_address},
    {"adressenErUkjent", "isAddressUnknown", boolean},
    {"vegadresse", "streetAddress", street_address},
    {"matrikkeladresse", "cadastralAddress", cadastral_address},
    {"adresseIdentifikatorFraMatrikkelen", "cadastralIdentifier"},
    {"adressegradering", "addressConfidentiality", values::grading, Role::level, grading},
    {"oppholdsadressedato", "presentAddressDate", date},
    {"oppholdAnnetSted", "stayElsewhere", values::stay_elsewhere},
    {"grunnkrets", "urbanDistrictCode", urban_district},
    {"grunnkrets", "basicStatisticalUnit", basic_unit},
}));

constinit const Schema postal_address = element_schema(std::to_array<Field>({
    {"adressegradering", "addressConfidentiality", values::grading, Role::level, grading},
    {"postboksadresse", "postBoxAddress", post_box_address},
    {"vegadresse", "streetAddress", street_address_for_post},
    {"postadresseIFrittFormat", "freeFormPostalAddress", free_form_postal_address},
    {"adresseIdentifikatorFraMatrikkelen", "cadastralIdentifier"},
}));

constinit const Schema foreign_postal_address = element_schema(std::to_array<Field>({
    {"adressegradering", "addressConfidentiality", values::grading, Role::level, grading},
    {"utenlandskAdresse", "foreignAddress", foreign_address},
    {"utenlandskAdresseIFrittFormat", "freeFormForeignAddress", free_form_foreign_address},
}));

constinit const Schema preferred_contact_address = element_schema(std::to_array<Field>({
    {"valg", "addressType", values::address_type},
    {"adressegradering", "addressConfidentiality", values::grading, Role::level, grading},
    {"kontaktadresseIFrittFormat", "freeformContactAddress", free_form_address},
}));

} // namespace grunndata::importers::folkeregisteret::schemas
