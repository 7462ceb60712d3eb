#include "registry/access.h"

#include <array>

namespace grunndata::registry {

namespace {

using enum PersonPart;

/// What a part is to somebody who looks for a person.
enum class Place : std::uint8_t {
  none,      ///< tells nothing about where
  in_fields, ///< some fields tell; the importer gives protected persons a row without them
  whole,     ///< the part as such tells
  post,      ///< where post may be sent, run by the authorities when somebody hides
};

struct Rule {
  PersonPart part;
  bool confidential; ///< taushetsbelagt, or ours to withhold: nobody without legal basis sees it
  bool open_history; ///< its past is shown without legal basis
  Place place;
};

// folkeregisteret.md 2.3 (taushetsbelagt), privacy.md (what locates a person), decision 15.
// address_protection: the fact of protection is itself confidential.
// identification_document and the contact register stand on neither of the source's two lists:
// withheld until somebody grants them.
// AddressProtection does not cover post addresses, which carry gradings of their own; towards
// callers without legal basis they go with the rest all the same, because a post box of the
// authorities tells that somebody hides.
constexpr std::array<Rule, person_part_count> rules{{
    {norwegian_identification_number, false, false, Place::none},
    {name, false, true, Place::none},
    {birth, false, false, Place::in_fields},
    {gender, false, false, Place::none},
    {status, false, false, Place::none},
    {death, false, false, Place::none},
    {address_protection, true, false, Place::none},
    {residential_address, false, true, Place::whole},
    {shared_residence, false, false, Place::whole},
    {present_address, false, false, Place::whole},
    {postal_address, false, false, Place::post},
    {foreign_postal_address, false, false, Place::whole},
    {preferred_contact_address, false, false, Place::whole},
    {marital_status, false, false, Place::in_fields},
    {family_relation, true, false, Place::none},
    {parental_responsibility, true, false, Place::in_fields},
    {guardianship_or_future_power_of_attorney, false, false, Place::in_fields},
    {legal_authority, false, false, Place::none},
    {deprived_legal_authority, false, false, Place::none},
    {citizenship, false, false, Place::none},
    {citizenship_retention, true, false, Place::none},
    {residence_permit, true, false, Place::none},
    {immigration_to_norway, false, false, Place::whole},
    {emigration_from_norway, false, false, Place::whole},
    {stay_on_svalbard, false, false, Place::whole},
    {birth_in_norway, false, false, Place::whole},
    {identity_verification, false, false, Place::none},
    {identification_document, true, false, Place::none},
    {foreign_person_identification_number, true, false, Place::none},
    {immigration_authorities_identification_number, true, false, Place::none},
    {false_identity, true, false, Place::none},
    {residuary_estate_contact_information, false, false, Place::whole},
    {use_of_sami_language, true, false, Place::none},
    {sami_parliament_electoral_registry_status, true, false, Place::none},
    {common_contact_register_information, true, false, Place::whole},
}};

constexpr const Rule& rule_of(PersonPart part) noexcept {
  return rules[static_cast<std::size_t>(part)];
}

constexpr bool rules_are_in_order() {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (static_cast<std::size_t>(rules[i].part) != i) {
      return false;
    }
  }
  return true;
}
static_assert(rules_are_in_order());

bool with_legal_basis(const Rule& rule, Grading row, Grading person, bool historic) noexcept {
  if (row == Grading::strictly_confidential && rule.place != Place::none) {
    return false;
  }
  if (person != Grading::strictly_confidential) {
    return true;
  }
  switch (rule.place) {
    case Place::none:
    case Place::in_fields: return true;
    case Place::post: return !historic;
    case Place::whole: return false;
  }
  return false;
}

bool without_legal_basis(const Rule& rule, Grading row, Grading person, bool historic) noexcept {
  if (rule.confidential || row != Grading::unclassified || (historic && !rule.open_history)) {
    return false;
  }
  if (person < Grading::confidential) {
    return true;
  }
  return rule.place == Place::none || rule.place == Place::in_fields;
}

} // namespace

bool may_see(PersonPart part, Grading row, Grading person, bool historic, Access access) noexcept {
  const Rule& rule = rule_of(part);
  return access == Access::legal_basis ? with_legal_basis(rule, row, person, historic)
                                       : without_legal_basis(rule, row, person, historic);
}

bool locates(PersonPart part) noexcept {
  return rule_of(part).place == Place::whole || rule_of(part).place == Place::post;
}

bool locates_in_fields(PersonPart part) noexcept { return rule_of(part).place == Place::in_fields; }

bool is_confidential_part(PersonPart part) noexcept { return rule_of(part).confidential; }

} // namespace grunndata::registry
