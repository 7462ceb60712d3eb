#include "tools/logging/render.h"

#include "tools/logging/json_text.h"

#include <doctest/doctest.h>

#include <string>

using namespace grunndata::tools::log;

namespace {

constexpr std::string_view noon = "2026-11-21T12:00:00.000Z";

std::string digits(std::size_t count) { return std::string(count, '7'); }

} // namespace

TEST_CASE("a line is one JSON object with time, level, message and component first") {
  const std::string line =
      render_json(noon, Level::info, "import", "batch written",
                  {{"records", 1000}, {"dur_ms", 1.5}, {"resumed", true}, {"origin", "a \"b\"\n"}});
  CHECK(line == R"({"ts":"2026-11-21T12:00:00.000Z","level":"info","msg":"batch written",)"
                R"("component":"import","records":1000,"dur_ms":1.5,"resumed":true,)"
                R"("origin":"a \"b\"\n"})");
}

TEST_CASE("a line for people is short and has no control characters") {
  const std::string line = render_text(noon, Level::warn, "http", "slow\nreader\x1b[31m",
                                       {{"request_id", "r-1"}, {"bytes", 20}});
  CHECK(line == "12:00:00 warn  http: slow reader [31m request_id=r-1 bytes=20");
}

TEST_CASE("a run of eleven or twelve digits never leaves in a message") {
  for (const std::size_t count : {11U, 12U}) {
    CHECK(mask_numbers("person " + digits(count) + " moved") ==
          "person " + std::string(count, '*') + " moved");
    CHECK(mask_numbers(digits(count)) == std::string(count, '*'));
    CHECK(mask_numbers("a" + digits(count) + "b," + digits(count)) ==
          "a" + std::string(count, '*') + "b," + std::string(count, '*'));
  }
}

TEST_CASE("a number written with a gap after the sixth digit is masked too") {
  for (const char gap : {' ', '-', '.'}) {
    const std::string written = digits(6) + gap + digits(5);
    CHECK(mask_numbers("nin=" + written + ";") == "nin=" + std::string(12, '*') + ";");
  }
}

TEST_CASE("other runs of digits stay") {
  for (const std::size_t count : {1U, 9U, 10U, 13U, 20U}) {
    CHECK(mask_numbers(digits(count)) == digits(count));
  }
  CHECK(mask_numbers("2026-11-21T12:00:00.123456Z") == "2026-11-21T12:00:00.123456Z");
}

TEST_CASE("messages and text fields are masked in both formats, integers are counts") {
  const std::string number = digits(11);
  const Fields fields = {{"origin", std::string_view(number)},
                         {"bytes", std::uint64_t{77'777'777'777}}};
  for (const std::string& line : {render_json(noon, Level::error, "x", number, fields),
                                  render_text(noon, Level::error, "x", number, fields)}) {
    CHECK(line.find(number) == line.rfind(number)); // the count only
    CHECK(line.find("***********") != std::string::npos);
  }
}

TEST_CASE("bytes that are no UTF-8 become the replacement character") {
  const auto json = [](std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
  };
  CHECK(json("bl\xc3\xa5") == "\"bl\xc3\xa5\"");
  CHECK(json("\xe5") == "\"\xef\xbf\xbd\"");
  CHECK(json("a\xc3") == "\"a\xef\xbf\xbd\"");
  CHECK(json("\xed\xa0\x80") == "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
  CHECK(json(std::string_view("\0\x1f", 2)) == R"("\u0000\u001f")");
}
