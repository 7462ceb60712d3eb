#include "importers/resh/unit_mapping.h"

#include "identifiers/check.h"
#include "importers/virksomhet/node_builder.h"

#include <algorithm>
#include <optional>

namespace grunndata::importers::resh {

using reading::ElementWalk;
using reading::JsonSlot;
using reading::MappingReport;
using reading::MemberWalk;
using reading::Oddity;
using registry::Instant;
using registry::virksomhet::IdentifierSystem;
using registry::virksomhet::NodePart;
using registry::virksomhet::NodeRecord;
using registry::virksomhet::NodeRelation;
using registry::virksomhet::NodeStatus;
using registry::virksomhet::NodeType;
using registry::virksomhet::Says;
using virksomhet::Body;
using virksomhet::is_given;
using virksomhet::Mapped;
using virksomhet::NodeBuilder;
using virksomhet::refuse;
using virksomhet::running_number;
using enum UnitField;

namespace {

constexpr std::array<std::string_view, unit_field_count> own_names{
    "reshId",          "navn",           "kortnavn",  "organisatoriskNivaa",
    "organisatoriskBetegnelse", "overordnetReshId", "organisasjonsnummer", "gyldigFra",
    "gyldigTil",       "status",         "skjermetNavn", "sistEndret",
    "historikkOverordnet"};

/// Purely administrative by betegnelse: stab, administrasjon, fellesfunksjon.
constexpr std::array<std::string_view, 3> administrative{"71", "72", "73"};

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

} // namespace

FieldNames::FieldNames() { std::ranges::copy(own_names, names.begin()); }

registry::Result<FieldNames> FieldNames::parse(std::string_view text) {
  FieldNames fields;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view pair = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view own = trimmed(pair.substr(0, equals));
    const std::string_view given = trimmed(pair.substr(std::min(equals + 1, pair.size())));
    const auto at = std::ranges::find(own_names, own);
    if (at == own_names.end() || given.empty()) {
      std::string message = "a field of RESH is named as `ours=theirs`; ours are ";
      for (const std::string_view name : own_names) message.append(name).append(" ");
      return registry::fail(registry::ErrorCode::invalid, std::move(message));
    }
    fields.names[static_cast<std::size_t>(at - own_names.begin())] = given;
  }
  return fields;
}

class UnitMapper::Work {
 public:
  Work(const reading::JsonDocument& document, const FieldNames& names, NodeBuilder& node)
      : document_(document), names_(names), node_(node) {}

  tl::expected<Mapped, reading::MappingFault> map();

 private:
  void collect();
  void put_life();
  void put_items();
  void put_parents();
  void put_earlier_parent(JsonSlot row, std::string_view id);
  void put_orgnr();
  void put_classification(std::string_view system, UnitField field);
  [[nodiscard]] JsonSlot at(UnitField field) const noexcept {
    return slots_[static_cast<std::size_t>(field)];
  }

  const reading::JsonDocument& document_;
  const FieldNames& names_;
  NodeBuilder& node_;
  std::array<JsonSlot, unit_field_count> slots_{};
  std::optional<Instant> from_;
  std::optional<Instant> to_;
};

void UnitMapper::Work::collect() {
  MemberWalk walk(document_.root());
  while (walk.next()) {
    const auto found = std::ranges::find(names_.names, walk.key());
    if (found == names_.names.end()) {
      const JsonSlot value = walk.value();
      if (value.is_object() || value.is_array()) {
        node_.note(Oddity::unknown_field, walk.key());
        continue;
      }
      if (is_given(value)) {
        node_.add(NodePart::property,
                  node_.body().put_text("name", walk.key()).put("value", value), value);
      }
      continue;
    }
    JsonSlot& slot = slots_[static_cast<std::size_t>(found - names_.names.begin())];
    if (slot.begin != nullptr) node_.note(Oddity::duplicate_field, walk.key());
    if (slot.begin == nullptr) slot = walk.value();
  }
}

