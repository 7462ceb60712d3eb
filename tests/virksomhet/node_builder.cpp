#include "tests/virksomhet/node_builder.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace grunndata::registry::virksomhet::stories {

OwnedNodeKey number(std::string_view text) {
  auto key = parse_node_key(text);
  CAPTURE(std::string(text));
  REQUIRE(key.has_value());
  return *key;
}

std::optional<Instant> day(std::string_view text) {
  return text.empty() ? std::nullopt : oslo_midnight(text);
}

Period from(std::string date) { return {std::move(date), {}, Says::now}; }
Period during(std::string from, std::string to) {
  return {std::move(from), std::move(to), Says::interval};
}

NodeBuilder::NodeBuilder(NodeType type, std::string_view key) {
  const OwnedNodeKey own = number(key);
  record_.type = type;
  record_.key_system = own.system;
  record_.key = record_.add(own.text);
  record_.key_assigner = record_.add(own.assigner);
}

NodeBuilder NodeBuilder::about(std::string_view key) {
  NodeBuilder builder(NodeType::unknown, key);
  builder.record_.describes = false;
  return builder;
}

NodeBuilder& NodeBuilder::says(NodePart part, std::string_view body, const Period& period) {
  NodeItem item;
  item.part = part;
  item.says = period.says;
  item.valid_from = day(period.from);
  item.valid_to = day(period.to);
  item.body = record_.add(body);
  item.element = {static_cast<std::uint32_t>(record_.raw.size()),
                  static_cast<std::uint32_t>(body.size())};
  record_.raw += body;
  record_.items.push_back(item);
  std::ranges::stable_sort(record_.items, {}, &NodeItem::part);
  return *this;
}

NodeBuilder& NodeBuilder::named(std::string_view name, const Period& period) {
  return says(NodePart::name, R"({"name":")" + std::string(name) + "\"}", period);
}

NodeBuilder& NodeBuilder::personal() {
  record_.items.back().sensitivity = Sensitivity::personal;
  return *this;
}
NodeBuilder& NodeBuilder::opened(std::string_view date) {
  record_.opened = day(date);
  return *this;
}
NodeBuilder& NodeBuilder::closed(std::string_view date) {
  record_.closed = day(date);
  record_.status = NodeStatus::opphort;
  return *this;
}
NodeBuilder& NodeBuilder::remainder() {
  record_.is_remainder = true;
  return *this;
}
NodeBuilder& NodeBuilder::removed() {
  record_.removed_by_law = true;
  return *this;
}
NodeBuilder& NodeBuilder::status(NodeStatus status) {
  record_.status = status;
  return *this;
}
NodeBuilder& NodeBuilder::administrative() {
  record_.administrative = true;
  return *this;
}
NodeBuilder& NodeBuilder::withheld() {
  record_.name_is_withheld = true;
  return *this;
}
NodeBuilder& NodeBuilder::observed(std::string_view date) {
  record_.observed_at = day(date);
  return *this;
}

NodeBuilder& NodeBuilder::goes_by(std::string_view text, const Period& period) {
  const OwnedNodeKey key = number(text);
  NodeIdentifierClaim claim;
  claim.system = key.system;
  claim.text = record_.add(key.text);
  claim.assigner = record_.add(key.assigner);
  claim.valid_from = day(period.from);
  claim.valid_to = day(period.to);
  record_.identifiers.push_back(claim);
  return *this;
}

NodeBuilder& NodeBuilder::goes_by(IdentifierSystem system, std::string_view text) {
  NodeIdentifierClaim claim;
  claim.system = system;
  claim.text = record_.add(text);
  record_.identifiers.push_back(claim);
  return *this;
}

NodeBuilder& NodeBuilder::under(NodeRelation type, std::string_view upper, const Period& period,
                                RelationKind kind, std::string_view details) {
  const OwnedNodeKey key = number(upper);
  NodeRelationClaim claim;
  claim.type = type;
  claim.kind = kind;
  claim.says = period.says;
  claim.system = key.system;
  claim.upper = record_.add(key.text);
  claim.assigner = record_.add(key.assigner);
  claim.valid_from = day(period.from);
  claim.valid_to = day(period.to);
  claim.details = record_.add(details);
  record_.relations.push_back(claim);
  return *this;
}

NodeRecord NodeBuilder::record() const { return record_; }

