#include "importers/reading/json_document.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <simdjson.h>

namespace grunndata::importers::reading {

namespace {

constexpr std::size_t depth_max = 64;

void append_reduced(JsonSlot value, std::span<const std::string_view> left_out, std::string& out,
                    std::size_t depth) {
  const bool is_object = value.is_object();
  if (!is_object && !value.is_array()) {
    out += value.text();
    return;
  }
  if (depth > depth_max) {
    out += "null";
    return;
  }
  out.push_back(is_object ? '{' : '[');
  bool any = false;
  const auto separate = [&] {
    if (any) out.push_back(',');
    any = true;
  };
  MemberWalk members(value);
  while (is_object && members.next()) {
    if (std::ranges::count(left_out, members.key()) > 0) continue;
    separate();
    append_json_string(members.key(), out);
    out.push_back(':');
    append_reduced(members.value(), left_out, out, depth + 1);
  }
  ElementWalk elements(value);
  while (!is_object && elements.next()) {
    separate();
    append_reduced(elements.value(), left_out, out, depth + 1);
  }
  out.push_back(is_object ? '}' : ']');
}

} // namespace

struct JsonDocument::Parser {
  simdjson::dom::parser dom;
};

JsonDocument::JsonDocument() : parser_(std::make_unique<Parser>()) {}
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;
JsonDocument::~JsonDocument() = default;

std::optional<MappingFault> JsonDocument::load(std::string_view json) {
  size_ = 0;
  if (json.size() > document_bytes_max) {
    return MappingFault{"$", "too_large", "the document exceeds the limit"};
  }
  if (json.empty()) return MappingFault{"$", "json", "the document is empty"};
  simdjson::dom::element document;
  const auto error = parser_->dom.parse(json.data(), json.size(), true).get(document);
  if (error != simdjson::SUCCESS) {
    return MappingFault{"$", "json",
                        std::string("not valid JSON: ").append(simdjson::error_message(error))};
  }
  if (!document.is_object()) {
    return MappingFault{"$", "not_an_object", "the document is not a JSON object"};
  }
  text_.resize(json.size() + json_padding_bytes);
  std::size_t size = 0;
  if (simdjson::minify(json.data(), json.size(), text_.data(), size) != simdjson::SUCCESS) {
    return MappingFault{"$", "json", "not valid JSON"};
  }
  std::memset(text_.data() + size, 0, json_padding_bytes);
  size_ = size;
  return std::nullopt;
}

bool MemberWalk::next() {
  if (*at_ == ',') ++at_;
  if (*at_ == '}') return false;
  bool escaped = false;
  const char* const key_end = closing_quote(at_ + 1, escaped);
  const JsonSlot quoted{at_, static_cast<std::uint32_t>(key_end + 1 - at_), escaped};
  key_ = characters(quoted, decoded_);
  value_ = value_at(key_end + 2);
  at_ = value_.begin + value_.size;
  return true;
}

bool ElementWalk::next() noexcept {
  if (*at_ == ',') ++at_;
  if (*at_ == ']') return false;
  value_ = value_at(at_);
  at_ = value_.begin + value_.size;
  return true;
}

JsonSlot member(JsonSlot object, std::string_view key) {
  MemberWalk walk(object);
  while (walk.next()) {
    if (walk.key() == key) return walk.value();
  }
  return {};
}

std::string_view characters(JsonSlot string, std::string& scratch) {
  if (!string.is_string()) return {};
  if (!string.escaped) return string.inside();
  scratch.clear();
  append_decoded(string, scratch);
  return scratch;
}

void append_without(JsonSlot value, std::span<const std::string_view> members, std::string& out) {
  append_reduced(value, members, out, 0);
}

std::optional<std::uint64_t> whole_number(JsonSlot value) noexcept {
  if (!value.is_string() && !value.is_number()) return std::nullopt;
  const std::string_view digits = value.is_string() ? value.inside() : value.text();
  std::uint64_t number = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (fault != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

} // namespace grunndata::importers::reading
