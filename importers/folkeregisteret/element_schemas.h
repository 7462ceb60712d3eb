// The table of every element of a Folkeregisteret person and the part of the contract it becomes.
#pragma once

#include "importers/folkeregisteret/contract_schema.h"
#include "registry/person_part.h"

#include <cstddef>
#include <string_view>

namespace grunndata::importers::folkeregisteret {

/// Objects that several elements hold.
namespace schemas {
extern const Schema name;               ///< Personnavn
extern const Schema related_person;     ///< RelatertBiPerson
extern const Schema identifying;        ///< IdentifiserendeInformasjon
extern const Schema name_birth_date;    ///< PersonNavnFoedselsdato
} // namespace schemas

struct ElementMapping {
  std::string_view element; ///< the property of the person document
  registry::PersonPart part{};
  const Schema* schema = nullptr;
  bool is_list = true;
  bool needs_grading = false; ///< without one a row counts as strictly confidential
};

/// Nothing for a property that is no known element.
[[nodiscard]] const ElementMapping* find_element(std::string_view name) noexcept;
/// Of the part; nothing for the one part that Folkeregisteret does not deliver.
[[nodiscard]] const ElementMapping* element_of(registry::PersonPart part) noexcept;

namespace schemas {
extern const Schema identification_number, person_name, birth, gender, status, death,
    address_protection, residential_address, shared_residence, present_address, postal_address,
    foreign_postal_address, preferred_contact_address, marital_status, family_relation,
    parental_responsibility, guardianship, legal_authority, deprived_legal_authority, citizenship,
    citizenship_retention, residence_permit, immigration, emigration, stay_on_svalbard,
    birth_in_norway, identity_verification, identification_document, person_identification,
    false_identity, estate_contact, sami_language, sami_registry;
} // namespace schemas

} // namespace grunndata::importers::folkeregisteret
