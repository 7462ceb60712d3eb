#include "api/access/json.h"

#include <jansson.h>

namespace grunndata::api::access {

namespace {

// Before parsing, so that no recursion is ever deep. Brackets within strings do not count.
bool is_shallow(std::string_view text) noexcept {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > json_depth_max) return false;
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return true;
}

} // namespace

bool JsonView::is_null() const noexcept { return json_is_null(value_); }
bool JsonView::is_object() const noexcept { return json_is_object(value_); }
bool JsonView::is_array() const noexcept { return json_is_array(value_); }

std::size_t JsonView::size() const noexcept {
  return is_array() ? json_array_size(value_) : json_object_size(value_);
}

JsonView JsonView::member(std::string_view name) const noexcept {
  return JsonView(json_object_getn(value_, name.data(), name.size()));
}

JsonView JsonView::at(std::size_t index) const noexcept {
  return JsonView(json_array_get(value_, index));
}

std::optional<std::string_view> JsonView::text() const noexcept {
  if (!json_is_string(value_)) return std::nullopt;
  return std::string_view(json_string_value(value_), json_string_length(value_));
}

std::optional<std::int64_t> JsonView::whole_number() const noexcept {
  if (!json_is_integer(value_)) return std::nullopt;
  return json_integer_value(value_);
}

void JsonDocument::Release::operator()(json_t* value) const noexcept { json_decref(value); }

std::optional<JsonDocument> JsonDocument::parse(std::string_view text) {
  if (!is_shallow(text)) return std::nullopt;
  json_t* root = json_loadb(text.data(), text.size(), JSON_REJECT_DUPLICATES, nullptr);
  if (root == nullptr) return std::nullopt;
  JsonDocument document(root);
  if (!document.root().is_object()) return std::nullopt;
  return document;
}

} // namespace grunndata::api::access
