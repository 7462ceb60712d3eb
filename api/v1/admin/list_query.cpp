#include "api/v1/admin/list_query.h"

#include "api/http/form.h"

#include <charconv>

namespace grunndata::api::v1 {
namespace {

constexpr std::string_view hexadecimal = "0123456789abcdef";
constexpr std::size_t cursor_characters_max = 512;

Refusal set_limit(std::string_view text, ListQuery& query) {
  if (query.limit) return {&problem::parameter_repeated, {}, "limit"};
  std::size_t limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc{} || end != text.data() + text.size() || limit < 1 ||
      limit > list_limit_max) {
    return {&problem::parameter_invalid, "limit is a number from 1 to 1000", "limit"};
  }
  query.limit = limit;
  return {};
}

Refusal set_cursor(std::string_view text, ListQuery& query) {
  if (query.cursor) return {&problem::parameter_repeated, {}, "cursor"};
  query.cursor = open_cursor(text);
  if (!query.cursor) return {&problem::cursor_invalid, {}, "cursor"};
  return {};
}

} // namespace

std::optional<std::string> open_cursor(std::string_view text) {
  if (text.empty() || text.size() % 2 != 0 || text.size() > cursor_characters_max) {
    return std::nullopt;
  }
  std::string place;
  for (std::size_t at = 0; at < text.size(); at += 2) {
    const auto high = hexadecimal.find(text[at]);
    const auto low = hexadecimal.find(text[at + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    place += static_cast<char>(high << 4U | low);
  }
  return place;
}

Refusal read_list_query(std::string_view text, std::string_view word_name, ListQuery& query) {
  http::FormReader reader(text);
  while (reader.next()) {
    Refusal refusal;
    if (reader.name() == "limit") {
      refusal = set_limit(reader.value(), query);
    } else if (reader.name() == "cursor") {
      refusal = set_cursor(reader.value(), query);
    } else if (word_name.empty() || reader.name() != word_name) {
      refusal = {&problem::parameter_unknown, {}, {}};
    } else if (query.word) {
      refusal = {&problem::parameter_repeated, {}, word_name};
    } else {
      query.word = reader.value();
    }
    if (refusal) return refusal;
  }
  if (reader.error()) return {&problem::form_invalid, {}, {}};
  return {};
}

void append_next_cursor(std::string& out, std::string_view place) {
  out += R"(,"nextCursor":")";
  for (const char c : place) {
    out += hexadecimal[static_cast<unsigned char>(c) >> 4U];
    out += hexadecimal[static_cast<unsigned char>(c) & 0xFU];
  }
  out += '"';
}

} // namespace grunndata::api::v1
