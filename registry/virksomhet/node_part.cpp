#include "registry/virksomhet/node_part.h"

namespace grunndata::registry::virksomhet {

using enum NodePart;

const std::array<NodePartFacts, node_part_count> node_parts{{
    {life, "life", false},
    {name, "name", false},
    {display_name, "displayName", false},
    {short_name, "shortName", false},
    {form, "form", false},
    {industry, "industries", true},
    {auxiliary_industry, "auxiliaryIndustry", false},
    {sector, "sector", false},
    {classification, "classifications", true},
    {condition, "conditions", true},
    {activity, "activities", true},
    {employees, "employees", false},
    {business_address, "businessAddress", false},
    {postal_address, "postalAddress", false},
    {visiting_address, "visitingAddress", false},
    {position, "position", false},
    {contact, "contact", true},
    {registration, "registrations", true},
    {foundation, "foundation", true},
    {economy, "economy", true},
    {foreign_register, "foreignRegister", false},
    {annotation, "annotations", true},
    {role, "roles", true},
    {opening_hours, "openingHours", true},
    {offer, "offers", true},
    {electronic_address, "electronicAddresses", true},
    {certificate, "certificates", true},
    {coverage_area, "coverageAreas", true},
    {description, "description", true},
    {language_form, "languageForm", false},
    {flag, "flags", true},
    {property, "properties", true},
}};

std::optional<NodePart> find_node_part(std::string_view wanted) noexcept {
  for (const NodePartFacts& facts : node_parts) {
    if (facts.property == wanted) {
      return facts.part;
    }
  }
  return std::nullopt;
}

} // namespace grunndata::registry::virksomhet
