#include "tests/export/lines.h"

#include <doctest/doctest.h>

namespace grunndata::api::stories {

std::string member_of(std::string_view line, std::string_view name) {
  const std::string key = '"' + std::string(name) + R"(":")";
  const std::size_t at = line.find(key);
  if (at == line.npos) return {};
  const std::size_t begin = at + key.size();
  return std::string(line.substr(begin, line.find('"', begin) - begin));
}

Lines::Lines(std::string_view text) {
  REQUIRE(text.ends_with('\n'));
  while (!text.empty()) {
    const std::size_t next = text.find('\n') + 1;
    const std::string line(text.substr(0, next - 1));
    text.remove_prefix(next);
    CHECK(end.empty()); // nothing stands behind the last line
    if (line.starts_with(R"({"id":")")) {
      const std::string id = member_of(line, "id");
      CHECK(persons.emplace(id, line).second);
      ids.push_back(id);
    } else if (line.starts_with(R"({"export":"moved",)")) {
      CHECK(moved.emplace(member_of(line, "id"), member_of(line, "personId")).second);
    } else if (line.starts_with(R"({"export":"begin","entity":"person",)")) {
      CHECK(begin.empty());
      CHECK(ids.empty());
      begin = member_of(line, "nextCursor");
    } else {
      REQUIRE(line.starts_with(R"({"export":"end",)"));
      end = member_of(line, "nextCursor");
      last = line;
    }
  }
  CHECK(end == begin);
  CHECK(last == R"({"export":"end","nextCursor":")" + begin + R"(","persons":)" +
                    std::to_string(persons.size()) + R"(,"moved":)" +
                    std::to_string(moved.size()) + "}");
}

std::string all_pieces(const registry::Registry& registry, const v1::PersonExportOrder& order) {
  auto persons = v1::PersonExport::begin(registry, order);
  REQUIRE(persons.has_value());
  std::string text;
  while (true) {
    const auto more = persons->next(text);
    REQUIRE(more.has_value());
    if (!*more) return text;
  }
}

} // namespace grunndata::api::stories
