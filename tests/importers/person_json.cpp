#include "tests/importers/person_json.h"

#include "registry/person_part.h"
#include "registry/time.h"

#include <array>
#include <string_view>

namespace grunndata::importers::folkeregisteret {

using registry::AssertionDraft;
using registry::SourceRecord;

namespace {

std::string when(std::optional<registry::Instant> instant) {
  return instant ? registry::format_instant(*instant) : std::string("-");
}

std::string_view grading_name(registry::Grading grading) {
  constexpr std::array<std::string_view, 4> names{"unclassified", "client_address", "confidential",
                                                  "strictly_confidential"};
  return names[static_cast<std::size_t>(grading)];
}

std::string_view relation_name(registry::RelationType type) {
  constexpr std::array<std::string_view, 13> names{
      "mother", "father", "co_mother", "child", "sibling", "spouse_or_partner", "stillborn_child",
      "responsible_for", "in_responsibility_of", "guardian", "marital", "estate_contact",
      "correct_identity"};
  return names[static_cast<std::size_t>(type)];
}

} // namespace

std::string person_json(const SourceRecord& record) {
  std::string out = "{";
  std::size_t next = 0;
  bool is_first = true;
  for (const registry::PersonPartFacts& facts : registry::person_parts) {
    const std::size_t begin = next;
    while (next < record.assertions.size() && record.assertions[next].part == facts.part) ++next;
    out += is_first ? "\n" : ",\n";
    is_first = false;
    out += "  \"" + std::string(facts.property) + "\": ";
    if (!facts.is_list) {
      out += begin == next ? "null" : std::string(record.view(record.assertions[begin].row));
      continue;
    }
    out += "[";
    for (std::size_t row = begin; row < next; ++row) {
      out += row == begin ? "\n    " : ",\n    ";
      out += record.view(record.assertions[row].row);
    }
    out += begin == next ? "]" : "\n  ]";
  }
  return out + "\n}\n";
}

std::string facts_text(const SourceRecord& record) {
  std::string out = "protection " + std::string(grading_name(record.protection)) + "\n";
  out += "registered_at " + when(record.registered_at) + "\n";
  for (const AssertionDraft& draft : record.assertions) {
    const std::string part(registry::facts_of(draft.part).property);
    out += "row " + part + " " + when(draft.valid_from) + " " + when(draft.valid_to) + " " +
           when(draft.registered_at) + " validity " +
           std::to_string(static_cast<int>(draft.validity)) + " " +
           std::string(grading_name(draft.grading)) + " metadata " +
           std::to_string(draft.metadata_bytes) + "\n";
    if (!draft.open_row.empty()) out += "  open " + std::string(record.view(draft.open_row)) + "\n";
    if (!draft.v1_row.empty()) out += "  v1 " + std::string(record.view(draft.v1_row)) + "\n";
  }
  for (const registry::IdentifierClaim& claim : record.identifiers) {
    out += "identifier " + std::string(registry::code_of(claim.type)) + " " +
           std::string(record.view(claim.text)) + " " + std::string(record.view(claim.assigner)) +
           (claim.in_use ? " in_use" : " ceased") + (claim.is_primary ? " primary" : "") +
           (claim.is_own ? " own" : "") + " " + when(claim.valid_from) + " " +
           when(claim.valid_to) + "\n";
  }
  for (const registry::RelationClaim& claim : record.relations) {
    out += "relation " + std::string(relation_name(claim.type)) + " " +
           std::string(registry::code_of(claim.identifier_type)) + " " +
           std::string(record.view(claim.identifier)) + (claim.current ? " current" : " past") +
           " " + when(claim.valid_from) + " " + when(claim.valid_to) + "\n";
  }
  return out;
}

} // namespace grunndata::importers::folkeregisteret