NodeBuilder juridisk(std::string_view key, std::string_view name) {
  return NodeBuilder(NodeType::juridisk_enhet, key).named(name);
}
NodeBuilder underenhet(std::string_view key, std::string_view name, std::string_view parent,
                       const Period& period) {
  return NodeBuilder(NodeType::underenhet, key)
      .named(name)
      .under(NodeRelation::juridisk, parent, period);
}
NodeBuilder ward(std::string_view key, std::string_view name, std::string_view parent,
                 std::string_view belongs_to) {
  NodeBuilder builder(NodeType::resh_enhet, key);
  builder.named(name);
  if (!parent.empty()) builder.under(NodeRelation::organisatorisk, parent);
  if (!belongs_to.empty()) builder.under(NodeRelation::tilhorer, belongs_to);
  return builder;
}

NodeBatch batch(NodeSource source, std::string_view when,
                const std::vector<NodeBuilder>& records) {
  NodeBatch made;
  made.source = source;
  made.stamp.extracted_at = *day(when);
  made.origins = {"by hand"};
  for (const NodeBuilder& builder : records) {
    NodeImportItem item;
    item.record = builder.record();
    item.number = made.items.size() + 1;
    made.items.push_back(std::move(item));
  }
  return made;
}

NodeEventClaim event(NodeEventType type, std::string_view date,
                     const std::vector<std::string>& from, const std::vector<std::string>& to) {
  NodeEventClaim claim;
  claim.type = type;
  claim.effective = *day(date);
  claim.source_key = std::string(date).append("/").append(virksomhet::name_of(type));
  for (const std::string& key : from) {
    claim.from.push_back(number(key));
    claim.source_key += '/' + key;
  }
  for (const std::string& key : to) claim.to.push_back(number(key));
  return claim;
}

NodeImportCounts load(Town& town, NodeBatch batch) {
  const auto counts = import_nodes(town.registry(), std::move(batch));
  if (!counts) FAIL(counts.error().message);
  town.after_import();
  return *counts;
}

NodeImportCounts load(Town& town, NodeSource source, std::string_view when,
                      const std::vector<NodeBuilder>& records) {
  return load(town, batch(source, when, records));
}

AsOf at(std::string_view date, std::optional<std::uint64_t> recorded) {
  return {day(date), recorded};
}

std::string shown_key(const Structure& structure, const EntityId& node) {
  const auto summary = structure.summary(node);
  return summary ? to_text(summary->key.view()) : "?";
}

EntityId find(const Structure& structure, std::string_view key) {
  const auto found = structure.find(number(key).view());
  CAPTURE(std::string(key));
  REQUIRE(found.has_value());
  return *found;
}

std::vector<std::string> ancestors(Town& town, std::string_view key, RelationSet types,
                                   const AsOf& as_of) {
  const Structure structure(town.registry(), as_of);
  const auto found = structure.ancestors(find(structure, key), types);
  REQUIRE(found.has_value());
  std::vector<std::string> keys;
  for (const Ancestor& ancestor : *found) keys.push_back(shown_key(structure, ancestor.id));
  return keys;
}

std::vector<std::string> subtree(Town& town, std::string_view key, RelationSet types,
                                 const AsOf& as_of) {
  const Structure structure(town.registry(), as_of);
  SubtreeOrder order;
  order.types = types;
  const auto found = structure.subtree(find(structure, key), order);
  REQUIRE(found.has_value());
  std::vector<std::string> keys;
  for (const Descendant& one : *found) keys.push_back(shown_key(structure, one.id));
  std::ranges::sort(keys);
  return keys;
}

std::string legal_root(Town& town, std::string_view key, const AsOf& as_of) {
  const Structure structure(town.registry(), as_of);
  const auto root = structure.legal_root(find(structure, key));
  REQUIRE(root.has_value());
  return shown_key(structure, root->id);
}

std::string name_of(Town& town, std::string_view key, const AsOf& as_of) {
  const Structure structure(town.registry(), as_of);
  const auto summary = structure.summary(find(structure, key));
  return summary ? summary->name : std::string(code_name(summary.error().code));
}

std::vector<std::string> quarantine(Town& town) {
  const auto entries = quarantined(town.registry(), 0, 1'000, false);
  REQUIRE(entries.has_value());
  std::vector<std::string> told;
  for (const QuarantineEntry& entry : *entries) told.push_back(entry.reason + ": " + entry.message);
  return told;
}

} // namespace grunndata::registry::virksomhet::stories
