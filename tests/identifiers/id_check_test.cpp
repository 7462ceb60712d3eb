#include <doctest/doctest.h>

#include <CLI/CLI.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "identifiers/generate.h"
#include "tools/commands/id_check.h"
#include "tools/commands/json_string.h"

namespace ids = grunndata::identifiers;
namespace tools = grunndata::tools;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> run(const tools::IdCheckOptions& options, const std::string& input) {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  CHECK(tools::run_id_check(options, in, out, err) == 0);
  CHECK(err.str().empty());
  return lines_of(out.str());
}

std::string refused(std::size_t line, const std::string& reason) {
  return R"({"line":)" + std::to_string(line) +
         R"(,"valid":false,"kind":"none","birthDate":null,"birthDateDerived":false,)"
         R"("synthetic":null,"reason":")" +
         reason + R"("})";
}

std::string number() { return std::string(ids::NumberSequence({1990, 5, 17}, {}).next()->text()); }

std::string accepted(std::size_t line) {
  return R"({"line":)" + std::to_string(line) +
         R"(,"valid":true,"kind":"fnr","birthDate":null,"birthDateDerived":false,)"
         R"("synthetic":"skatteetaten","reason":null})";
}

}  // namespace

TEST_CASE("every line gives one object, also a blank, a broken, an over-long and the last one") {
  const tools::IdCheckOptions options{.rules = {}, .json = true};
  CHECK(run(options, "").empty());
  CHECK(run(options, "\n") == std::vector{refused(1, "length")});
  CHECK(run(options, number()) == std::vector{accepted(1)});
  CHECK(run(options, number() + "\n") == std::vector{accepted(1)});
  CHECK(run(options, number() + "\n\n") == std::vector{accepted(1), refused(2, "length")});
  CHECK(run(options, number() + "\r\n" + number()) ==
        std::vector{refused(1, "character"), accepted(2)});
  CHECK(run(options, " " + number() + "\n") == std::vector{refused(1, "character")});
  for (const std::size_t length : {tools::id_check_line_bytes_max - 1,
                                   tools::id_check_line_bytes_max,
                                   tools::id_check_line_bytes_max + 1, std::size_t{1} << 20}) {
    CHECK(run(options, std::string(length, '1') + "\n" + number()) ==
          std::vector{refused(1, "length"), accepted(2)});
  }
}

TEST_CASE("lines survive being cut anywhere by the reading blocks") {
  const tools::IdCheckOptions options{.rules = {}, .json = true};
  std::string input;
  std::vector<std::string> expected;
  for (std::size_t line = 1; line <= 30'000; ++line) {
    const bool good = line % 3 != 0;
    input += (good ? number() : std::string(line % 17, '7')) + "\n";
    expected.push_back(good ? accepted(line) : "");
  }
  const auto answers = run(options, input);
  REQUIRE(answers.size() == expected.size());
  for (std::size_t index = 0; index < answers.size(); ++index) {
    if (!expected[index].empty()) REQUIRE(answers[index] == expected[index]);
    REQUIRE(answers[index].starts_with("{\"line\":" + std::to_string(index + 1) + ","));
  }
}

TEST_CASE("with ndjson each line is a JSON string, and a broken one is told as such") {
  const tools::IdCheckOptions options{.rules = {}, .ndjson = true, .json = true};
  std::string escaped;
  for (const char digit : number()) escaped += std::string("\\u003") + digit;
  CHECK(run(options, "\"" + number() + "\"\n \"" + escaped + "\" \r\n") ==
        std::vector{accepted(1), accepted(2)});
  CHECK(run(options, "\"" + number() + " \"\n\"\"\n\"\\ud83d\\ude00\"\n") ==
        std::vector{refused(1, "character"), refused(2, "length"), refused(3, "character")});
  for (const std::string broken :
       {"", "x", "\"", "\"1", "1", "null", "\"1\"2", "\"\\x\"", "\"\\u12\"", "\"\\ud83d\"",
        "\"\\ude00\"", "\"\\ud83d\\u0041\"", "\"a\tb\"", "\"\\", "[\"1\"]"}) {
    CAPTURE(broken);
    CHECK(run(options, broken + "\n\"" + number() + "\"\n") ==
          std::vector{refused(1, "json"), accepted(2)});
  }
}

TEST_CASE("a JSON string is read with all its escapes") {
  std::string text;
  REQUIRE(tools::read_json_string(R"("\"\\\/\b\f\n\r\t\u00e6\u20AC\ud83d\ude00\u0000z")", text));
  CHECK(text == std::string("\"\\/\b\f\n\r\t\xc3\xa6\xe2\x82\xac\xf0\x9f\x98\x80\0z", 19));
}

TEST_CASE("the table tells line, verdict, kind and reason, and never the number") {
  tools::IdCheckOptions options;
  options.rules.check_rule = ids::CheckRule::pre2032;
  const auto rows = run(options, number() + "\nabc\n");
  REQUIRE(rows.size() == 3);
  CHECK(rows[0] == "line     valid  kind   birth date  synthetic     reason");
  CHECK(rows[1] == "1        yes    fnr    1990-05-17  skatteetaten  -");
  CHECK(rows[2] == "2        no     -      -           -             character");
}

TEST_CASE("each target is judged by its own rule") {
  const auto kind_for = [](ids::Kind target, const std::string& text) {
    const auto lines = run({.rules = {}, .target = target, .json = true}, text + "\n");
    const std::string& line = lines.at(0);
    const std::size_t start = line.find("\"kind\":\"") + 8;
    return line.substr(start, line.find('"', start) - start);
  };
  const std::string orgnr(ids::make_orgnr(31'000'000)->text());
  CHECK(kind_for(ids::Kind::orgnr, orgnr) == "orgnr");
  CHECK(kind_for(ids::Kind::none, orgnr) == "none");
  CHECK(kind_for(ids::Kind::gln, std::string(ids::make_gln(708'000'000'001)->text())) == "gln");
  CHECK(kind_for(ids::Kind::hpr, "004567890") == "hpr");
  CHECK(kind_for(ids::Kind::her, "8094866") == "her");
  CHECK(kind_for(ids::Kind::resh, "100320") == "resh");
  const std::string duf(ids::make_duf(2016, 1)->text());
  CHECK(kind_for(ids::Kind::duf, duf) == "duf");
  CHECK(kind_for(ids::Kind::none, duf) == "duf");
  CHECK(kind_for(ids::Kind::duf, number()) == "none");
}

TEST_CASE("an unknown value of a flag is a usage error, before anything is read") {
  for (const char* arguments :
       {"id check --rule 2031", "id check --environment dev", "id check --target passport",
        "id check --month40 dnr", "id check --accept-synthetic nav,freg", "id check --what",
        "id"}) {
    CAPTURE(arguments);
    CLI::App app;
    int exit_status = -1;
    tools::add_id_command(app, exit_status);
    CHECK_THROWS_AS(app.parse(arguments), CLI::ParseError);
    CHECK(exit_status == -1);
  }
}
