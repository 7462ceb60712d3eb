#include "importers/locoreg/resource_list.h"

#include "identifiers/check.h"
#include "importers/virksomhet/node_builder.h"

#include <string>

namespace grunndata::importers::locoreg {

using reading::ElementWalk;
using reading::JsonSlot;
using reading::MappingFault;
using reading::member;
using reading::Oddity;
using registry::virksomhet::IdentifierSystem;
using registry::virksomhet::NodeItem;
using registry::virksomhet::NodeKey;
using registry::virksomhet::NodePart;
using registry::virksomhet::NodeRecord;
using registry::virksomhet::NodeRelation;
using registry::virksomhet::NodeStatus;
using registry::virksomhet::NodeType;
using registry::virksomhet::RelationKind;
using virksomhet::Body;
using virksomhet::is_given;

namespace {

constexpr std::string_view her_system = "urn:oid:2.16.578.1.12.4.1.2";
constexpr std::string_view gln_system = "https://www.gs1.org/gln";
constexpr std::string_view gln_oid = "urn:oid:1.3.88";

std::string text_of(JsonSlot value) {
  std::string scratch;
  return std::string(reading::characters(value, scratch));
}

/// What a reference ends with: the id, or the organisasjonsnummer.
std::string last_of(JsonSlot reference) {
  const std::string text = text_of(member(reference, "reference"));
  return text.substr(text.rfind('/') + 1);
}

void put(NodeRecord& record, NodePart part, Body body) {
  if (body.empty()) return body.drop();
  NodeItem& item = record.items.emplace_back();
  item.part = part;
  item.body = body.end();
}

void relate(NodeRecord& record, NodeRelation type, RelationKind kind, const NodeKey& upper) {
  registry::virksomhet::NodeRelationClaim claim;
  claim.type = type;
  claim.kind = kind;
  claim.system = upper.system;
  claim.upper = record.add(upper.text);
  record.relations.push_back(claim);
}

void describe(NodeRecord& record, NodeType type, bool is_active, JsonSlot name) {
  record.describes = true;
  record.type = type;
  record.status = is_active ? NodeStatus::aktiv : NodeStatus::opphort;
  put(record, NodePart::name, Body(record.text).put("name", name));
}

/// An organisation that is known by its number.
std::optional<std::string> organisation(JsonSlot reference) {
  std::string number = last_of(reference);
  if (!identifiers::check_orgnr(number).valid) return std::nullopt;
  return number;
}

} // namespace

std::vector<NodeRecord> ResourceList::records() { return nodes_.take(); }

void ResourceList::add_location(JsonSlot resource, reading::MappingReport& report) {
  const std::string id = text_of(member(resource, "id"));
  NodeRecord& place = nodes_.of({IdentifierSystem::location, id, {}}, document_.text());
  describe(place, NodeType::lokasjon, text_of(member(resource, "status")) != "inactive",
           member(resource, "name"));
  const JsonSlot address = member(resource, "address");
  put(place, NodePart::visiting_address, Body(place.text)
                                             .put_lines("lines", member(address, "line"))
                                             .put("postalCode", member(address, "postalCode"))
                                             .put("postalPlace", member(address, "city"))
                                             .put("countryCode", member(address, "country")));
  const JsonSlot position = member(resource, "position");
  put(place, NodePart::position, Body(place.text)
                                     .put("latitude", member(position, "latitude"))
                                     .put("longitude", member(position, "longitude")));
  put(place, NodePart::description,
      Body(place.text).put("description", member(resource, "description")));
  ElementWalk numbers(member(resource, "identifier"));
  while (numbers.next()) {
    const std::string system = text_of(member(numbers.value(), "system"));
    const std::string value = text_of(member(numbers.value(), "value"));
    if ((system != gln_system && system != gln_oid) || value.empty()) continue;
    auto& claim = place.identifiers.emplace_back();
    claim.system = IdentifierSystem::gln;
    claim.gln_roles = registry::virksomhet::gln_physical;
    claim.text = place.add(value);
  }
  const JsonSlot owner = member(resource, "managingOrganization");
  if (!owner.is_object()) return;
  const auto number = organisation(owner);
  if (!number) {
    constexpr std::string_view path = "managingOrganization";
    report.note(Oddity::bad_identifier, {&path, 1});
    return;
  }
  NodeRecord& unit = nodes_.of({IdentifierSystem::orgnr, *number, {}}, "{}");
  relate(unit, NodeRelation::geografisk,
         unit.relations.empty() ? RelationKind::primary : RelationKind::secondary,
         {IdentifierSystem::location, id, {}});
}

void ResourceList::add_service(JsonSlot resource) {
  const std::string id = text_of(member(resource, "id"));
  NodeRecord& service = nodes_.of({IdentifierSystem::service, id, {}}, document_.text());
  const JsonSlot active = member(resource, "active");
  describe(service, NodeType::tjeneste, active.is_null() || active.text() != "false",
           member(resource, "name"));
  put(service, NodePart::description,
      Body(service.text).put("description", member(resource, "comment")));
  const JsonSlot hours = member(resource, "availableTime");
  put(service, NodePart::opening_hours,
      Body(service.text)
          .put("availableTime", hours)
          .put("exceptions", member(resource, "availabilityExceptions")));
  ElementWalk telecom(member(resource, "telecom"));
  while (telecom.next()) {
    put(service, NodePart::contact, Body(service.text)
                                        .put("system", member(telecom.value(), "system"))
                                        .put("value", member(telecom.value(), "value")));
  }
  if (const auto number = organisation(member(resource, "providedBy"))) {
    relate(service, NodeRelation::tilhorer, RelationKind::none,
           {IdentifierSystem::orgnr, *number, {}});
  }
  ElementWalk places(member(resource, "location"));
  bool is_first = true;
  while (places.next()) {
    const std::string place = last_of(places.value());
    if (place.empty()) continue;
    relate(service, NodeRelation::geografisk,
           is_first ? RelationKind::primary : RelationKind::secondary,
           {IdentifierSystem::location, place, {}});
    is_first = false;
  }
  ElementWalk numbers(member(resource, "identifier"));
  while (numbers.next()) {
    const JsonSlot identifier = numbers.value();
    const std::string value = text_of(member(identifier, "value"));
    if (text_of(member(identifier, "system")) != her_system) continue;
    if (!identifiers::check_her(value).valid) continue;
    NodeRecord& party = nodes_.of({IdentifierSystem::her, value, {}}, "{}");
    relate(party, NodeRelation::kommunikasjon, RelationKind::speaks_for,
           {IdentifierSystem::service, id, {}});
  }
}

std::optional<MappingFault> ResourceList::add(std::string_view json,
                                              reading::MappingReport& report) {
  if (auto fault = document_.load(json)) return fault;
  const JsonSlot entry = member(document_.root(), "resource");
  const JsonSlot resource = entry.is_object() ? entry : document_.root();
  const std::string type = text_of(member(resource, "resourceType"));
  if (type != "Location" && type != "HealthcareService") {
    return MappingFault{"resourceType", "unknown_resource", "the resource is no place or service"};
  }
  if (!is_given(member(resource, "id"))) {
    return MappingFault{"id", "missing_identifier", "the resource has no id"};
  }
  if (type == "Location") {
    add_location(resource, report);
  } else {
    add_service(resource);
  }
  return std::nullopt;
}

} // namespace grunndata::importers::locoreg
