#include "importers/folkeregisteret/event_mapping.h"

#include <doctest/doctest.h>
#include <string>
#include <vector>

using namespace grunndata;
using namespace grunndata::importers::folkeregisteret;

namespace {

struct Row {
  const char* source;
  std::vector<std::string> types;
};

// As Persontjenesten's contract names what stands in Folkeregisteret's event types.
const std::vector<Row> expected{
    {"personErOpprettet", {"PersonIsCreated"}},
    {"endringIIdentifikasjonsnummer", {"ChangeInNorwegianIdentificationNumber"}},
    {"personErOppdatert", {"PersonIsUpdated"}},
    {"personErDoed", {"PersonIsDeceased"}},
    {"personErUtflyttet", {"PersonIsEmigrated"}},
    {"personErBosatt", {"PersonIsResident"}},
    {"personErInaktiv", {"ChangeInStatus"}},
    {"endringIStatus", {"ChangeInStatus"}},
    {"personErOpphoert", {"PersonIsDiscontinued"}},
    {"personErReaktivert", {"PersonIsReactivated"}},
    {"personErViderefoertSomGjeldendeVedSammenslaaing", {"PersonIsContinuedAsValidUponMerger"}},
    {"personErOpphoertSomDublett", {"PersonIsDiscontinuedAsDuplicate"}},
    {"personErEndretVedSplitting", {"PersonIsChangedBySplitting"}},
    {"personErGjenopprettetVedSplitting", {"PersonIsRestoredBySplitting"}},
    {"endringIIdentitetsgrunnlag", {"ChangeInIdentityVerification"}},
    {"endringIUtenlandskPersonidentifikasjon", {"ChangeInForeignPersonIdentificationNumber"}},
    {"endringIUtlendingsmyndighetenesIdentifikasjonsnummer",
     {"ChangeInImmigrationAuthoritiesIdentificationNumber"}},
    {"endringILegitimasjonsdokument", {"ChangeInIdentificationDocument"}},
    {"endringIFalskIdentitet", {"ChangeInFalseIdentity"}},
    {"endringIKontaktopplysningerForDoedsbo", {"ChangeInResiduaryEstateContactInformation"}},
    {"endringIDeltBosted", {"ChangeInSharedResidence"}},
    {"endringIFoedsel", {"ChangeInBirth"}},
    {"endringIFoedselINorge", {"ChangeInBirthInNorway"}},
    {"endringIKjoenn", {"ChangeInGender"}},
    {"endringIFamilierelasjon", {"ChangeInFamilyRelation"}},
    {"endringISivilstand", {"ChangeInMaritalStatus"}},
    {"endringIDoedsfall", {"ChangeInDeath"}},
    {"endringINavn", {"ChangeInName"}},
    {"endringIAdressebeskyttelse", {"ChangeInAddressProtection"}},
    {"endringIBostedsadresse", {"ChangeInResidentialAddress"}},
    {"endringIBostedsadresseVedKommuneregulering",
     {"ChangeInResidentialAddressWithoutRelocation"}},
    {"endringIBostedsadresseUtenFlytting", {"ChangeInResidentialAddressWithoutRelocation"}},
    {"endringIOppholdsadresse", {"ChangeInPresentAddress"}},
    {"endringIInnflytting", {"ChangeInImmigrationToNorway"}},
    {"endringIUtflytting", {"ChangeInEmigrationFromNorway"}},
    {"endringIKontaktinformasjon",
     {"ChangeInContactinformation", "ChangeInPostalAddress", "ChangeInForeignPostalAddress"}},
    {"endringIForeldreansvar", {"ChangeInParentalResponsibility"}},
    {"endringIStatsborgerskap", {"ChangeInCitizenship"}},
    {"endringIOpphold", {"ChangeInResidency", "ChangeInResidencePermit"}},
    {"endringIOppholdPaaSvalbard", {"ChangeInResidencyOnSvalbard"}},
    {"endringIVergemaal", {"ChangeInGuardianship"}},
    {"endringIRettsligHandleevne", {"ChangeInLegalAuthority"}},
    {"endringIFratattRettsligHandleevne", {"ChangeInDeprivedLegalAuthority"}},
    {"endringIBrukAvSamiskSpraak", {"ChangeInUseOfSamiLanguage"}},
    {"endringISametingetsValgmanntall", {"ChangeInSamiParliamentElectoralRegistryStatus"}},
    {"endringIPerson", {"ChangeInPerson"}},
};

std::vector<std::string> names_of(std::string_view source) {
  std::vector<std::string> names;
  for (const registry::EventType type : event_types_of(source)) {
    names.emplace_back(registry::name_of(type));
  }
  return names;
}

} // namespace

TEST_CASE("each event type of Folkeregisteret has its types in the contract") {
  for (const Row& row : expected) {
    SUBCASE(row.source) { CHECK(names_of(row.source) == row.types); }
  }
}

TEST_CASE("the table of events holds no row that is not tested") {
  CHECK(event_mappings().size() == expected.size());
}

TEST_CASE("an event that is not known changes the person") {
  CHECK(names_of("endringIFremtid") == std::vector<std::string>{"ChangeInPerson"});
  CHECK(names_of("") == std::vector<std::string>{"ChangeInPerson"});
  CHECK(names_of("endringIAnnenIdentifikasjon") == std::vector<std::string>{"ChangeInPerson"});
}
