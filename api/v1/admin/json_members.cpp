#include "api/v1/admin/json_members.h"

#include <simdjson.h>

#include <algorithm>

namespace grunndata::api::v1 {
namespace {

using simdjson::dom::element;

constexpr std::size_t depth_max = 5;
constexpr std::size_t first_capacity_bytes = 4096;
constexpr std::size_t echoed_name_max = 40; ///< characters of an unknown member's name

/// One a thread; its memory stays.
struct OwnParser {
  simdjson::dom::parser parser{members_body_bytes_max};
  simdjson::error_code limited = parser.allocate(first_capacity_bytes, depth_max);
};

bool is_json(const http::Request& request) noexcept {
  const auto header = request.header("content-type");
  if (!header) return false;
  std::string_view type = header->substr(0, header->find(';'));
  while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
  return http::equals_ignoring_case(type, http::content_type::json);
}

bool looks_like_name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= echoed_name_max && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  });
}

Refusal refuse_member(const char* detail, std::string_view name, std::string& pointer) {
  pointer = looks_like_name(name) ? pointer_to(name) : std::string();
  return {&api::problem::body_invalid, detail, pointer};
}

bool read_texts(const element& value, std::vector<std::string>& texts) {
  simdjson::dom::array list;
  if (value.get(list) != simdjson::SUCCESS || list.size() > member_texts_max) return false;
  for (const element item : list) {
    std::string_view text;
    if (item.get(text) != simdjson::SUCCESS) return false;
    texts.emplace_back(text);
  }
  return true;
}

/// False when the value is not of its kind.
bool read_value(MemberKind kind, const element& value, MemberValue& out) {
  switch (kind) {
    case MemberKind::text: {
      std::string_view text;
      const bool right = value.get(text) == simdjson::SUCCESS;
      out.text = text;
      return right;
    }
    case MemberKind::number: return value.get(out.number) == simdjson::SUCCESS;
    case MemberKind::flag: return value.get(out.flag) == simdjson::SUCCESS;
    case MemberKind::texts: return read_texts(value, out.texts);
    case MemberKind::elsewhere: return true;
  }
  return false;
}

constexpr const char* kind_told(MemberKind kind) noexcept {
  switch (kind) {
    case MemberKind::text: return "The member is a string";
    case MemberKind::number: return "The member is a whole number, 0 or more";
    case MemberKind::flag: return "The member is true or false";
    case MemberKind::texts: return "The member is an array of at most 100 strings";
    case MemberKind::elsewhere: break;
  }
  return "";
}

Refusal parse_object(const http::Request& request, simdjson::dom::object& object) {
  if (!is_json(request)) return {&api::problem::json_required, {}, {}};
  static thread_local OwnParser own;
  element root;
  if (own.limited != simdjson::SUCCESS ||
      own.parser.parse(request.body.data(), request.body.size()).get(root) != simdjson::SUCCESS) {
    return {&api::problem::json_invalid, {}, {}};
  }
  if (root.get(object) != simdjson::SUCCESS) {
    return {&api::problem::body_invalid, "The body is a JSON object", {}};
  }
  return {};
}

Refusal take_member(std::string_view key, const element& value, std::span<const MemberRule> rules,
                    std::span<MemberValue> values, std::string& pointer) {
  const auto rule = std::ranges::find(rules, key, &MemberRule::name);
  if (rule == rules.end()) return refuse_member("The member is unknown", key, pointer);
  MemberValue& out = values[static_cast<std::size_t>(rule - rules.begin())];
  if (out.given) return refuse_member("The member is repeated", key, pointer);
  out.given = true;
  return read_value(rule->kind, value, out) ? Refusal{}
                                            : refuse_member(kind_told(rule->kind), key, pointer);
}

Refusal find_missing(std::span<const MemberRule> rules, std::span<const MemberValue> values,
                     std::string& pointer) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (rules[i].required && !values[i].given) {
      return refuse_member("The member is missing", rules[i].name, pointer);
    }
  }
  return {};
}

Refusal read_object(const simdjson::dom::object& object, std::span<const MemberRule> rules,
                    std::span<MemberValue> values, std::string& pointer) {
  for (const auto [key, value] : object) {
    if (const Refusal refusal = take_member(key, value, rules, values, pointer)) return refusal;
  }
  return find_missing(rules, values, pointer);
}

Refusal read_objects(const element& value, const ObjectsRule& rule,
                     std::vector<std::vector<MemberValue>>& objects, std::string& pointer) {
  simdjson::dom::array list;
  if (value.get(list) != simdjson::SUCCESS) {
    return refuse_member("The member is an array of objects", rule.name, pointer);
  }
  if (list.size() == 0 || list.size() > rule.most) {
    pointer = pointer_to(rule.name);
    return {&api::problem::too_many_items, "Fewer objects than one, or more than allowed", pointer};
  }
  std::size_t place = 0;
  for (const element item : list) {
    simdjson::dom::object object;
    Refusal refusal{&api::problem::body_invalid, "The value is a JSON object", {}};
    pointer.clear();
    if (item.get(object) == simdjson::SUCCESS) {
      refusal = read_object(object, rule.rules, objects.emplace_back(rule.rules.size()), pointer);
    }
    if (refusal) {
      pointer.insert(0, pointer_to(rule.name) + '/' + std::to_string(place));
      refusal.field = pointer;
      return refusal;
    }
    ++place;
  }
  return {};
}

} // namespace

std::string pointer_to(std::string_view member) { return std::string(1, '/').append(member); }

Refusal read_members(const http::Request& request, std::span<const MemberRule> rules,
                     std::span<MemberValue> values, std::string& pointer) {
  simdjson::dom::object object;
  if (const Refusal refusal = parse_object(request, object)) return refusal;
  return read_object(object, rules, values, pointer);
}

Refusal read_members(const http::Request& request, std::span<const MemberRule> rules,
                     std::span<MemberValue> values, const ObjectsRule& objects_rule,
                     std::vector<std::vector<MemberValue>>& objects, std::string& pointer) {
  simdjson::dom::object object;
  if (const Refusal refusal = parse_object(request, object)) return refusal;
  bool given = false;
  for (const auto [key, value] : object) {
    Refusal refusal;
    if (key != objects_rule.name) {
      refusal = take_member(key, value, rules, values, pointer);
    } else if (given) {
      refusal = refuse_member("The member is repeated", key, pointer);
    } else {
      given = true;
      refusal = read_objects(value, objects_rule, objects, pointer);
    }
    if (refusal) return refusal;
  }
  if (!given) return refuse_member("The member is missing", objects_rule.name, pointer);
  return find_missing(rules, values, pointer);
}

} // namespace grunndata::api::v1
