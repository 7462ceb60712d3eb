#include "importers/virksomhet/address_fields.h"

#include <array>
#include <cstdio>
#include <string>

namespace grunndata::importers::virksomhet {

using reading::ElementWalk;
using reading::JsonSlot;
using reading::member;
using registry::virksomhet::NodeItem;
using registry::virksomhet::NodePart;

namespace {

constexpr std::uint64_t postal_code_max = 9999;

bool is_true(JsonSlot value) noexcept { return value.begin != nullptr && *value.begin == 't'; }

void put_lines(NodeBuilder& node, JsonSlot address, Body& body) {
  std::string lines;
  for (const std::string_view name : {"StreetAddress", "Postbox"}) {
    const std::string_view line = node.text_of(member(address, name));
    if (line.empty()) continue;
    lines += lines.empty() ? "[" : ",";
    reading::append_json_string(line, lines);
  }
  if (!lines.empty()) body.put_json("lines", lines + "]");
}

void put_postal_code(JsonSlot value, Body& body) {
  const auto postal = reading::whole_number(value);
  if (!postal || *postal == 0 || *postal > postal_code_max) return;
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "%04u", static_cast<unsigned>(*postal));
  body.put_text("postalCode", text.data());
}

} // namespace

void put_physical_addresses(NodeBuilder& node, JsonSlot addresses,
                            registry::virksomhet::Sensitivity sensitivity) {
  ElementWalk walk(addresses);
  while (walk.next()) {
    const JsonSlot address = walk.value();
    const std::string type(node.text_of(member(address, "TypeCodeValue")));
    if (type != "RES" && type != "PST") {
      node.note(reading::Oddity::unknown_value, "TypeCodeValue");
    }
    Body body = node.body();
    put_lines(node, address, body);
    put_postal_code(member(address, "PostalCode"), body);
    body.put("postalPlace", member(address, "City"));
    const JsonSlot country = member(address, "Country");
    body.put("countryCode", country.is_object() ? member(country, "CodeValue") : country);
    body.put("description", member(address, "Description"));
    if (!body.empty() && is_true(member(address, "Inherited"))) body.put_true("inherited");
    const NodePart part = type == "PST" ? NodePart::postal_address : NodePart::visiting_address;
    NodeItem* const item = node.add(part, body, address);
    if (item != nullptr) item->sensitivity = sensitivity;
  }
}

void put_electronic_addresses(NodeBuilder& node, JsonSlot addresses) {
  ElementWalk walk(addresses);
  while (walk.next()) {
    const JsonSlot address = walk.value();
    if (!is_given(member(address, "Address"))) continue;
    Body body = node.body();
    body.put("type", member(address, "TypeCodeValue"));
    body.put("address", member(address, "Address"));
    if (is_true(member(address, "Inherited"))) body.put_true("inherited");
    NodeItem* const item = node.add(NodePart::electronic_address, body, address);
    if (item != nullptr) item->valid_from = node.time("ValidFrom", member(address, "ValidFrom"));
  }
}

} // namespace grunndata::importers::virksomhet
