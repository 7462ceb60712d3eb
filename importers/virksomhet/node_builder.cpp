#include "importers/virksomhet/node_builder.h"

#include "importers/virksomhet/source_time.h"

#include <algorithm>

namespace grunndata::importers::virksomhet {

using reading::ElementWalk;
using reading::JsonSlot;
using reading::Oddity;
using registry::Instant;
using registry::TextSlice;
using registry::virksomhet::NodeItem;
using registry::virksomhet::NodeRecord;

namespace {

/// A longer text stays in the source record only.
constexpr std::size_t value_bytes_max = 16U << 10U;

} // namespace

void Body::name(std::string_view property) {
  if (!empty()) text_.push_back(',');
  text_.push_back('"');
  text_ += property;
  text_ += "\":";
}

void Body::put_string(JsonSlot string) {
  if (!string.escaped) {
    text_ += string.text();
    return;
  }
  std::string decoded;
  reading::append_decoded(string, decoded);
  reading::append_json_string(decoded, text_);
}

Body& Body::put(std::string_view property, JsonSlot value) {
  if (!is_given(value) || value.size > value_bytes_max) return *this;
  name(property);
  if (value.is_string()) {
    put_string(value);
  } else {
    text_ += value.text();
  }
  return *this;
}

Body& Body::put_text(std::string_view property, std::string_view value) {
  if (value.empty()) return *this;
  name(property);
  reading::append_json_string(value, text_);
  return *this;
}

Body& Body::put_number(std::string_view property, std::uint64_t value) {
  name(property);
  text_ += std::to_string(value);
  return *this;
}

Body& Body::put_true(std::string_view property) {
  name(property);
  text_ += "true";
  return *this;
}

Body& Body::put_json(std::string_view property, std::string_view json) {
  name(property);
  text_ += json;
  return *this;
}

Body& Body::put_lines(std::string_view property, JsonSlot array) {
  ElementWalk walk(array);
  bool any = false;
  while (walk.next()) {
    const JsonSlot line = walk.value();
    if (!line.is_string() || !is_given(line) || line.size > value_bytes_max) continue;
    if (any) {
      text_.push_back(',');
    } else {
      name(property);
      text_.push_back('[');
    }
    put_string(line);
    any = true;
  }
  if (any) text_.push_back(']');
  return *this;
}

Body& Body::put_joined(std::string_view property, JsonSlot array) {
  std::string joined;
  std::string scratch;
  ElementWalk walk(array);
  while (walk.next()) {
    const std::string_view line = reading::characters(walk.value(), scratch);
    if (line.empty()) continue;
    if (!joined.empty()) joined.push_back(' ');
    joined += line;
  }
  return joined.size() > value_bytes_max ? *this : put_text(property, joined);
}

TextSlice Body::end() {
  text_.push_back('}');
  return {static_cast<std::uint32_t>(begin_), static_cast<std::uint32_t>(text_.size() - begin_)};
}

NodeBuilder::NodeBuilder(const reading::JsonDocument& document, NodeRecord& out,
                         reading::MappingReport& report)
    : document_(document), out_(out), report_(report) {
  out_.clear();
  out_.raw = document.text();
}

void NodeBuilder::key(System system, std::string_view text) {
  out_.key_system = system;
  out_.key = out_.add(text);
}

NodeItem* NodeBuilder::add(Part part, Body body, JsonSlot element) {
  if (body.empty()) {
    body.drop();
    return nullptr;
  }
  NodeItem& item = out_.items.emplace_back();
  item.part = part;
  item.body = body.end();
  if (element.begin != nullptr) {
    item.element = {static_cast<std::uint32_t>(document_.offset_of(element)), element.size};
  }
  return &item;
}

void NodeBuilder::identifier(System system, std::string_view text, std::optional<Instant> from,
                             std::optional<Instant> to) {
  auto& claim = out_.identifiers.emplace_back();
  claim.system = system;
  claim.text = out_.add(text);
  claim.valid_from = from;
  claim.valid_to = to;
}

registry::virksomhet::NodeRelationClaim&
NodeBuilder::relation(registry::virksomhet::NodeRelation type, System system,
                      std::string_view upper) {
  auto& claim = out_.relations.emplace_back();
  claim.type = type;
  claim.system = system;
  claim.upper = out_.add(upper);
  return claim;
}

std::optional<Instant> NodeBuilder::time(std::string_view name, JsonSlot value) {
  if (!is_given(value)) return std::nullopt;
  const auto when = source_instant(text_of(value));
  if (!when) note(Oddity::bad_time, name);
  return when;
}

std::optional<Instant> NodeBuilder::end(std::string_view name, JsonSlot value) {
  if (!is_given(value)) return std::nullopt;
  const std::string_view text = text_of(value);
  if (is_endless(text)) return std::nullopt;
  const auto when = inclusive_end(text);
  if (!when) note(Oddity::bad_time, name);
  return when;
}

void NodeBuilder::finish() {
  std::ranges::stable_sort(out_.items, {}, &NodeItem::part);
}

std::optional<std::string> running_number(reading::JsonSlot value) {
  const auto number = reading::whole_number(value);
  if (!number || *number == 0) return std::nullopt;
  return std::to_string(*number);
}

} // namespace grunndata::importers::virksomhet
