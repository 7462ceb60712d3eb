// Loads that are killed or interrupted: nothing acknowledged is lost, and going on ends the same.
#include "tests/program/population.h"
#include "tests/program/running_program.h"

#include <chrono>
#include <csignal>
#include <doctest/doctest.h>
#include <random>
#include <thread>

using namespace grunndata::tests;

namespace {

constexpr std::size_t persons = 1'000;
constexpr std::size_t persons_before = 100;
constexpr int rounds = 10;
constexpr int kills_in_a_row = 3;
constexpr const char* extracted_at = "2026-03-01T00:00:00Z";

/// A registry and what a load into it needs.
struct Case {
  bool filled = false; ///< with some of the persons, so that the load goes the usual way
  std::string numbers;
  std::string expected; ///< what it looks like when nothing went wrong
  std::string figures;
  std::chrono::microseconds duration{0};
};

std::vector<std::string> load_words(const std::string& directory, const std::string& file,
                                    bool resume) {
  std::vector<std::string> words{"import",
                                 "folkeregisteret",
                                 "--data",
                                 directory,
                                 "--json",
                                 "--set",
                                 "import.batch_records=40",
                                 "--progress",
                                 "json",
                                 "--extracted-at",
                                 extracted_at,
                                 file};
  if (resume) words.emplace_back("--resume");
  return words;
}

void prepare(const Case& c, const std::string& directory) {
  if (!c.filled) return;
  REQUIRE(import(directory, {"--extracted-at", "2026-02-01", "-"},
                 first_lines(population(persons), persons_before))
              .status == 0);
}

Case undisturbed(bool filled, const std::string& file) {
  const ScratchFolder scratch;
  Case c{filled, numbers_in(population(persons)), {}, {}, {}};
  prepare(c, scratch / "data");
  const auto begin = std::chrono::steady_clock::now();
  REQUIRE(run(load_words(scratch / "data", file, false)).status == 0);
  c.duration = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - begin);
  c.figures = require_sound(scratch / "data");
  c.expected = picture(scratch / "data", c.numbers);
  return c;
}

/// Kills the load at a random moment, some times in a row, then lets it end.
void kill_and_go_on(const Case& c, const std::string& file, std::mt19937& random) {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  prepare(c, directory);
  for (int kills = 0; kills < kills_in_a_row; ++kills) {
    Start start;
    start.words = load_words(directory, file, kills > 0);
    std::uniform_int_distribution<std::int64_t> moment(0, c.duration.count());
    const std::chrono::microseconds delay(moment(random));
    RunningProgram load(start);
    std::this_thread::sleep_for(delay); // chooses the moment; nothing is waited for
    load.signal(SIGKILL);
    const Outcome outcome = load.wait();
    const bool expected_end = outcome.status == 128 + SIGKILL || outcome.status == 0;
    REQUIRE_MESSAGE(expected_end, outcome.err);
    const Outcome check = run({"check", "--data", directory, "--progress", "none"});
    // 3: killed before there was a data directory.
    const bool opens = check.status == 0 || (check.status == 3 && !c.filled);
    REQUIRE_MESSAGE(opens, check.out << check.err << delay.count() << " us");
  }
  const Outcome last = run(load_words(directory, file, true));
  REQUIRE_MESSAGE(last.status == 0, last.err);
  CHECK(require_sound(directory) == c.figures);
  CHECK((picture(directory, c.numbers) == c.expected));
}

void kill_in_rounds(bool filled) {
  const ScratchFolder scratch;
  const std::string file = scratch / "file";
  write_file(file, population(persons));
  const Case c = undisturbed(filled, file);
  std::mt19937 random(std::random_device{}());
  for (int round = 0; round < rounds; ++round) kill_and_go_on(c, file, random);
}

