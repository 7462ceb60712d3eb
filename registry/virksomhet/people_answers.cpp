// Of answers.h: health personnel.
#include "registry/candidates/row_fields.h"
#include "registry/virksomhet/answers.h"

#include <algorithm>
#include <array>

namespace grunndata::registry::virksomhet {

namespace {

using Failed = tl::unexpected<Error>;
using candidates::text_of;

constexpr std::string_view personnel_categories = "9060"; ///< kodeverk
/// Under which names the sources' details of an affiliation tell a role.
constexpr std::array<std::string_view, 3> role_properties{"role", "function", "relationship"};

Result<void> append_node_member(std::string& out, std::string_view name,
                                const Structure& structure, const EntityId& node) {
  const auto summary = structure.summary(node);
  if (!summary) {
    return Failed(summary.error());
  }
  append_json_text(out, name);
  out += ':';
  append_json(out, *summary);
  return {};
}

/// Without its object's braces: relation, details and, unless it is hidden, the unit.
Result<void> append_affiliation(std::string& out, const Structure& structure,
                                const NodeUpper& affiliation) {
  const auto unit = structure.summary(affiliation.upper);
  if (!unit) {
    return Failed(unit.error());
  }
  append_json(out, affiliation);
  if (!affiliation.details.empty()) {
    out.append(R"(,"details":)").append(affiliation.details);
  }
  if (!unit->is_hidden) {
    out += R"(,"to":)";
    append_json(out, *unit);
  }
  return {};
}

bool has_role(const NodeUpper& affiliation, std::string_view role) {
  std::string room;
  return role.empty() || std::ranges::any_of(role_properties, [&](std::string_view property) {
    return text_of(affiliation.details, 0, property, room) == role;
  });
}

Result<bool> has_category(const Structure& structure, const EntityId& person,
                          std::string_view category) {
  if (category.empty()) {
    return true;
  }
  Structure::NodeRoom room;
  const auto node = structure.node(person, room);
  if (!node) {
    return Failed(node.error());
  }
  return std::ranges::any_of(node->rows, [category](const NodeRow& row) {
    std::string system;
    std::string code;
    return row.entry.part == NodePart::classification &&
           text_of(row.text, 0, "system", system) == personnel_categories &&
           text_of(row.text, 0, "code", code) == category;
  });
}

/// Those to units of `places` that are told, with the role asked for.
Result<std::vector<NodeUpper>> told_affiliations(const Structure& structure,
                                                 const EntityId& person,
                                                 const std::vector<EntityId>& places,
                                                 std::string_view role) {
  auto uppers = structure.uppers(person);
  if (!uppers) {
    return uppers;
  }
  std::vector<NodeUpper> told;
  for (NodeUpper& upper : *uppers) {
    if (upper.type != NodeRelation::tilknytning || !has_role(upper, role) ||
        !std::ranges::binary_search(places, upper.upper)) {
      continue;
    }
    const auto unit = structure.summary(upper.upper);
    if (!unit) {
      return Failed(unit.error());
    }
    if (!unit->is_hidden) {
      told.push_back(std::move(upper));
    }
  }
  return told;
}

Result<void> append_person(std::string& out, const Structure& structure, const EntityId& person,
                           const std::vector<NodeUpper>& affiliations) {
  const auto summary = structure.summary(person);
  if (!summary) {
    return Failed(summary.error());
  }
  out += out.back() == '[' ? "" : ",";
  append_json(out, *summary);
  out.pop_back();
  out += R"(,"affiliations":[)";
  for (const NodeUpper& affiliation : affiliations) {
    out += out.back() == '[' ? "{" : ",{";
    if (auto appended = append_affiliation(out, structure, affiliation); !appended) {
      return appended;
    }
    out += '}';
  }
  out += "]}";
  return {};
}

} // namespace

Result<PersonnelShown> append_personnel(std::string& out, const Structure& structure,
                                        const EntityId& unit, const PersonnelOrder& asked) {
  const auto persons = personnel_at(structure, unit, asked.with_subtree);
  auto places = persons ? places_of(structure, unit, asked.with_subtree)
                        : Result<std::vector<EntityId>>(Failed(persons.error()));
  if (!places) {
    return Failed(places.error());
  }
  std::ranges::sort(*places);
  out += '{';
  if (auto appended = append_node_member(out, "node", structure, unit); !appended) {
    return Failed(appended.error());
  }
  out += R"(,"personnel":[)";
  PersonnelShown shown;
  auto at = persons->begin();
  if (asked.after) {
    at = std::ranges::upper_bound(*persons, *asked.after);
  }
  for (; at != persons->end(); ++at) {
    const auto told = told_affiliations(structure, *at, *places, asked.role);
    const auto is_meant = told ? has_category(structure, *at, asked.category)
                               : Result<bool>(Failed(told.error()));
    if (!is_meant) {
      return Failed(is_meant.error());
    }
    if (!*is_meant || told->empty()) {
      continue;
    }
    if (shown.persons.size() == asked.limit) {
      shown.has_more = true;
      break;
    }
    if (auto appended = append_person(out, structure, *at, *told); !appended) {
      return Failed(appended.error());
    }
    shown.persons.push_back(*at);
  }
  out += ']';
  return shown;
}

Result<void> append_affiliations(std::string& out, const Structure& structure,
                                 const EntityId& personnel) {
  const auto uppers = structure.uppers(personnel);
  if (!uppers) {
    return Failed(uppers.error());
  }
  out += '{';
  auto appended = append_node_member(out, "node", structure, personnel);
  out += R"(,"affiliations":[)";
  for (const NodeUpper& upper : *uppers) {
    const auto unit = structure.summary(upper.upper);
    if (!unit) {
      return Failed(unit.error());
    }
    if (upper.type != NodeRelation::tilknytning || unit->is_hidden) {
      continue;
    }
    out += out.back() == '[' ? "{" : ",{";
    appended = appended ? append_affiliation(out, structure, upper) : appended;
    out += '}';
  }
  out += "]}";
  return appended;
}

Result<void> append_suitable_units(std::string& out, const Structure& structure,
                                   const EntityId& personnel,
                                   std::optional<EntityId> legal_entity) {
  const auto units = lowest_suitable_units(structure, personnel, legal_entity);
  if (!units) {
    return Failed(units.error());
  }
  out += '{';
  auto appended = append_node_member(out, "node", structure, personnel);
  const std::string_view outcome =
      units->empty() ? "NONE" : units->size() == 1 ? "ONE" : "AMBIGUOUS";
  append_json_member(out, "outcome", outcome);
  out += R"(,"units":[)";
  for (const SuitableUnit& unit : *units) {
    out += out.back() == '[' ? "{" : ",{";
    const auto add = [&](std::string_view name, const EntityId& node) {
      appended = appended ? append_node_member(out, name, structure, node) : appended;
      out += ',';
    };
    add("legalEntity", unit.legal_entity);
    add("pointOfCare", unit.point_of_care);
    if (unit.department) {
      add("department", *unit.department);
    }
    out += R"("affiliation":{)";
    appended = appended ? append_affiliation(out, structure, unit.affiliation) : appended;
    out += "}}";
  }
  out += "]}";
  return appended;
}

Result<void> append_confirmation(std::string& out, const Structure& structure,
                                 const Claim& claim) {
  const auto facts = confirm(structure, claim);
  if (!facts) {
    return Failed(facts.error());
  }
  out += R"({"facts":[)";
  for (const ConfirmedFact& fact : *facts) {
    out += out.back() == '[' ? R"({"fact":)" : R"(,{"fact":)";
    append_json_text(out, fact.fact);
    append_json_member(out, "verdict", name_of(fact.verdict));
    append_json_member(out, "reason", fact.reason);
    if (fact.source) {
      append_json_member(out, "source", name_of(*fact.source));
    }
    out += '}';
  }
  out += "]}";
  return {};
}

} // namespace grunndata::registry::virksomhet
