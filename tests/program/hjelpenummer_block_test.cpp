// `grunndata hjelpenummer block`: reserved, printed, reported and listed, alone and beside a
// server.
#include "tests/program/population.h"
#include "tests/program/served_registry.h"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <set>
#include <thread>

using namespace grunndata::tests;
namespace fs = std::filesystem;

namespace {

constexpr const char* unit = "974760673";

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// "YYYY-MM-DDThh:mm:ss.ffffffZ", so many seconds from now.
std::string in_seconds(int wait) {
  const auto time = std::chrono::system_clock::now() + std::chrono::seconds(wait);
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch());
  const std::time_t seconds = us.count() / 1'000'000;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  const std::string fraction = std::to_string(us.count() % 1'000'000 + 1'000'000);
  return std::string(text.data()) + "." + fraction.substr(1) + "Z";
}

/// A data directory that issues, and commands for it.
class Station {
public:
  Station() {
    REQUIRE(import(data(), {"-"}, "").status == 0);
    const Outcome taken = ask({"hjelpenummer", "delegate", "830000000-830999999"});
    REQUIRE_MESSAGE(taken.status == 0, taken.err);
  }
  [[nodiscard]] std::string data() const { return scratch_ / "data"; }
  [[nodiscard]] std::string operator/(std::string_view name) const { return scratch_ / name; }

  Outcome ask(std::vector<std::string> words, const std::string& input = {}) const {
    for (const std::string& word : words) CHECK(person_numbers_in(word).empty());
    words.insert(words.end(), {"--data", data()});
    Start start;
    start.words = std::move(words);
    start.input = input;
    start.folder = scratch_.path();
    Outcome outcome = run(start);
    CHECK(person_numbers_in(outcome.err).empty());
    return outcome;
  }
  Outcome reserve(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words{"hjelpenummer",   "block",   "reserve",
                                   "--organisation", unit,      "--label",
                                   "Mottak",         "--count", "4"};
    words.insert(words.end(), more.begin(), more.end());
    return ask(std::move(words));
  }
  Outcome report(const std::string& lines, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words{"hjelpenummer", "block", "report", "1"};
    words.insert(words.end(), more.begin(), more.end());
    return ask(std::move(words), lines);
  }
  /// Of block 1, in the order of its list.
  [[nodiscard]] std::vector<std::string> numbers() const {
    const Outcome list = ask({"hjelpenummer", "block", "print", "1", "--form", "list"});
    REQUIRE_MESSAGE(list.status == 0, list.err);
    return person_numbers_in(list.out);
  }

private:
  ScratchFolder scratch_;
};

std::string object(const std::string& number, const std::string& used, std::string_view more = {}) {
  return R"({"number":")" + number + R"(","used":")" + used + '"' + std::string(more) + "}\n";
}

