#include "tools/simulate/wire.h"

#include "api/http/form.h"

#include <simdjson.h>

#include <charconv>

namespace grunndata::simulate {

namespace http = api::http;

void refuse(http::Response& response, int status, std::string_view code, std::string_view text) {
  response.status = status;
  response.body =
      R"({"kode":")" + std::string(code) + R"(","melding":")" + std::string(text) + "\"}";
}

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

bool read_query_number(const http::Request& request, std::string_view name,
                       std::optional<std::uint64_t>& number) {
  http::FormReader reader(request.query);
  while (reader.next()) {
    if (reader.name() != name) continue;
    number = number_of(reader.value());
    if (!number) return false;
  }
  return !reader.error();
}

std::optional<std::vector<std::string>> list_of(std::string_view body, std::string_view member) {
  simdjson::dom::parser parser;
  simdjson::dom::array array;
  if (parser.parse(body.data(), body.size())[member].get_array().get(array) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  std::vector<std::string> texts;
  for (const simdjson::dom::element element : array) {
    std::string_view text;
    if (element.get_string().get(text) != simdjson::SUCCESS) return std::nullopt;
    texts.emplace_back(text);
  }
  return texts;
}

} // namespace grunndata::simulate
