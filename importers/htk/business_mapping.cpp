#include "importers/htk/business_mapping.h"

#include "identifiers/check.h"
#include "importers/virksomhet/address_fields.h"

#include <array>

namespace grunndata::importers::htk {

using reading::JsonSlot;
using reading::member;
using registry::virksomhet::IdentifierSystem;
using registry::virksomhet::NodePart;
using registry::virksomhet::NodeRecord;
using registry::virksomhet::Sensitivity;
using virksomhet::Body;
using virksomhet::is_given;
using virksomhet::Mapped;
using virksomhet::NodeBuilder;
using virksomhet::refuse;

namespace {

constexpr std::array<std::string_view, 5> not_kept{"ResponsiblePerson", "CitizenId", "BirthDate",
                                                   "PatientList", "Children"};

void put_hours(NodeBuilder& node, JsonSlot hours) {
  const JsonSlot open = member(hours, "OpenAt");
  Body body = node.body();
  if (open.is_array() && open.size > 2) body.put("openAt", open);
  body.put("text", member(hours, "FreeText"));
  node.add(NodePart::opening_hours, body, hours);
}

void put_properties(NodeBuilder& node, JsonSlot root) {
  const auto put = [&node](std::string_view name, JsonSlot value) {
    if (!is_given(value)) return;
    node.add(NodePart::property, node.body().put_text("name", name).put("value", value), value);
  };
  put("municipality", member(member(root, "Municipality"), "CodeValue"));
  put("district", member(member(root, "District"), "CodeValue"));
  put("isGroupOffice", member(root, "IsGroupOffice"));
  put("primaryHealthCareTeamId", member(root, "PrimaryHealthCareTeamId"));
}

} // namespace

tl::expected<Mapped, reading::MappingFault>
BusinessMapper::map(std::string_view json, NodeRecord& out, reading::MappingReport& report) {
  if (auto fault = given_.load(json)) return tl::unexpected(std::move(*fault));
  reduced_.clear();
  reading::append_without(given_.root(), not_kept, reduced_);
  if (auto fault = document_.load(reduced_)) return tl::unexpected(std::move(*fault));
  NodeBuilder node(document_, out, report);
  const JsonSlot root = document_.root();
  const auto number = reading::whole_number(member(root, "OrganizationNumber"));
  if (!number) {
    return refuse("OrganizationNumber", "missing_identifier",
                  "the document has no organisasjonsnummer");
  }
  const std::string text = std::to_string(*number);
  const identifiers::Check check = identifiers::check_orgnr(text);
  if (!check.valid) {
    return refuse("OrganizationNumber", std::string(identifiers::reason_name(check.reason)),
                  "the organisasjonsnummer is none");
  }
  out.describes = false;
  node.key(IdentifierSystem::orgnr, text);
  const JsonSlot shown = member(root, "DisplayName");
  const JsonSlot name = is_given(shown) ? shown : member(root, "Name");
  node.add(NodePart::display_name, node.body().put("name", name), name);
  virksomhet::put_physical_addresses(node, member(root, "PhysicalAddresses"), Sensitivity::open);
  virksomhet::put_electronic_addresses(node, member(root, "ElectronicAddresses"));
  const JsonSlot position = member(root, "GeographicalCoordinates");
  node.add(NodePart::position,
           node.body()
               .put("latitude", member(position, "Latitude"))
               .put("longitude", member(position, "Longitude")),
           position);
  put_hours(node, member(root, "OpeningHours"));
  put_properties(node, root);
  node.finish();
  return Mapped::node;
}

} // namespace grunndata::importers::htk
