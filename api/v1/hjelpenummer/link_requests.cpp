#include "api/v1/hjelpenummer/link_requests.h"

#include "api/person_key.h"
#include "api/v1/parameters.h"
#include "api/v1/request_body.h"

#include <simdjson.h>

#include <algorithm>
#include <array>

namespace grunndata::api::v1 {

namespace {

using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::size_t depth_max = 4;
constexpr std::size_t evidence_max = 10;

/// One a thread; its memory stays.
struct OwnParser {
  simdjson::dom::parser parser{request_body_bytes_max};
  simdjson::error_code limited = parser.allocate(first_capacity_bytes, depth_max);
  static constexpr std::size_t first_capacity_bytes = 4096;
};

bool is_json(const http::Request& request) noexcept {
  const auto header = request.header("content-type");
  if (!header) return false;
  std::string_view type = header->substr(0, header->find(';'));
  while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
  return http::equals_ignoring_case(type, http::content_type::json);
}

/// Members of an object that are strings, each known and given once. False when one is not.
template <std::size_t N>
bool read_texts(const object& from, const std::array<std::string_view, N>& names,
                std::array<std::optional<std::string_view>, N>& texts) {
  for (const auto [key, value] : from) {
    const auto place = static_cast<std::size_t>(std::ranges::find(names, key) - names.begin());
    std::string_view text;
    if (place == N || texts[place] || value.get(text) != simdjson::SUCCESS) return false;
    texts[place] = text;
  }
  return true;
}

constexpr std::string_view number_told = "A number is a string, or an object of value, type and "
                                         "assigner, which are strings";
constexpr std::array<std::string_view, 3> number_members{"value", "type", "assigner"};
constexpr std::array<std::string_view, 3> evidence_members{"type", "country", "value"};

bool read_number(const element& value, NumberAsked& asked) {
  if (asked.given) return false;
  asked.given = true;
  std::string_view alone;
  if (value.get(alone) == simdjson::SUCCESS) {
    asked.value = alone;
    return true;
  }
  object parts;
  std::array<std::optional<std::string_view>, 3> texts;
  if (value.get(parts) != simdjson::SUCCESS || !read_texts(parts, number_members, texts) ||
      !texts[0]) {
    return false;
  }
  asked.value = *texts[0];
  asked.assigner = texts[2].value_or(std::string_view{});
  if (texts[1]) asked.type = registry::identifier_type_of(*texts[1]);
  return !texts[1] || asked.type.has_value();
}

constexpr std::string_view evidence_told = "evidence is an array of at most 10 objects of type, "
                                           "country and value, which are strings";

bool read_evidence(const element& value, std::vector<registry::Evidence>& evidence) {
  simdjson::dom::array list;
  if (!evidence.empty() || value.get(list) != simdjson::SUCCESS || list.size() > evidence_max) {
    return false;
  }
  for (const element item : list) {
    object parts;
    std::array<std::optional<std::string_view>, 3> texts;
    if (item.get(parts) != simdjson::SUCCESS || !read_texts(parts, evidence_members, texts) ||
        !texts[0]) {
      return false;
    }
    const auto type = registry::evidence_type_of(*texts[0]);
    if (!type) return false;
    evidence.push_back({*type, std::string(texts[1].value_or(std::string_view{})),
                        std::string(texts[2].value_or(std::string_view{}))});
  }
  return true;
}

Refusal key_of(const Context& context, const NumberAsked& asked, std::string_view field,
               registry::IdentifierKey& key) {
  const PersonKey found =
      person_key(asked.value, *context.options.rules, asked.type, asked.assigner);
  if (!found.key) {
    return {&api::problem::identifier_malformed, "The value is no number of a person", field};
  }
  key = *found.key;
  return {};
}

} // namespace

Refusal LinkBody::read(const http::Request& request) {
  if (const Refusal refusal = refuse_parameters(request.query)) return refusal;
  if (!is_json(request)) return {&api::problem::json_required, {}, {}};
  static thread_local OwnParser own;
  element root;
  object members;
  if (own.limited != simdjson::SUCCESS ||
      own.parser.parse(request.body.data(), request.body.size()).get(root) != simdjson::SUCCESS) {
    return {&api::problem::json_invalid, {}, {}};
  }
  if (root.get(members) != simdjson::SUCCESS) {
    return {&api::problem::body_invalid, "The body is a JSON object", {}};
  }
  bool has_reason = false;
  for (const auto [key, value] : members) {
    if (key == "loser" || key == "survivor") {
      if (!read_number(value, key == "loser" ? loser_ : survivor_)) {
        return {&api::problem::body_invalid, number_told, key == "loser" ? "/loser" : "/survivor"};
      }
    } else if (key == "evidence") {
      if (!read_evidence(value, evidence)) {
        return {&api::problem::body_invalid, evidence_told, "/evidence"};
      }
    } else {
      std::string_view text;
      if (key != "reason" || has_reason || value.get(text) != simdjson::SUCCESS) {
        return {&api::problem::body_invalid,
                "The members are loser, survivor, reason and evidence, each once",
                {}};
      }
      has_reason = true;
      reason = text;
    }
  }
  for (const auto& [given, field] : {std::pair{loser_.given, std::string_view("/loser")},
                                     std::pair{survivor_.given, std::string_view("/survivor")},
                                     std::pair{has_reason, std::string_view("/reason")}}) {
    if (!given) return {&api::problem::body_invalid, "The member is missing", field};
  }
  return {};
}

Refusal LinkBody::keys(const Context& context, registry::IdentifierKey& loser,
                       registry::IdentifierKey& survivor) const {
  const Refusal refusal = key_of(context, loser_, "/loser", loser);
  return refusal ? refusal : key_of(context, survivor_, "/survivor", survivor);
}

} // namespace grunndata::api::v1
