#include "importers/following/said_error.h"

#include <simdjson.h>

namespace grunndata::importers::following {

namespace {

namespace dom = simdjson::dom;

constexpr std::size_t error_text_bytes_max = 300;
constexpr std::size_t masked_run_min = 6; ///< digits in a row that may be part of an identifier

std::string_view text_of(const dom::object& object, std::string_view name) {
  std::string_view text;
  return object[name].get_string().get(text) == simdjson::SUCCESS ? text : std::string_view{};
}

} // namespace

std::string masked(std::string_view text) {
  std::string out(text.substr(0, error_text_bytes_max));
  for (std::size_t i = 0; i < out.size();) {
    std::size_t end = i;
    while (end < out.size() && out[end] >= '0' && out[end] <= '9') ++end;
    if (end - i >= masked_run_min) out.replace(i, end - i, end - i, '*');
    i = end + 1;
  }
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  return out;
}

SaidError read_error(std::string_view body) {
  dom::parser parser;
  dom::object object;
  SaidError said;
  if (parser.parse(body.data(), body.size()).get_object().get(object) != simdjson::SUCCESS) {
    return said;
  }
  for (const std::string_view name : {"kode", "feilkode", "code", "error"}) {
    if (said.code.empty()) said.code = masked(text_of(object, name));
  }
  for (const std::string_view name : {"melding", "feilmelding", "message"}) {
    if (said.message.empty()) said.message = masked(text_of(object, name));
  }
  return said;
}

} // namespace grunndata::importers::following