void check_story(const Station& station) {
  const Outcome reserved = station.reserve({"--json", "--days", "30"});
  REQUIRE_MESSAGE(reserved.status == 0, reserved.err);
  CHECK(contains(reserved.out, R"({"id":"1","organisation":"974760673","label":"Mottak",)"));
  CHECK(contains(reserved.out, R"("figures":{"unused":4,"used":0,"burnt":0,"cancelled":0})"));
  const std::vector<std::string> numbers = station.numbers();
  REQUIRE(numbers.size() == 4);
  CHECK(std::set(numbers.begin(), numbers.end()).size() == 4);

  const Outcome sheet = station.ask({"hjelpenummer", "block", "print", "1"});
  CHECK(sheet.out.starts_with("<!doctype html>"));
  CHECK(contains(sheet.out, numbers[3].substr(0, 6) + " " + numbers[3].substr(6)));
  CHECK(contains(sheet.err, "its verification key: grunndata/audit+"));
  const Outcome to_file =
      station.ask({"hjelpenummer", "block", "print", "1", "--to-file", "sheet.html"});
  CHECK_MESSAGE(to_file.status == 0, to_file.err);
  CHECK(to_file.out.empty());
  CHECK(read_file(station / "sheet.html") == sheet.out);
  CHECK((fs::status(station / "sheet.html").permissions() & fs::perms::others_all) ==
        fs::perms::none);
  CHECK(station.ask({"hjelpenummer", "block", "print", "1", "--to-file", "sheet.html"}).status ==
        4);

  const std::string used = in_seconds(0);
  const std::string lines = object(numbers[2], used, R"(,"givenName":"Kari","reason":"arket")") +
                            object(numbers[0], used);
  const Outcome told = station.report(lines, {"--json"});
  CHECK_MESSAGE(told.status == 0, told.out << told.err);
  CHECK(contains(told.out, R"({"number":")" + numbers[2] + R"(","result":"in-use","id":")"));
  CHECK(station.report(lines).out ==
        numbers[2] + "  known\n" + numbers[0] + "  known\n"); // once more
  const Outcome conflict = station.report(object(numbers[2], used, R"(,"givenName":"Ola")"));
  CHECK(conflict.status == 0);
  CHECK(conflict.out == numbers[2] + "  conflict  work item 1\n");
  CHECK(contains(conflict.err, "1 of them wait for somebody to decide"));
  CHECK(contains(station.ask({"hjelpenummer", "queue"}).out, "1  block-conflict"));
  CHECK(contains(station.ask({"lookup"}, numbers[2] + "\n").out, "Kari"));
  CHECK(station.ask({"lookup"}, numbers[1] + "\n").status == 3);

  const Outcome listed = station.ask({"hjelpenummer", "block", "list"});
  CHECK(
      contains(listed.out, "1  974760673  Mottak  2 unused, 2 used, 0 burnt, 0 cancelled  until"));
  CHECK(station.ask({"hjelpenummer", "block", "list", "--organisation", "991825827"}).out.empty());
  const Outcome as_json = station.ask({"hjelpenummer", "block", "list", "--json"});
  CHECK(contains(as_json.out, R"("count":4,"figures":{"unused":2,"used":2,)"));
}

} // namespace

TEST_CASE("a block is reserved, printed, reported and listed on one's own directory") {
  const Station station;
  check_story(station);
  require_sound(station.data());
  const Outcome log = station.ask({"audit", "search", "--reason", "control", "--json"});
  CHECK(contains(log.out, "hjelpenummer block reserve"));
  CHECK(contains(log.out, "hjelpenummer block report"));
  CHECK(person_numbers_in(log.out).empty());
}

TEST_CASE("beside a running server the same commands give the same") {
  const Station station;
  {
    ServedRegistry server(station.data());
    check_story(station);
    CHECK(contains(server.get("/metrics").body,
                   "\ngrunndata_hjelpenummer_quota_fullest_percent 0\n"));
    CHECK(server.stop(SIGTERM).status == 0);
    CHECK(person_numbers_in(server.program().err()).empty());
  }
  CHECK(station.numbers().size() == 4);
  require_sound(station.data());
}

TEST_CASE("a server burns what is unused of a block that expired before it started") {
  const Station station;
  std::string expires;
  for (int seconds = 2; expires.empty(); seconds *= 2) { // the command itself takes its time
    REQUIRE(seconds < 60);
    const std::string when = in_seconds(seconds);
    expires = station.reserve({"--expires", when}).status == 0 ? when : std::string();
  }
  CHECK(station.report(object(station.numbers()[1], in_seconds(0))).status == 0);
  while (in_seconds(0) <= expires) std::this_thread::yield();
  ServedRegistry server(station.data());
  CHECK(server.program().wait_until(
      [&] { return contains(server.program().err(), "blocks are burnt"); }));
  CHECK(contains(station.ask({"hjelpenummer", "block", "list"}).out,
                 "0 unused, 1 used, 3 burnt, 0 cancelled"));
  CHECK(server.stop(SIGTERM).status == 0);
}

TEST_CASE("the same key reserves the same block") {
  const Station station;
  const std::vector<std::string> key{"--idempotency-key", "form-1", "--json"};
  const Outcome first = station.reserve(key);
  const Outcome again = station.reserve(key);
  CHECK(again.status == 0);
  CHECK(again.out == first.out);
  CHECK(contains(again.err, "this key was used before"));
  CHECK(station.reserve({"--idempotency-key", "form-1", "--days", "3"}).status == 4);
  CHECK(station.reserve({"--idempotency-key", "two words"}).status == 2);
}

