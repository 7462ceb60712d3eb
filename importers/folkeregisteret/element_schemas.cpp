#include "importers/folkeregisteret/element_schemas.h"

#include <array>

namespace grunndata::importers::folkeregisteret {

using enum registry::PersonPart;

namespace {

constexpr std::size_t elements_count = registry::person_part_count - 1;

// In the order of `PersonPart`.
constexpr std::array<ElementMapping, elements_count> elements{{
    {"identifikasjonsnummer", norwegian_identification_number, &schemas::identification_number},
    {"navn", name, &schemas::person_name},
    {"foedsel", birth, &schemas::birth},
    {"kjoenn", gender, &schemas::gender},
    {"status", status, &schemas::status},
    {"doedsfall", death, &schemas::death, false},
    {"adressebeskyttelse", address_protection, &schemas::address_protection, true, true},
    {"bostedsadresse", residential_address, &schemas::residential_address, true, true},
    {"deltBosted", shared_residence, &schemas::shared_residence, true, true},
    {"oppholdsadresse", present_address, &schemas::present_address, true, true},
    {"postadresse", postal_address, &schemas::postal_address, true, true},
    {"postadresseIUtlandet", foreign_postal_address, &schemas::foreign_postal_address, true, true},
    {"preferertKontaktadresse", preferred_contact_address, &schemas::preferred_contact_address},
    {"sivilstand", marital_status, &schemas::marital_status},
    {"familierelasjon", family_relation, &schemas::family_relation},
    {"foreldreansvar", parental_responsibility, &schemas::parental_responsibility},
    {"vergemaalEllerFremtidsfullmakt", guardianship_or_future_power_of_attorney,
     &schemas::guardianship},
    {"rettsligHandleevne", legal_authority, &schemas::legal_authority},
    {"fratattRettsligHandleevne", deprived_legal_authority, &schemas::deprived_legal_authority},
    {"statsborgerskap", citizenship, &schemas::citizenship},
    {"bibehold", citizenship_retention, &schemas::citizenship_retention},
    {"opphold", residence_permit, &schemas::residence_permit},
    {"innflytting", immigration_to_norway, &schemas::immigration},
    {"utflytting", emigration_from_norway, &schemas::emigration},
    {"oppholdPaaSvalbard", stay_on_svalbard, &schemas::stay_on_svalbard},
    {"foedselINorge", birth_in_norway, &schemas::birth_in_norway},
    {"identitetsgrunnlag", identity_verification, &schemas::identity_verification},
    {"legitimasjonsdokument", identification_document, &schemas::identification_document},
    {"utenlandskPersonidentifikasjon", foreign_person_identification_number,
     &schemas::person_identification},
    {"utlendingsmyndighetenesIdentifikasjonsnummer",
     immigration_authorities_identification_number, &schemas::person_identification},
    {"falskIdentitet", false_identity, &schemas::false_identity, false},
    {"kontaktinformasjonForDoedsbo", residuary_estate_contact_information,
     &schemas::estate_contact},
    {"brukAvSamiskSpraak", use_of_sami_language, &schemas::sami_language},
    {"forholdTilSametingetsValgmanntall", sami_parliament_electoral_registry_status,
     &schemas::sami_registry},
}};

struct ElementIndex {
  std::uint64_t salt = 0;
  std::array<std::uint8_t, Schema::buckets_count> buckets{};
};

/// Does not compile when no salt separates the names.
consteval ElementIndex index_elements() {
  ElementIndex index{0x9E3779B97F4A7C15ULL, {}};
  constexpr std::uint32_t tries_max = 2000;
  for (std::uint32_t tries = 0; tries < tries_max; ++tries) {
    index.salt = index.salt * 6364136223846793005ULL + 1442695040888963407ULL;
    index.buckets.fill(Schema::no_field);
    std::uint8_t placed = 0;
    for (; placed < elements_count; ++placed) {
      auto& bucket = index.buckets[Schema::bucket_of(elements[placed].element, index.salt)];
      if (bucket != Schema::no_field) break;
      bucket = placed;
    }
    if (placed == elements_count) return index;
  }
  throw "no salt separates the element names";
}
constinit const ElementIndex element_index = index_elements();

} // namespace

const ElementMapping* find_element(std::string_view name) noexcept {
  if (name.empty()) return nullptr;
  const std::uint8_t at = element_index.buckets[Schema::bucket_of(name, element_index.salt)];
  return at != Schema::no_field && elements[at].element == name ? &elements[at] : nullptr;
}

const ElementMapping* element_of(registry::PersonPart part) noexcept {
  const auto at = static_cast<std::size_t>(part);
  return at < elements_count ? &elements[at] : nullptr;
}

} // namespace grunndata::importers::folkeregisteret
