#include "importers/kuratert/curated_list.h"

#include "importers/virksomhet/node_builder.h"
#include "importers/virksomhet/source_time.h"

#include <charconv>
#include <cmath>
#include <string>

namespace grunndata::importers::kuratert {

using reading::ElementWalk;
using reading::JsonSlot;
using reading::MappingFault;
using reading::member;
using registry::Instant;
using registry::virksomhet::NodeEventClaim;
using registry::virksomhet::NodeEventType;
using registry::virksomhet::NodePart;
using registry::virksomhet::NodeRecord;
using registry::virksomhet::NodeRelation;
using registry::virksomhet::OwnedNodeKey;
using registry::virksomhet::RelationKind;
using registry::virksomhet::Says;
using virksomhet::Body;
using virksomhet::is_given;

namespace {

using Fault = std::optional<MappingFault>;

constexpr std::uint16_t confidence_max = 1000;

std::string text_of(JsonSlot value) {
  std::string scratch;
  return std::string(reading::characters(value, scratch));
}

Fault read_node(JsonSlot value, std::string_view name, OwnedNodeKey& out) {
  auto key = registry::virksomhet::parse_node_key(text_of(value));
  if (!key) return MappingFault{std::string(name), "unknown_node", key.error().message};
  out = std::move(*key);
  return std::nullopt;
}

Fault read_nodes(JsonSlot values, std::string_view name, std::vector<OwnedNodeKey>& out) {
  ElementWalk walk(values);
  while (walk.next()) {
    if (Fault fault = read_node(walk.value(), name, out.emplace_back())) return fault;
  }
  return std::nullopt;
}

Fault read_time(JsonSlot value, std::string_view name, bool is_end, std::optional<Instant>& out) {
  if (!is_given(value)) return std::nullopt;
  const std::string text = text_of(value);
  if (is_end && virksomhet::is_endless(text)) return std::nullopt;
  out = is_end ? virksomhet::inclusive_end(text) : virksomhet::source_instant(text);
  if (out) return std::nullopt;
  return MappingFault{std::string(name), "bad_time", "the date is none"};
}

/// Who says so and why; empty when nobody says.
void put_details(JsonSlot given, Body& body) {
  body.put("source", member(given, "kilde"));
  body.put("reason", member(given, "begrunnelse"));
  body.put("approvedBy", member(given, "godkjentAv"));
  body.put("document", member(given, "dokument"));
}

std::uint16_t confidence_of(JsonSlot value) {
  double share = 1;
  if (value.is_number()) {
    const std::string_view text = value.text();
    std::from_chars(text.data(), text.data() + text.size(), share);
  }
  if (!(share >= 0 && share <= 1)) return confidence_max;
  return static_cast<std::uint16_t>(std::lround(share * confidence_max));
}

/// What tells the event from others of its kind.
std::string key_of(const NodeEventClaim& event, JsonSlot given) {
  const std::string id = text_of(member(given, "id"));
  if (!id.empty()) return id;
  std::string key(registry::virksomhet::name_of(event.type));
  key.append(" ").append(text_of(member(given, "virkningsdato")));
  for (const OwnedNodeKey& from : event.from) {
    key.append(" ").append(registry::virksomhet::to_text(from.view()));
  }
  key.append(" >");
  for (const OwnedNodeKey& to : event.to) {
    key.append(" ").append(registry::virksomhet::to_text(to.view()));
  }
  return key;
}

} // namespace

Fault CuratedList::add(std::string_view json, reading::MappingReport&) {
  if (Fault fault = document_.load(json)) return fault;
  if (is_given(member(document_.root(), "hendelse"))) return add_event();
  if (is_given(member(document_.root(), "flagg"))) return add_flag();
  if (is_given(member(document_.root(), "type"))) return add_relation();
  return MappingFault{"$", "unknown_kind", "the object is no relation, event or flag"};
}

Fault CuratedList::add_relation() {
  const JsonSlot given = document_.root();
  const auto type = registry::virksomhet::find_node_relation(text_of(member(given, "type")));
  const std::string kind_name = text_of(member(given, "slag"));
  const auto kind = kind_name.empty() ? std::optional(RelationKind::none)
                                      : registry::virksomhet::find_relation_kind(kind_name);
  if (!type || !kind || *type == NodeRelation::etterfolger) {
    return MappingFault{"type", "unknown_relation",
                        "the relation is none that can be stated; successors come from events"};
  }
  OwnedNodeKey from;
  OwnedNodeKey to;
  std::optional<Instant> begin;
  std::optional<Instant> end;
  if (Fault fault = read_node(member(given, "fra"), "fra", from)) return fault;
  if (Fault fault = read_node(member(given, "til"), "til", to)) return fault;
  if (Fault fault = read_time(member(given, "gyldigFra"), "gyldigFra", false, begin)) return fault;
  if (Fault fault = read_time(member(given, "gyldigTil"), "gyldigTil", true, end)) return fault;
  const bool lower_is_from = registry::virksomhet::facts_of(*type).lower_is_from;
  const OwnedNodeKey& lower = lower_is_from ? from : to;
  const OwnedNodeKey& upper = lower_is_from ? to : from;
  NodeRecord& record = nodes_.of(lower.view(), document_.text());
  registry::virksomhet::NodeRelationClaim claim;
  claim.type = *type;
  claim.kind = *kind;
  claim.says = Says::interval;
  claim.confidence = confidence_of(member(given, "konfidens"));
  claim.system = upper.system;
  claim.upper = record.add(upper.text);
  if (!upper.assigner.empty()) claim.assigner = record.add(upper.assigner);
  claim.valid_from = begin;
  claim.valid_to = end;
  Body details(record.text);
  put_details(given, details);
  if (details.empty()) {
    details.drop();
  } else {
    claim.details = details.end();
  }
  record.relations.push_back(claim);
  return std::nullopt;
}

Fault CuratedList::add_event() {
  const JsonSlot given = document_.root();
  const auto type = registry::virksomhet::find_node_event_type(text_of(member(given, "hendelse")));
  if (!type) return MappingFault{"hendelse", "unknown_event", "the event is none that is known"};
  NodeEventClaim event;
  event.type = *type;
  std::optional<Instant> effective;
  const JsonSlot date = member(given, "virkningsdato");
  if (Fault fault = read_time(date, "virkningsdato", false, effective)) return fault;
  if (!effective) return MappingFault{"virkningsdato", "bad_time", "the event has no date"};
  event.effective = *effective;
  const JsonSlot operational = member(given, "operativDato");
  if (Fault fault = read_time(operational, "operativDato", false, event.operational)) return fault;
  if (Fault fault = read_nodes(member(given, "fra"), "fra", event.from)) return fault;
  if (Fault fault = read_nodes(member(given, "til"), "til", event.to)) return fault;
  const JsonSlot unit = member(given, "enhet");
  const JsonSlot former = member(given, "gammelOverordnet");
  if (is_given(unit)) {
    if (Fault fault = read_node(unit, "enhet", event.from.emplace_back())) return fault;
  }
  if (event.from.empty()) {
    return MappingFault{"fra", "unknown_node", "the event happened to nobody"};
  }
  std::optional<OwnedNodeKey> parent;
  if (is_given(former)) {
    if (Fault fault = read_node(former, "gammelOverordnet", parent.emplace())) return fault;
  }
  Body details(event.details);
  put_details(given, details);
  details.put("formerParent", former).put("newParent", member(given, "nyOverordnet"));
  if (details.empty()) {
    details.drop();
  } else {
    static_cast<void>(details.end());
  }
  event.source_key = key_of(event, given);
  if (parent && is_given(unit)) {
    NodeRecord& record = nodes_.of(event.from.back().view(), document_.text());
    registry::virksomhet::NodeRelationClaim claim;
    claim.type = NodeRelation::juridisk;
    claim.says = Says::interval;
    claim.system = parent->system;
    claim.upper = record.add(parent->text);
    claim.valid_to = event.effective;
    record.relations.push_back(claim);
  }
  events_.push_back(std::move(event));
  return std::nullopt;
}

Fault CuratedList::add_flag() {
  const JsonSlot given = document_.root();
  OwnedNodeKey node;
  std::optional<Instant> expires;
  if (Fault fault = read_node(member(given, "node"), "node", node)) return fault;
  if (Fault fault = read_time(member(given, "utloper"), "utloper", true, expires)) return fault;
  NodeRecord& record = nodes_.of(node.view(), document_.text());
  Body body(record.text);
  body.put("flag", member(given, "flagg"));
  put_details(given, body);
  body.put("expires", member(given, "utloper"));
  auto& item = record.items.emplace_back();
  item.part = NodePart::flag;
  item.says = Says::interval;
  item.valid_to = expires;
  item.body = body.end();
  if (text_of(member(given, "flagg")) == "skjermetNavn") record.name_is_withheld = true;
  return std::nullopt;
}

} // namespace grunndata::importers::kuratert
