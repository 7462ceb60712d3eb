#include "api/v1/request_body.h"

#include "api/http/message.h"
#include "api/v1/parameters.h"

#include <simdjson.h>

#include <array>
#include <bitset>
#include <optional>
#include <span>

namespace grunndata::api::v1 {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

constexpr std::string_view identifiers_field = "identifiers";

/// One a thread; its memory grows with the largest body and stays.
struct OwnParser {
  simdjson::dom::parser parser{request_body_bytes_max};
  simdjson::error_code limited =
      parser.allocate(first_capacity_bytes, request_body_depth_max); // sets the depth for good
  static constexpr std::size_t first_capacity_bytes = 4096;
};

bool is_json(const http::Request& request) noexcept {
  const auto header = request.header("content-type");
  if (!header) return false;
  std::string_view type = header->substr(0, header->find(';'));
  while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
  return http::equals_ignoring_case(type, http::content_type::json);
}

Refusal read_object(const http::Request& request, simdjson::dom::object& object) {
  if (!is_json(request)) return {&problem::json_required, {}, {}};
  static thread_local OwnParser own;
  element root;
  if (own.limited != simdjson::SUCCESS ||
      own.parser.parse(request.body.data(), request.body.size()).get(root) != simdjson::SUCCESS) {
    return {&problem::json_invalid, {}, {}};
  }
  if (root.get(object) != simdjson::SUCCESS) {
    return {&problem::body_invalid, "The body is a JSON object", {}};
  }
  return {};
}

std::optional<std::string_view> text_of(const element& value) noexcept {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return std::nullopt;
  return text;
}

/// Which of an object's allowed members a key is, each at most once.
class Members {
public:
  explicit Members(std::span<const std::string_view> names) : names_(names) {}
  /// The index in `names`; nothing for an unknown or repeated key.
  std::optional<std::size_t> take(std::string_view key) {
    for (std::size_t index = 0; index < names_.size(); ++index) {
      if (names_[index] != key) continue;
      if (taken_.test(index)) return std::nullopt;
      taken_.set(index);
      return index;
    }
    return std::nullopt;
  }

private:
  std::span<const std::string_view> names_;
  std::bitset<8> taken_;
};

constexpr std::string_view unknown_member = "A member is unknown or repeated";

constexpr std::array<std::string_view, 3> identifier_members{"value", "type", "assigner"};

/// False when a member is unknown, repeated, or, except `value`, no string.
bool read_identifier_object(const simdjson::dom::object& object, AskedIdentifier& asked) {
  Members members(identifier_members);
  for (const auto [key, value] : object) {
    const auto index = members.take(key);
    if (!index) return false;
    const auto text = text_of(value);
    if (*index == 0) {
      asked.is_text = text.has_value();
      asked.value = text.value_or(std::string_view{});
    } else if (!text || text->empty()) {
      return false;
    } else {
      (*index == 1 ? asked.type : asked.assigner) = *text;
    }
  }
  return true;
}

Refusal read_identifiers(const element& value, std::string_view name, std::size_t most,
                         std::vector<AskedIdentifier>& identifiers, PointerText& pointer) {
  pointer.assign("/").append(name);
  simdjson::dom::array list;
  if (value.get(list) != simdjson::SUCCESS) {
    return {&problem::body_invalid, "The member is an array of identifiers", pointer};
  }
  for (const element& item : list) {
    if (identifiers.size() == most) {
      return {&problem::too_many_items,
              most == identifiers_max ? "At most 1000 identifiers" : "At most 10000 identifiers",
              pointer};
    }
    AskedIdentifier asked;
    simdjson::dom::object object;
    if (item.get(object) == simdjson::SUCCESS) {
      if (!read_identifier_object(object, asked)) {
        pointer += '/' + std::to_string(identifiers.size());
        return {&problem::body_invalid, "An identifier is a string, or an object of value, type "
                                        "and assigner, which are strings", pointer};
      }
    } else if (const auto text = text_of(item)) {
      asked.is_text = true;
      asked.value = *text;
    }
    identifiers.push_back(asked);
  }
  return {};
}

Refusal read_parts(const element& value, registry::ViewRequest& view) {
  simdjson::dom::array list;
  if (value.get(list) != simdjson::SUCCESS) {
    return {&problem::body_invalid, "parts is an array of strings", "/parts"};
  }
  for (const element& item : list) {
    const auto name = text_of(item);
    if (!name) return {&problem::body_invalid, "parts is an array of strings", "/parts"};
    const auto part = registry::find_information_part(*name);
    if (!part) return {&problem::part_unknown, "A value of parts is unknown", "/parts"};
    view.parts.set(static_cast<std::size_t>(*part));
  }
  return {};
}

Refusal read_recorded_as_of(const Context& context, const element& value,
                            registry::ViewRequest& view) {
  std::uint64_t sequence = 0;
  if (value.get(sequence) == simdjson::SUCCESS) return set_recorded_as_of(context, sequence, view);
  const auto text = text_of(value);
  if (!text) return {&problem::body_invalid, "recordedAsOf is a string or a number",
                     "/recordedAsOf"};
  return set_recorded_as_of(context, *text, view);
}

Refusal read_view_member(const Context& context, std::string_view name, const element& value,
                         registry::ViewRequest& view) {
  if (name == parts_field) return read_parts(value, view);
  if (name == recorded_as_of_field) return read_recorded_as_of(context, value, view);
  if (name == history_field) {
    if (value.get(view.history) == simdjson::SUCCESS) return {};
    return {&problem::body_invalid, "history is true or false", "/history"};
  }
  const auto text = text_of(value);
  if (!text) return {&problem::body_invalid, "asOf is a string", "/asOf"};
  return set_as_of(*text, view);
}

constexpr std::array<std::string_view, 5> lookup_members{
    identifiers_field, parts_field, history_field, as_of_field, recorded_as_of_field};
constexpr std::array<std::string_view, 4> check_members{identifiers_field, "environment", "rule",
                                                        "target"};

Refusal none_asked() { return {&problem::identifier_required, {}, "/identifiers"}; }

} // namespace