TEST_CASE("a report may be CSV, as a spreadsheet writes it") {
  const Station station;
  REQUIRE(station.reserve().status == 0);
  const std::vector<std::string> numbers = station.numbers();
  const std::string used = in_seconds(0);
  const std::string spaced = numbers[0].substr(0, 6) + " " + numbers[0].substr(6);
  const std::string csv = "\xEF\xBB\xBFused;number;familyName;order;born\r\n" + used + ';' +
                          spaced + ";\"Berg; \"\"Moe\"\"\";;\r\n\r\n" + used + ';' + numbers[1] +
                          ";;2;" + used + "\r\n";
  write_file(station / "used.csv", csv);
  const Outcome told = station.report({}, {"--from-file", "used.csv"});
  CHECK_MESSAGE(told.status == 0, told.out << told.err);
  CHECK(told.out == numbers[0] + "  in-use\n" + numbers[1] + "  in-use\n");
  const Outcome shown =
      station.ask({"hjelpenummer", "show", "--json"}, numbers[0] + "\n" + numbers[1] + "\n");
  CHECK(contains(shown.out, R"("familyName":"Berg; \"Moe\"")"));
  CHECK(contains(shown.out, R"("newborn":{"order":2,)"));
  for (const char* header : {"number,givenName\n", "number,used,colour\n", "number,used,used\n",
                             "number used\n", "\"number,used\n"}) {
    CAPTURE(header);
    const Outcome refused = station.report(header);
    CHECK(refused.status == 2);
    CHECK(contains(refused.err, "a header names number and used"));
  }
}

TEST_CASE("what is wrong with a line is told with its place, and the others are done") {
  const Station station;
  REQUIRE(station.reserve().status == 0);
  const std::vector<std::string> numbers = station.numbers();
  const std::string used = in_seconds(0);
  const Outcome told = station.report(
      object(numbers[0], used) + "{\"number\":\"nobody\",\"used\":\"" + used + "\"}\n" +
      object(numbers[1], "yesterday") + object(numbers[2], in_seconds(5 * 3'600)) +
      object(numbers[3], used, R"(,"colour":"red")") + object(numbers[3], used));
  CHECK(told.status == 2);
  CHECK(told.out == numbers[0] + "  in-use\n" + numbers[3] + "  in-use\n");
  CHECK(contains(told.err, "line 2: number is no felles hjelpenummer\n"));
  CHECK(contains(told.err, "line 3: used is a date-time with its offset\n"));
  CHECK(contains(told.err, "line 4: used does not lie in the future\n"));
  CHECK(contains(told.err, "line 5: The member is unknown: colour\n"));
  const Outcome cells =
      station.report("number,used\n" + numbers[1] + "\n" + numbers[1] + ',' + used + "\n");
  CHECK(cells.status == 2);
  CHECK(contains(cells.err, "line 2: a record has as many cells as the header"));
  CHECK(cells.out == numbers[1] + "  in-use\n");
  CHECK(station.report("", {"--from-file", "nowhere"}).status == 3);
  CHECK(station.ask({"hjelpenummer", "block", "report", "7"}, object(numbers[1], used)).status ==
        3);
}

TEST_CASE("a wrong question about blocks is refused") {
  const Station station;
  CHECK(station.ask({"hjelpenummer", "block", "print", "1"}).status == 3);
  CHECK(station.ask({"hjelpenummer", "block", "print"}).status == 2);
  CHECK(station.ask({"hjelpenummer", "block", "print", "1", "--form", "pdf"}).status == 2);
  CHECK(station.reserve({"--count", "501"}).status == 2);
  CHECK(station.reserve({"--expires", "soon"}).status == 2);
  CHECK(station.reserve({"--days", "400"}).status == 2);
  CHECK(station.ask({"hjelpenummer", "block", "list"}).out.empty());
}