void UnitMapper::Work::put_life() {
  NodeRecord& out = node_.record();
  out.type = NodeType::resh_enhet;
  out.opened = from_;
  std::string scratch;
  const auto number = reading::whole_number(at(status));
  const std::string word = lower(reading::characters(at(status), scratch));
  if (word == "deaktivert" || number == 3U) {
    out.status = NodeStatus::opphort;
    out.closed = to_;
  } else if (word == "underarbeid" || number == 1U) {
    out.status = NodeStatus::under_arbeid;
  } else {
    // A unit that says it is in use has an end when it is known to close.
    out.status = NodeStatus::aktiv;
    const bool is_known = word.empty() || word == "aktiv" || number == 2U;
    if (!is_known) node_.note(Oddity::unknown_value, "status");
  }
  const std::string_view name = node_.text_of(at(designation));
  out.administrative = std::ranges::count(administrative, name) > 0;
  const JsonSlot withheld = at(name_is_withheld);
  const std::string said = lower(reading::characters(withheld, scratch));
  out.name_is_withheld = (withheld.begin != nullptr && *withheld.begin == 't') || said == "true" ||
                         said == "ja" || reading::whole_number(withheld) == 1U;
}

void UnitMapper::Work::put_classification(std::string_view system, UnitField field) {
  const JsonSlot code = at(field);
  if (!is_given(code)) return;
  Body body = node_.body().put_text("system", system);
  if (code.is_number()) {
    body.put_text("code", code.text());
  } else {
    body.put("code", code);
  }
  node_.add(NodePart::classification, body, code);
}

void UnitMapper::Work::put_items() {
  node_.add(NodePart::name, node_.body().put("name", at(UnitField::name)), at(UnitField::name));
  node_.add(NodePart::short_name, node_.body().put("name", at(short_name)), at(short_name));
  put_classification("8628", level);
  put_classification("8624", designation);
}

void UnitMapper::Work::put_earlier_parent(JsonSlot row, std::string_view id) {
  auto& claim = node_.relation(NodeRelation::organisatorisk, IdentifierSystem::resh, id);
  claim.says = Says::interval;
  claim.valid_from =
      node_.time("historikkOverordnet.fra", reading::member(row, names_.parents_from));
  claim.valid_to = node_.end("historikkOverordnet.til", reading::member(row, names_.parents_to));
}

/// With its history when that is given; else only how it is now, for a unit keeps its id when it
/// moves.
void UnitMapper::Work::put_parents() {
  ElementWalk walk(at(parents));
  bool any = false;
  while (walk.next()) {
    const auto id = running_number(reading::member(walk.value(), names_.of(parent)));
    if (id) put_earlier_parent(walk.value(), *id);
    any = any || id;
  }
  if (any) return;
  const auto id = running_number(at(parent));
  if (id) {
    node_.relation(NodeRelation::organisatorisk, IdentifierSystem::resh, *id).valid_to = to_;
  }
  const bool is_root = !is_given(at(parent)) || reading::whole_number(at(parent)) == 0U;
  if (!id && !is_root) node_.note(Oddity::bad_identifier, "overordnetReshId");
}

void UnitMapper::Work::put_orgnr() {
  const auto number = reading::whole_number(at(orgnr));
  if (!number) return;
  const std::string text = std::to_string(*number);
  if (!identifiers::check_orgnr(text).valid) {
    node_.note(Oddity::bad_identifier, "organisasjonsnummer");
    return;
  }
  node_.relation(NodeRelation::tilhorer, IdentifierSystem::orgnr, text).valid_to = to_;
}

tl::expected<Mapped, reading::MappingFault> UnitMapper::Work::map() {
  collect();
  const auto id = running_number(at(resh_id));
  if (!id) {
    return refuse(names_.of(resh_id), "missing_identifier", "the unit has no RESH-id");
  }
  const identifiers::Check check = identifiers::check_resh(*id);
  if (!check.valid) {
    return refuse(names_.of(resh_id), std::string(identifiers::reason_name(check.reason)),
                  "the RESH-id is none");
  }
  node_.key(IdentifierSystem::resh, *id);
  from_ = node_.time("gyldigFra", at(valid_from));
  to_ = node_.end("gyldigTil", at(valid_to));
  put_life();
  put_items();
  put_parents();
  put_orgnr();
  node_.finish();
  return Mapped::node;
}

tl::expected<Mapped, reading::MappingFault>
UnitMapper::map(std::string_view json, NodeRecord& out, MappingReport& report) {
  if (auto fault = document_.load(json)) return tl::unexpected(std::move(*fault));
  NodeBuilder node(document_, out, report);
  return Work(document_, names_, node).map();
}

} // namespace grunndata::importers::resh
