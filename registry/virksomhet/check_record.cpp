#include "registry/virksomhet/node_writer.h"

#include <algorithm>
#include <limits>

namespace grunndata::registry::virksomhet {

namespace {

tl::unexpected<Error> broken(std::string_view message) {
  return fail(ErrorCode::invalid, std::string(message));
}

bool lies_in(TextSlice slice, std::string_view text) noexcept {
  return std::uint64_t{slice.begin} + slice.size <= text.size();
}

bool is_forward(const std::optional<Instant>& from, const std::optional<Instant>& to) noexcept {
  return !from || !to || *from < *to;
}

bool is_object(std::string_view text) noexcept {
  return text.size() >= 2 && text.front() == '{' && text.back() == '}';
}

Result<void> check_items(const NodeRecord& record) {
  NodePart part{};
  for (const NodeItem& item : record.items) {
    if (!lies_in(item.body, record.text) || !lies_in(item.element, record.raw) ||
        !is_object(record.view(item.body)) || item.part < part || item.part == NodePart::life ||
        static_cast<std::size_t>(item.part) >= node_part_count) {
      return broken("a row without a body, or out of the parts' order");
    }
    if (!is_forward(item.valid_from, item.valid_to)) {
      return broken("rule 4: a row ends before it begins");
    }
    part = item.part;
  }
  return {};
}

Result<void> check_claims(const NodeRecord& record) {
  for (const NodeIdentifierClaim& claim : record.identifiers) {
    if (!lies_in(claim.text, record.text) || !lies_in(claim.assigner, record.text)) {
      return broken("a number that lies outside the record's text");
    }
    if (!is_forward(claim.valid_from, claim.valid_to)) {
      return broken("rule 4: a number ends before it begins");
    }
  }
  for (const NodeRelationClaim& claim : record.relations) {
    if (!lies_in(claim.upper, record.text) || !lies_in(claim.assigner, record.text) ||
        !lies_in(claim.details, record.text) || claim.details.size > relation_details_bytes_max ||
        (claim.details.size != 0 && !is_object(record.view(claim.details)))) {
      return broken("a relation whose texts are not as they should be");
    }
    if (!fits(claim.type, claim.kind)) {
      return broken("a relation of a type or kind that a record does not state");
    }
    if (!is_forward(claim.valid_from, claim.valid_to)) {
      return broken("rule 4: a relation ends before it begins");
    }
    const NodeKey upper{claim.system, record.view(claim.upper), record.view(claim.assigner)};
    if (upper == record.node_key()) {
      return broken("rule 2: somebody is said to be above itself");
    }
  }
  return {};
}

} // namespace

bool fits(NodeRelation type, RelationKind kind) noexcept {
  using enum RelationKind;
  switch (type) {
  case NodeRelation::tilsvarer: return kind == equal || kind == part_of || kind == includes;
  case NodeRelation::kommunikasjon: return kind == parent || kind == speaks_for;
  case NodeRelation::geografisk: return kind == primary || kind == secondary;
  case NodeRelation::etterfolger: return false;
  default: return kind == none && !name_of(type).empty();
  }
}

Result<void> check_record(const NodeRecord& record) {
  if (!lies_in(record.key, record.text) || !lies_in(record.key_assigner, record.text)) {
    return broken("a key that lies outside the record's text");
  }
  if (auto checked = check(record.node_key()); !checked) {
    return broken("rule 7: the record is of " + checked.error().message);
  }
  if (record.key_system == IdentifierSystem::invalid) {
    return broken("rule 7: the record is of a number whose check failed");
  }
  if (record.describes && !record.removed_by_law &&
      (record.type == NodeType::unknown || name_of(record.type).empty() ||
       record.status == NodeStatus::unknown || name_of(record.status).empty())) {
    return broken("the record does not say what the node is");
  }
  if (!is_forward(record.opened, record.closed)) {
    return broken("rule 4: the node is closed before it is opened");
  }
  if (record.raw.size() > std::numeric_limits<std::uint32_t>::max()) {
    return broken("the record is longer than can be kept");
  }
  if (auto checked = check_items(record); !checked) {
    return checked;
  }
  return check_claims(record);
}

} // namespace grunndata::registry::virksomhet
