#include "importers/folkeregisteret/event_mapping.h"

#include <algorithm>

namespace grunndata::importers::folkeregisteret {

namespace {

using enum registry::EventType;

constexpr EventMapping one(std::string_view source, registry::EventType type) {
  return {source, {type}, 1};
}

constexpr std::array mappings{
    one("personErOpprettet", person_is_created),
    one("endringIIdentifikasjonsnummer", change_in_norwegian_identification_number),
    one("personErOppdatert", person_is_updated),
    one("personErDoed", person_is_deceased),
    one("personErUtflyttet", person_is_emigrated),
    one("personErBosatt", person_is_resident),
    // The contract has no type of its own for an inactive D-number: it is a status.
    one("personErInaktiv", change_in_status),
    one("endringIStatus", change_in_status),
    one("personErOpphoert", person_is_discontinued),
    one("personErReaktivert", person_is_reactivated),
    one("personErViderefoertSomGjeldendeVedSammenslaaing",
        person_is_continued_as_valid_upon_merger),
    one("personErOpphoertSomDublett", person_is_discontinued_as_duplicate),
    one("personErEndretVedSplitting", person_is_changed_by_splitting),
    one("personErGjenopprettetVedSplitting", person_is_restored_by_splitting),
    one("endringIIdentitetsgrunnlag", change_in_identity_verification),
    one("endringIUtenlandskPersonidentifikasjon", change_in_foreign_person_identification_number),
    one("endringIUtlendingsmyndighetenesIdentifikasjonsnummer",
        change_in_immigration_authorities_identification_number),
    one("endringILegitimasjonsdokument", change_in_identification_document),
    one("endringIFalskIdentitet", change_in_false_identity),
    one("endringIKontaktopplysningerForDoedsbo", change_in_residuary_estate_contact_information),
    one("endringIDeltBosted", change_in_shared_residence),
    one("endringIFoedsel", change_in_birth),
    one("endringIFoedselINorge", change_in_birth_in_norway),
    one("endringIKjoenn", change_in_gender),
    one("endringIFamilierelasjon", change_in_family_relation),
    one("endringISivilstand", change_in_marital_status),
    one("endringIDoedsfall", change_in_death),
    one("endringINavn", change_in_name),
    one("endringIAdressebeskyttelse", change_in_address_protection),
    one("endringIBostedsadresse", change_in_residential_address),
    // Nobody moved: the municipality got another number.
    one("endringIBostedsadresseVedKommuneregulering",
        change_in_residential_address_without_relocation),
    one("endringIBostedsadresseUtenFlytting", change_in_residential_address_without_relocation),
    one("endringIOppholdsadresse", change_in_present_address),
    one("endringIInnflytting", change_in_immigration_to_norway),
    one("endringIUtflytting", change_in_emigration_from_norway),
    EventMapping{"endringIKontaktinformasjon",
                 {change_in_contactinformation, change_in_postal_address,
                  change_in_foreign_postal_address},
                 3},
    one("endringIForeldreansvar", change_in_parental_responsibility),
    one("endringIStatsborgerskap", change_in_citizenship),
    EventMapping{"endringIOpphold", {change_in_residency, change_in_residence_permit}, 2},
    one("endringIOppholdPaaSvalbard", change_in_residency_on_svalbard),
    one("endringIVergemaal", change_in_guardianship),
    one("endringIRettsligHandleevne", change_in_legal_authority),
    one("endringIFratattRettsligHandleevne", change_in_deprived_legal_authority),
    one("endringIBrukAvSamiskSpraak", change_in_use_of_sami_language),
    one("endringISametingetsValgmanntall", change_in_sami_parliament_electoral_registry_status),
    one("endringIPerson", change_in_person),
};

constexpr EventMapping unknown_event = one("", change_in_person);

} // namespace

std::span<const EventMapping> event_mappings() noexcept { return mappings; }

std::span<const registry::EventType> event_types_of(std::string_view source) noexcept {
  const auto found = std::find_if(mappings.begin(), mappings.end(),
                                  [&](const EventMapping& each) { return each.source == source; });
  return found == mappings.end() ? unknown_event.types() : found->types();
}

} // namespace grunndata::importers::folkeregisteret
