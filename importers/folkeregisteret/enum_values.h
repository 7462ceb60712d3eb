// Every enumeration of Folkeregisteret that the contract spells differently.
#pragma once

#include "importers/folkeregisteret/contract_schema.h"

#include <array>

namespace grunndata::importers::folkeregisteret::values {

inline constexpr std::array<EnumValue, 4> grading{{
    {"ugradert", "\"Unclassified\""},
    {"klientadresse", "\"ClientAddress\""},
    {"fortrolig", "\"Confidential\""},
    {"strengtFortrolig", "\"StrictlyConfidential\""},
}};

inline constexpr std::array<EnumValue, 4> address_type{{
    {"bostedsadresse", "\"ResidentialAddress\""},
    {"oppholdsadresse", "\"LivingAddress\""},
    {"postadresse", "\"PostalAddress\""},
    {"postadresseIUtlandet", "\"ForeignPostalAddress\""},
}};

inline constexpr std::array<EnumValue, 5> unit_type{{
    {"bolig", "\"Housing\""},
    {"annetEnnBolig", "\"OtherThanHousing\""},
    {"fritidsbolig", "\"HolidayHome\""},
    {"ikkeGodkjentBolig", "\"NotApprovedAsHousing\""},
    {"unummerertBruksenhet", "\"UnnumberedSeparatelyOccupiedUnit\""},
}};

inline constexpr std::array<EnumValue, 4> stay_elsewhere{{
    {"militaer", "\"Military\""},
    {"utenriks", "\"Abroad\""},
    {"paaSvalbard", "\"OnSvalbard\""},
    {"pendler", "\"Commuter\""},
}};

inline constexpr std::array<EnumValue, 2> identifier_status{{
    {"iBruk", "\"InUse\""},
    {"opphoert", "\"Discontinued\""},
}};

inline constexpr std::array<EnumValue, 2> identifier_type{{
    {"foedselsnummer", "\"NationalIdentityNumber\""},
    {"dNummer", "\"DNumber\""},
}};

inline constexpr std::array<EnumValue, 3> identity_verification{{
    {"ingenStatus", "\"None\""},
    {"ikkeKontrollert", "\"NotVerified\""},
    {"kontrollert", "\"Verified\""},
}};

inline constexpr std::array<EnumValue, 10> person_status{{
    {"bosatt", "\"Resident\""},
    {"utflyttet", "\"Emigrated\""},
    {"forsvunnet", "\"Disappeared\""},
    {"doed", "\"Deceased\""},
    {"opphoert", "\"Discontinued\""},
    {"foedselsregistrert", "\"RegisteredAtBirth\""},
    {"midlertidig", "\"Temporary\""},
    {"inaktiv", "\"Inactive\""},
    {"ikkeBosatt", "\"NotResident\""},
    {"aktiv", "\"Active\""},
}};

inline constexpr std::array<EnumValue, 2> gender{{
    {"kvinne", "\"Female\""},
    {"mann", "\"Male\""},
}};

inline constexpr std::array<EnumValue, 10> marital_status{{
    {"uoppgitt", "\"Unspecified\""},
    {"ugift", "\"Unmarried\""},
    {"gift", "\"Married\""},
    {"enkeEllerEnkemann", "\"WidowOrWidower\""},
    {"skilt", "\"Divorced\""},
    {"separert", "\"Separated\""},
    {"registrertPartner", "\"RegisteredPartner\""},
    {"separertPartner", "\"SeparatedPartner\""},
    {"skiltPartner", "\"DivorcedPartner\""},
    {"gjenlevendePartner", "\"SurvivingPartner\""},
}};

inline constexpr std::array<EnumValue, 7> family_relation{{
    {"mor", "\"Mother\""},
    {"far", "\"Father\""},
    {"medmor", "\"CoMother\""},
    {"barn", "\"Child\""},
    {"soesken", "\"Sibling\""},
    {"ektefelleEllerPartner", "\"SpouseOrPartner\""},
    {"doedfoedtBarn", "\"StillbornChild\""},
}};

inline constexpr std::array<EnumValue, 6> parental_responsibility{{
    {"felles", "\"Joint\""},
    {"mor", "\"Mother\""},
    {"far", "\"Father\""},
    {"medmor", "\"CoMother\""},
    {"andre", "\"Other\""},
    {"ukjent", "\"Unknown\""},
}};

inline constexpr std::array<EnumValue, 8> guardianship_type{{
    {"ensligMindreaarigAsylsoeker", "\"SingleMinorAsylumSeeker\""},
    {"ensligMindreaarigFlyktning", "\"SingleMinorRefugee\""},
    {"voksen", "\"Adult\""},
    {"midlertidigForVoksen", "\"TemporaryForAdult\""},
    {"mindreaarig", "\"Minor\""},
    {"midlertidigForMindreaarig", "\"TemporaryForMinor\""},
    {"forvaltningUtenforVergemaal", "\"ManagementOutsideGuardianship\""},
    {"stadfestetFremtidsfullmakt", "\"ConfirmedFuturePowerOfAttorney\""},
}};

inline constexpr std::array<EnumValue, 4> guardianship_scope{{
    {"utlendingssakerPersonligeOgOekonomiskeInteresser",
     "\"ImmigrationPersonalAndFinancialInterests\""},
    {"personligeOgOekonomiskeInteresser", "\"PersonalAndFinancialInterests\""},
    {"oekonomiskeInteresser", "\"FinancialInterests\""},
    {"personligeInteresser", "\"PersonalInterests\""},
}};

inline constexpr std::array<EnumValue, 1> legal_authority_scope{{
    {"begrenset", "\"Limited\""},
}};

inline constexpr std::array<EnumValue, 3> citizenship_retention{{
    {"harBibehold", "\"CitizenshipRetained\""},
    {"harIkkeLengerBibehold", "\"CitizenshipNoLongerRetained\""},
    {"norskStatsborgerTrengerIkkeBibehold", "\"NorwegianCitizenRetentionNotRequired\""},
}};

inline constexpr std::array<EnumValue, 3> residence_permit{{
    {"midlertidig", "\"Temporary\""},
    {"permanent", "\"Permanent\""},
    {"opplysningMangler", "\"InformationMissing\""},
}};

inline constexpr std::array<EnumValue, 4> length_of_stay{{
    {"underSeksMaaneder", "\"UnderSixMonths\""},
    {"overSeksMaaneder", "\"OverSixMonths\""},
    {"overTolvMaaneder", "\"OverTwelveMonths\""},
    {"ukjent", "\"Unknown\""},
}};

inline constexpr std::array<EnumValue, 2> probate_certificate{{
    {"offentlig", "\"Public\""},
    {"annet", "\"Other\""},
}};

inline constexpr std::array<EnumValue, 3> sami_language{{
    {"nordsamisk", "\"Nordsamisk\""},
    {"soersamisk", "\"Soersamisk\""},
    {"lulesamisk", "\"Lulesamisk\""},
}};

inline constexpr std::array<EnumValue, 3> sami_registry{{
    {"innmeldt", "\"Enrolled\""},
    {"utmeldt", "\"Unenrolled\""},
    {"aldriInnmeldt", "\"NeverEnrolled\""},
}};

} // namespace grunndata::importers::folkeregisteret::values
