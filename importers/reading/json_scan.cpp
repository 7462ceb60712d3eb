#include "importers/reading/json_scan.h"

#include <algorithm>

namespace grunndata::importers::reading {

namespace {

std::size_t after_value(std::string_view text, std::size_t at) noexcept {
  if (at >= text.size()) return std::string_view::npos;
  if (text[at] == '"') return after_json_string(text, at);
  if (text[at] == '{' || text[at] == '[') {
    const auto end = BracketScan().run(text.substr(at));
    return end ? at + *end : std::string_view::npos;
  }
  while (at < text.size() && text[at] != ',' && text[at] != '}' && !is_json_space(text[at])) ++at;
  return at;
}

} // namespace

std::size_t after_json_string(std::string_view text, std::size_t at) noexcept {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return std::string_view::npos;
}

std::optional<std::size_t> BracketScan::run(std::string_view text) noexcept {
  while (at_ < text.size() && !broken_) {
    const char c = text[at_];
    if (in_string_) {
      if (c == '\\') {
        // The escaped character may not be here yet.
        if (at_ + 1 >= text.size()) return std::nullopt;
        at_ += 2;
        continue;
      }
      in_string_ = c != '"';
      broken_ = c == '\n';
    } else if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      open(c);
    } else if (c == '}' || c == ']') {
      broken_ = !closes(c);
      if (depth_ == 0 && !broken_) return ++at_;
    }
    ++at_;
  }
  return std::nullopt;
}

std::size_t skip_json_space(std::string_view text, std::size_t at) noexcept {
  while (at < text.size() && is_json_space(text[at])) ++at;
  return at;
}

std::string_view member_of(std::string_view text, std::string_view key) noexcept {
  std::size_t at = 1;
  while (true) {
    at = skip_json_space(text, at);
    if (at < text.size() && text[at] == ',') at = skip_json_space(text, at + 1);
    if (at >= text.size() || text[at] != '"') return {};
    const std::size_t key_end = after_json_string(text, at);
    if (key_end == std::string_view::npos) return {};
    const std::string_view found = text.substr(at + 1, key_end - at - 2);
    at = skip_json_space(text, key_end);
    if (at >= text.size() || text[at] != ':') return {};
    at = skip_json_space(text, at + 1);
    const std::size_t end = after_value(text, at);
    if (end == std::string_view::npos || end == at) return {};
    if (found == key) return text.substr(at, end - at);
    at = end;
  }
}

} // namespace grunndata::importers::reading
