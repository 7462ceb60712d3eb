#include "tests/generate/documents.h"

#include <simdjson.h>

namespace grunndata::generate {

std::string documents(const PopulationOptions& options) {
  Population population(options);
  std::string out;
  while (population.next(out)) {
  }
  return out;
}

void for_each_line(std::string_view text, const std::function<void(std::string_view)>& call) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    call(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

void for_each_document(const PopulationOptions& options,
                       const std::function<void(simdjson::dom::object)>& call) {
  Population population(options);
  simdjson::dom::parser parser;
  std::string family;
  while (population.next(family)) {
    for_each_line(family, [&](std::string_view line) {
      call(simdjson::dom::object(parser.parse(line.data(), line.size())));
    });
    family.clear();
  }
}

std::string text_at(simdjson::dom::object object, std::string_view key) {
  std::string_view value;
  return object[key].get(value) == simdjson::SUCCESS ? std::string(value) : std::string();
}

simdjson::dom::array rows_at(simdjson::dom::object object, std::string_view key) {
  static simdjson::dom::parser parser;
  static const simdjson::dom::element empty = parser.parse(std::string_view("[]"));
  simdjson::dom::array rows;
  return object[key].get(rows) == simdjson::SUCCESS ? rows : simdjson::dom::array(empty);
}

bool is_current(simdjson::dom::object row) { return bool(row["erGjeldende"]); }

} // namespace grunndata::generate
