#include "tests/kodeverk/lists.h"

#include <doctest/doctest.h>

namespace grunndata::registry::stories {

Instant day(std::string_view date) {
  const auto midnight = oslo_midnight(date);
  REQUIRE(midnight.has_value());
  return *midnight;
}

CodeList code_list(std::string number, const std::vector<std::string>& codes) {
  CodeList list;
  list.number = std::move(number);
  list.title = "Kategori";
  list.source = "made by hand";
  list.complete = true;
  for (const std::string& code : codes) {
    const std::size_t blank = code.find(' ');
    list.codes.push_back({code.substr(0, blank), code.substr(blank + 1), true, {}, {}});
  }
  return list;
}

CodeList dated(CodeList list, std::string_view from) {
  list.valid_from = day(from);
  return list;
}

} // namespace grunndata::registry::stories
