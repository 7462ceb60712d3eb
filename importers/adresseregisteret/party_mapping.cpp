#include "importers/adresseregisteret/party_mapping.h"

#include "identifiers/check.h"
#include "importers/virksomhet/address_fields.h"
#include "importers/virksomhet/node_builder.h"

#include <algorithm>
#include <array>
#include <optional>

namespace grunndata::importers::adresseregisteret {

using reading::ElementWalk;
using reading::JsonSlot;
using reading::MappingReport;
using reading::member;
using reading::Oddity;
using reading::whole_number;
using registry::Instant;
using registry::virksomhet::IdentifierSystem;
using registry::virksomhet::NodeItem;
using registry::virksomhet::NodePart;
using registry::virksomhet::NodeRecord;
using registry::virksomhet::NodeRelation;
using registry::virksomhet::NodeStatus;
using registry::virksomhet::NodeType;
using registry::virksomhet::RelationKind;
using registry::virksomhet::Sensitivity;
using virksomhet::Body;
using virksomhet::is_given;
using virksomhet::Mapped;
using virksomhet::NodeBuilder;
using virksomhet::refuse;
using virksomhet::running_number;

namespace {

constexpr std::array<std::string_view, 4> not_kept{"CitizenId", "BirthDate", "Sex", "People"};

/// The party inside what it came in.
JsonSlot party_in(JsonSlot given) {
  for (const std::string_view name : {"CommunicationParty", "communicationParty"}) {
    const JsonSlot inside = member(given, name);
    if (inside.is_object()) return inside;
  }
  return given;
}

bool is_false(JsonSlot value) noexcept { return value.begin != nullptr && *value.begin == 'f'; }

std::string_view industry_version(JsonSlot code) {
  return whole_number(member(code, "OID")) == 1303U ? "SN2007" : "SN2025";
}

} // namespace

class PartyMapper::Work {
 public:
  Work(JsonSlot party, Instant extracted_at, NodeBuilder& node)
      : party_(party), extracted_at_(extracted_at), node_(node) {}

  tl::expected<Mapped, reading::MappingFault> map();
  void observe(JsonSlot when) {
    if (is_given(when)) node_.record().observed_at = node_.time("FromDatetime", when);
  }

 private:
  void put_life();
  void put_names();
  void put_codes();
  void put_code(JsonSlot code);
  void put_lists();
  void put_properties();
  void put_property(std::string_view name, JsonSlot value);
  void put_relations();
  void speaks_for(IdentifierSystem system, std::string_view number);
  [[nodiscard]] JsonSlot at(std::string_view name) const { return member(party_, name); }