/// Feeds records until the load has acknowledged some, kills it, and counts what is there.
void kill_after_acknowledgement(const std::string& directory, std::size_t block_records,
                                std::vector<std::string> words) {
  Start start;
  start.piped = true;
  start.words = {"import", "folkeregisteret", "--data", directory, "--progress", "json", "-"};
  start.words.insert(start.words.end(), words.begin(), words.end());
  RunningProgram load(start);
  std::uint64_t fed = 0;
  std::optional<std::uint64_t> acknowledged;
  load.wait_until([&] {
    std::string block;
    for (std::size_t i = 0; i < block_records; ++i) {
      block += small_document(synthetic_number(fed++), "NORD");
    }
    REQUIRE_MESSAGE(load.write(block), load.err());
    acknowledged = number_field(load.err(), "records");
    return acknowledged.has_value();
  });
  load.signal(SIGKILL);
  CHECK(load.wait().status == 128 + SIGKILL);
  REQUIRE(acknowledged.value_or(0) > 0);
  const std::uint64_t there = std::stoull(require_sound(directory));
  CHECK(there >= *acknowledged);

  const Outcome rest = import(directory, {"--resume", "-"}, small_documents(fed));
  CHECK_MESSAGE(rest.status == 0, rest.err);
  CHECK(number_field(rest.out, "read") == fed - there);
  CHECK(number_field(rest.out, "written") == fed - there);
  CHECK(std::stoull(require_sound(directory)) == fed);
}

} // namespace

TEST_CASE(
    "a load into an empty registry that is killed at any moment can go on and ends the same") {
  kill_in_rounds(false);
}

TEST_CASE(
    "a load into a filled registry that is killed at any moment can go on and ends the same") {
  kill_in_rounds(true);
}

TEST_CASE("what a load has acknowledged is there after it was killed") {
  const ScratchFolder scratch;
  kill_after_acknowledgement(scratch / "empty", 2'000, {});
  REQUIRE(import(scratch / "filled", {"-"}, small_document(synthetic_number(0), "NORD")).status ==
          0);
  kill_after_acknowledgement(scratch / "filled", 20, {"--set", "import.batch_records=20"});
}

TEST_CASE("the first Ctrl-C stops after whole batches and says how to go on, the second at once") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  const std::string text = small_documents(3'000);
  REQUIRE(import(directory, {"-"}, first_lines(text, 1)).status == 0);
  const std::vector<std::string> words{
      "import", "folkeregisteret",         "--data", directory, "--json",
      "--set",  "import.batch_records=20", "-"};
  Start start;
  start.piped = true;
  start.words = words;
  RunningProgram load(start);
  REQUIRE(load.write(first_lines(text, 2'000)));
  load.signal(SIGINT);
  load.write("{\"half\": [\"of a record that was cut off by the same Ctrl-C\"");
  load.close_input();
  const Outcome stopped = load.wait();
  CHECK(stopped.status == 130);
  CHECK(stopped.err.find("run the same command with --resume") != std::string::npos);
  check_summary(stopped, number_field(stopped.out, "read").value_or(1));
  CHECK(number_field(stopped.out, "read").value_or(1) % 20 == 0);
  CHECK(run({"quarantine", "list", "--data", directory}).out.empty());
  require_sound(directory);

  std::vector<std::string> resumed = words;
  resumed.emplace_back("--resume");
  const Outcome rest = run(resumed, text);
  CHECK_MESSAGE(rest.status == 0, rest.err);
  CHECK(number_field(rest.out, "read").value_or(0) ==
        3'000 - number_field(stopped.out, "read").value_or(0));
  CHECK(require_sound(directory).starts_with("3000 persons"));

  RunningProgram waiting(start); // for input that does not come
  REQUIRE(waiting.write(first_lines(text, 500)));
  waiting.wait_until([&waiting] { // it counts signals as soon as it has opened the registry
    waiting.signal(SIGINT);
    return waiting.has_ended();
  });
  CHECK(waiting.wait().status == 130);
  require_sound(directory);
}
