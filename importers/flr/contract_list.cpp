#include "importers/flr/contract_list.h"

#include "identifiers/check.h"
#include "importers/virksomhet/node_builder.h"
#include "importers/virksomhet/source_time.h"

#include <array>
#include <optional>

namespace grunndata::importers::flr {

using reading::ElementWalk;
using reading::JsonSlot;
using reading::MappingFault;
using reading::member;
using reading::Oddity;
using registry::Instant;
using registry::virksomhet::IdentifierSystem;
using registry::virksomhet::NodeItem;
using registry::virksomhet::NodePart;
using registry::virksomhet::NodeRecord;
using registry::virksomhet::NodeRelation;
using registry::virksomhet::NodeStatus;
using registry::virksomhet::NodeType;
using registry::virksomhet::Says;
using virksomhet::Body;
using virksomhet::running_number;

namespace {

constexpr std::array<std::string_view, 3> not_kept{"PatientList", "Patients", "CitizenId"};

std::string text_of(JsonSlot value) {
  std::string scratch;
  return std::string(reading::characters(value, scratch));
}

void put(NodeRecord& record, NodePart part, Body body) {
  if (body.empty()) return body.drop();
  NodeItem& item = record.items.emplace_back();
  item.part = part;
  item.body = body.end();
}

std::optional<Instant> from_of(JsonSlot valid) {
  return virksomhet::source_instant(text_of(member(valid, "From")));
}
std::optional<Instant> to_of(JsonSlot valid) {
  return virksomhet::inclusive_end(text_of(member(valid, "To")));
}

} // namespace

std::vector<NodeRecord> ContractList::records() { return nodes_.take(); }

void ContractList::add_doctor(const std::string& contract, JsonSlot cycle,
                              reading::MappingReport& report) {
  const auto hpr = running_number(member(cycle, "HprNumber"));
  if (!hpr || !identifiers::check_hpr(*hpr).valid) {
    constexpr std::string_view path = "DoctorCycles.HprNumber";
    report.note(Oddity::bad_identifier, {&path, 1});
    return;
  }
  NodeRecord& doctor = nodes_.of({IdentifierSystem::hpr, *hpr, {}}, cycle.text());
  registry::virksomhet::NodeRelationClaim claim;
  claim.type = NodeRelation::tilknytning;
  claim.says = Says::interval;
  claim.system = IdentifierSystem::gp_contract;
  claim.upper = doctor.add(contract);
  const JsonSlot valid = member(cycle, "Valid");
  claim.valid_from = from_of(valid);
  claim.valid_to = to_of(valid);
  Body details(doctor.text);
  details.put("relationship", member(member(cycle, "Relationship"), "CodeValue"));
  details.put("substituteForHprNumber", member(cycle, "SubstituteForHprNumber"));
  details.put("workingPercentage", member(cycle, "WorkingPercentage"));
  details.put("workingOnDays", member(cycle, "WorkingOnDays"));
  if (details.empty()) {
    details.drop();
  } else {
    claim.details = details.end();
  }
  doctor.relations.push_back(claim);
}

std::optional<MappingFault> ContractList::add(std::string_view json,
                                              reading::MappingReport& report) {
  if (auto fault = given_.load(json)) return fault;
  reduced_.clear();
  reading::append_without(given_.root(), not_kept, reduced_);
  if (auto fault = document_.load(reduced_)) return fault;
  const JsonSlot root = document_.root();
  const auto id = running_number(member(root, "Id"));
  if (!id) return MappingFault{"Id", "missing_identifier", "the contract has no id"};
  NodeRecord& contract = nodes_.of({IdentifierSystem::gp_contract, *id, {}}, document_.text());
  if (contract.describes) return MappingFault{"Id", "duplicate", "the contract comes twice"};
  contract.describes = true;
  contract.type = NodeType::tjeneste;
  const JsonSlot valid = member(root, "Valid");
  contract.opened = from_of(valid);
  const auto end = to_of(valid);
  if (end && *end <= extracted_at_) {
    contract.status = NodeStatus::opphort;
    contract.closed = end;
  }
  put(contract, NodePart::name, Body(contract.text).put("name", member(root, "Name")));
  const JsonSlot status = member(root, "Status");
  put(contract, NodePart::classification,
      Body(contract.text).put_text("system", "7751").put("code", member(status, "CodeValue")));
  put(contract, NodePart::offer, Body(contract.text)
                                     .put("maxPatients", member(root, "MaxPatients"))
                                     .put("placesAvailable", member(root, "PlacesAvailable")));
  const JsonSlot municipality = member(member(root, "Municipality"), "CodeValue");
  put(contract, NodePart::coverage_area,
      Body(contract.text).put("municipalityNumber", municipality));
  const auto office = running_number(member(root, "GPOfficeOrganizationNumber"));
  if (office && identifiers::check_orgnr(*office).valid) {
    registry::virksomhet::NodeRelationClaim claim;
    claim.type = NodeRelation::tilhorer;
    claim.system = IdentifierSystem::orgnr;
    claim.upper = contract.add(*office);
    contract.relations.push_back(claim);
  }
  ElementWalk doctors(member(root, "DoctorCycles"));
  while (doctors.next()) add_doctor(*id, doctors.value(), report);
  return std::nullopt;
}

} // namespace grunndata::importers::flr