  JsonSlot party_;
  Instant extracted_at_;
  NodeBuilder& node_;
  bool is_person_ = false;
};

void PartyMapper::Work::put_life() {
  NodeRecord& out = node_.record();
  out.type = NodeType::kommunikasjonspart;
  const JsonSlot valid = at("Valid");
  out.opened = node_.time("Valid.From", member(valid, "From"));
  const auto end = node_.end("Valid.To", member(valid, "To"));
  const bool is_past = end && *end <= extracted_at_;
  if (is_past || is_false(at("Active"))) {
    out.status = NodeStatus::opphort;
    if (is_past) out.closed = end;
  }
}

void PartyMapper::Work::put_names() {
  const auto put = [this](NodePart part, JsonSlot value) {
    NodeItem* const item = node_.add(part, node_.body().put("name", value), value);
    if (item != nullptr && is_person_) item->sensitivity = Sensitivity::personal;
  };
  put(NodePart::name, at("Name"));
  put(NodePart::display_name, at("DisplayName"));
}

void PartyMapper::Work::put_code(JsonSlot code) {
  const auto system = running_number(member(code, "OID"));
  if (!system) return;
  node_.add(NodePart::classification,
            node_.body().put_text("system", *system).put("code", member(code, "CodeValue")), code);
}

void PartyMapper::Work::put_codes() {
  put_code(at("Code"));
  put_code(at("BusinessType"));
  std::uint64_t rank = 0;
  ElementWalk walk(at("IndustryCodes"));
  while (walk.next()) {
    const JsonSlot code = walk.value();
    if (!is_given(member(code, "CodeValue"))) continue;
    node_.add(NodePart::industry,
              node_.body()
                  .put_number("rank", ++rank)
                  .put("code", member(code, "CodeValue"))
                  .put_text("version", industry_version(code)),
              code);
  }
}

void PartyMapper::Work::put_lists() {
  const auto sensitivity = is_person_ ? Sensitivity::personal : Sensitivity::open;
  virksomhet::put_physical_addresses(node_, at("PhysicalAddresses"), sensitivity);
  virksomhet::put_electronic_addresses(node_, at("ElectronicAddresses"));
  virksomhet::put_electronic_addresses(node_, at("FutureElectronicAddresses"));
  ElementWalk areas(at("CoverageAreas"));
  while (areas.next()) {
    const JsonSlot area = areas.value();
    node_.add(NodePart::coverage_area,
              node_.body()
                  .put("herId", member(area, "HerId"))
                  .put("name", member(area, "Name"))
                  .put("organisationNumber", member(area, "OrganizationNumber")),
              area);
  }
  node_.add(NodePart::description, node_.body()
                                       .put("description", at("Description"))
                                       .put("location", at("LocationDescription")));
}

void PartyMapper::Work::put_property(std::string_view name, JsonSlot value) {
  if (!is_given(value)) return;
  node_.add(NodePart::property, node_.body().put_text("name", name).put("value", value), value);
}

void PartyMapper::Work::put_properties() {
  put_property("type", at("Type"));
  put_property("isValidCommunicationParty", at("IsValidCommunicationParty"));
  put_property("municipality", member(at("Municipality"), "CodeValue"));
  put_property("coverageAreaType", member(at("CoverageAreaType"), "CodeValue"));
  put_property("title", at("Title"));
  ElementWalk walk(at("Properties"));
  while (walk.next()) {
    if (walk.value().is_object()) put_property("property", walk.value());
  }
}

void PartyMapper::Work::speaks_for(IdentifierSystem system, std::string_view number) {
  node_.relation(NodeRelation::kommunikasjon, system, number).kind = RelationKind::speaks_for;
}

/// An organisation speaks for its own number, everybody below for their organisation's; a person
/// for the health personnel they are.
void PartyMapper::Work::put_relations() {
  if (const auto parent = running_number(at("ParentHerId"))) {
    node_.relation(NodeRelation::kommunikasjon, IdentifierSystem::her, *parent).kind =
        RelationKind::parent;
  }
  auto organisation = running_number(at("OrganizationNumber"));
  if (!organisation) organisation = running_number(at("ParentOrganizationNumber"));
  if (organisation && identifiers::check_orgnr(*organisation).valid) {
    speaks_for(IdentifierSystem::orgnr, *organisation);
  } else if (organisation) {
    node_.note(Oddity::bad_identifier, "OrganizationNumber");
  }
  const JsonSlot hpr = member(at("Person"), "HPRInformation");
  if (const auto number = running_number(member(hpr, "HPRNumber"))) {
    speaks_for(IdentifierSystem::hpr, *number);
  }
}

tl::expected<Mapped, reading::MappingFault> PartyMapper::Work::map() {
  const auto her = running_number(at("HerId"));
  if (!her) return refuse("HerId", "missing_identifier", "the party has no HER-id");
  const identifiers::Check check = identifiers::check_her(*her);
  if (!check.valid) {
    return refuse("HerId", std::string(identifiers::reason_name(check.reason)),
                  "the HER-id is none");
  }
  node_.key(IdentifierSystem::her, *her);
  is_person_ = at("Person").is_object();
  put_life();
  put_names();
  put_codes();
  put_lists();
  put_properties();
  put_relations();
  node_.finish();
  return Mapped::node;
}

tl::expected<Mapped, reading::MappingFault>
PartyMapper::map(std::string_view json, NodeRecord& out, MappingReport& report) {
  if (auto fault = given_.load(json)) return tl::unexpected(std::move(*fault));
  reduced_.clear();
  reading::append_without(given_.root(), not_kept, reduced_);
  if (auto fault = document_.load(reduced_)) return tl::unexpected(std::move(*fault));
  NodeBuilder node(document_, out, report);
  const JsonSlot root = document_.root();
  const JsonSlot party = party_in(root);
  const bool is_bare = party.begin == root.begin;
  if (is_bare && is_given(member(root, "eventType"))) {
    return refuse("$", "no_content", "the event says who has changed, and not what");
  }
  Work work(party, extracted_at_, node);
  work.observe(member(root, "FromDatetime"));
  return work.map();
}

} // namespace grunndata::importers::adresseregisteret