Refusal read_lookup_body(const Context& context, const http::Request& request, LookupBody& body,
                         PointerText& pointer) {
  simdjson::dom::object object;
  if (const Refusal refusal = read_object(request, object)) return refusal;
  Members members(lookup_members);
  for (const auto [key, value] : object) {
    const auto index = members.take(key);
    if (!index) return {&problem::body_invalid, unknown_member, {}};
    const Refusal refusal = *index == 0
                                ? read_identifiers(value, identifiers_field, identifiers_max,
                                                   body.identifiers, pointer)
                                : read_view_member(context, lookup_members[*index], value,
                                                   body.view);
    if (refusal) return refusal;
  }
  if (body.identifiers.empty()) return none_asked();
  if (body.view.parts.none()) return {&problem::parts_required, {}, "/parts"};
  return {};
}

Refusal read_check_body(const http::Request& request, CheckBody& body, PointerText& pointer) {
  simdjson::dom::object object;
  if (const Refusal refusal = read_object(request, object)) return refusal;
  Members members(check_members);
  for (const auto [key, value] : object) {
    const auto index = members.take(key);
    if (!index) return {&problem::body_invalid, unknown_member, {}};
    if (*index == 0) {
      const Refusal refusal =
          read_identifiers(value, identifiers_field, identifiers_max, body.identifiers, pointer);
      if (refusal) return refusal;
      continue;
    }
    const auto text = text_of(value);
    if (!text || text->empty()) {
      return {&problem::body_invalid, "environment, rule and target are strings", {}};
    }
    (*index == 1 ? body.environment : *index == 2 ? body.rule : body.target) = *text;
  }
  if (body.identifiers.empty()) return none_asked();
  return {};
}

Refusal read_identifier_lists(const http::Request& request,
                              std::span<const std::string_view> members, std::size_t most,
                              std::span<std::vector<AskedIdentifier>> lists,
                              PointerText& pointer) {
  simdjson::dom::object object;
  if (const Refusal refusal = read_object(request, object)) return refusal;
  for (std::size_t index = 0; index < members.size(); ++index) {
    element value;
    if (object.at_key(members[index]).get(value) != simdjson::SUCCESS) continue;
    if (const Refusal refusal =
            read_identifiers(value, members[index], most, lists[index], pointer)) {
      return refusal;
    }
    most -= lists[index].size();
  }
  return {};
}

} // namespace grunndata::api::v1
