// Loads of the enterprise structure that are killed at any moment. The client keeps a ledger of
// what it sent and what was acknowledged: nothing acknowledged is lost, nothing is told twice, and
// going on ends the same.
#include "tests/program/running_program.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <doctest/doctest.h>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

using namespace grunndata::tests;

namespace {

constexpr int rounds_short = 3;
constexpr std::size_t units = 600;
constexpr std::size_t batch_records = 20;

/// CRASH_ROUNDS=200 is the long form; `tools/test --long` runs it.
int rounds() {
  const char* asked = std::getenv("CRASH_ROUNDS");
  return asked == nullptr ? rounds_short : std::atoi(asked);
}

/// The n-th number whose check digit there is.
std::vector<std::string> numbers(std::size_t count) {
  constexpr std::array<int, 8> weights{3, 2, 7, 6, 5, 4, 3, 2};
  std::vector<std::string> found;
  for (std::uint32_t first = 31'000'000; found.size() < count; ++first) {
    std::string digits = std::to_string(first);
    int sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) sum += weights[i] * (digits[i] - '0');
    const int control = (11 - sum % 11) % 11;
    if (control == 10) continue;
    digits += static_cast<char>('0' + control);
    found.push_back(digits);
  }
  return found;
}

/// Every other one hangs under the one before it.
std::string document(const std::vector<std::string>& all, std::size_t n, int version,
                     std::string_view filling = {}) {
  const bool is_shop = n % 2 == 1;
  std::string json = "{\"organisasjonsnummer\":\"" + all[n] + "\",\"navn\":\"ENHET " +
                     std::to_string(version) + "\",\"organisasjonsform\":{\"kode\":\"";
  json += is_shop ? "BEDR\"},\"overordnetEnhet\":\"" + all[n - 1] + "\"" : "AS\"}";
  if (!filling.empty()) json.append(",\"aktivitet\":[\"").append(filling).append("\"]");
  return json + "}\n";
}

std::vector<std::string> load_words(const std::string& directory, int version,
                                    const std::string& path, bool resume) {
  std::vector<std::string> words{"import",
                                 "enhetsregisteret",
                                 "--json",
                                 "--data",
                                 directory,
                                 "--progress",
                                 "json",
                                 "--batch",
                                 std::to_string(batch_records),
                                 "--extracted-at",
                                 "2026-01-" + std::string(version < 10 ? "0" : "") +
                                     std::to_string(version),
                                 path};
  if (resume) words.emplace_back("--resume");
  return words;
}

void require_sound(const std::string& directory) {
  const Outcome check = run({"check", "--data", directory, "--progress", "none"});
  REQUIRE_MESSAGE(check.status == 0, check.out << check.err);
}

/// How many nodes bear each name.
std::map<std::string, std::size_t> names_in(const std::string& directory) {
  const Outcome outcome =
      run({"export", "--data", directory, "--entity", "virksomhet", "--progress", "none"});
  REQUIRE_MESSAGE(outcome.status == 0, outcome.err);
  std::map<std::string, std::size_t> names;
  constexpr std::string_view mark = "\"name\":\"";
  for (std::size_t begin = 0; begin < outcome.out.size();) {
    const std::size_t end = outcome.out.find('\n', begin);
    const std::string_view line = std::string_view(outcome.out).substr(begin, end - begin);
    const std::size_t at = line.find(mark);
    if (line.starts_with("{\"id\"") && at != std::string_view::npos) {
      const std::string_view name = line.substr(at + mark.size());
      ++names[std::string(name.substr(0, name.find('"')))];
    }
    begin = end + 1;
  }
  return names;
}

/// How often the log tells of each type.
std::map<std::string, std::size_t> events_in(const std::string& directory) {
  const Outcome outcome = run({"events", "--data", directory});
  REQUIRE_MESSAGE(outcome.status == 0, outcome.err);
  std::map<std::string, std::size_t> events;
  constexpr std::string_view mark = "\"eventType\":\"";
  for (std::size_t at = outcome.out.find(mark); at != std::string::npos;
       at = outcome.out.find(mark, at + 1)) {
    const std::size_t from = at + mark.size();
    ++events[outcome.out.substr(from, outcome.out.find('"', from) - from)];
  }
  return events;
}

/// One version of all units through a pipe, killed after some were acknowledged, then again.
void kill_and_go_on(const std::string& directory, const std::vector<std::string>& all,
                    int version, std::mt19937& random) {
  std::string text;
  for (std::size_t n = 0; n < units; ++n) text += document(all, n, version);
  std::size_t acknowledged_before = 0;
  bool ended = false;
  for (int kills = 0; kills < 3 && !ended; ++kills) {
    Start start;
    start.piped = true;
    start.words = load_words(directory, version, "-", kills > 0);
    RunningProgram load(start);
    const std::size_t upto = std::uniform_int_distribution<std::size_t>(1, units)(random);
    std::string part;
    for (std::size_t n = 0; n < upto; ++n) part += document(all, n, version);
    static_cast<void>(load.write(part)); // it may be gone already
    // Chooses the moment; nothing is waited for.
    std::this_thread::sleep_for(
        std::chrono::microseconds(std::uniform_int_distribution<int>(0, 200'000)(random)));
    const std::size_t acknowledged = number_field(load.err(), "records").value_or(0);
    load.signal(SIGKILL);
    const Outcome outcome = load.wait();
    ended = outcome.status == 0;
    CHECK((outcome.status == 128 + SIGKILL || ended));
    const Outcome check = run({"check", "--data", directory, "--progress", "none"});
    const bool opens = check.status == 0 || (check.status == 3 && version == 1);
    REQUIRE_MESSAGE(opens, check.out << check.err);
    if (check.status != 0) continue;
    // All that was acknowledged of this version is there, here and before.
    const std::size_t there = names_in(directory)["ENHET " + std::to_string(version)];
    CHECK(there >= std::max(acknowledged, acknowledged_before));
    acknowledged_before = there;
  }
  const Outcome rest = run(load_words(directory, version, "-", true), text);
  REQUIRE_MESSAGE(rest.status == 0, rest.err);
  CHECK(number_field(rest.out, "quarantined") == 0);
}

} // namespace

TEST_CASE("loads of units that are killed at any moment lose nothing and tell nothing twice") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  const std::vector<std::string> all = numbers(units);
  std::mt19937 random(std::random_device{}());
  const int versions = std::min(rounds(), 28); // a day of a month each
  for (int version = 1; version <= versions; ++version) {
    kill_and_go_on(directory, all, version, random);
    require_sound(directory);
    const auto names = names_in(directory);
    REQUIRE(names.size() == 1);
    CHECK(names.begin()->first == "ENHET " + std::to_string(version));
    CHECK(names.begin()->second == units);
  }
  const auto events = events_in(directory);
  CHECK(events.at("VirksomhetIsCreated") == units);
  const std::size_t changes = events.contains("VirksomhetIsChanged")
                                  ? events.at("VirksomhetIsChanged")
                                  : 0;
  CHECK(changes == units * static_cast<std::size_t>(versions - 1));
}

TEST_CASE("a load past the log that is killed at any moment goes on and ends the same") {
  constexpr std::size_t many = 45'000; // more than two commits of such a load
  const ScratchFolder scratch;
  const std::vector<std::string> all = numbers(many);
  const std::string filling(400, 'A'); // so that the file is one to be loaded so
  std::string text;
  for (std::size_t n = 0; n < many; ++n) text += document(all, n, 1, filling);
  const std::string path = scratch / "units.ndjson";
  write_file(path, text);
  std::mt19937 random(std::random_device{}());
  for (int round = 0; round < std::max(1, rounds() / rounds_short); ++round) {
    const std::string directory = scratch / ("data" + std::to_string(round));
    Start start;
    start.words = load_words(directory, 1, path, false);
    RunningProgram load(start);
    load.wait_until([&load] { return load.err().find("\"records\"") != std::string::npos; });
    std::this_thread::sleep_for(
        std::chrono::microseconds(std::uniform_int_distribution<int>(0, 500'000)(random)));
    const std::size_t acknowledged = number_field(load.err(), "records").value_or(0);
    load.signal(SIGKILL);
    load.wait();
    require_sound(directory);
    CHECK(names_in(directory)["ENHET 1"] >= acknowledged);
    const Outcome rest = run(load_words(directory, 1, path, true));
    REQUIRE_MESSAGE(rest.status == 0, rest.err);
    require_sound(directory);
    CHECK(names_in(directory)["ENHET 1"] == many);
    CHECK(events_in(directory).at("VirksomhetIsCreated") == many);
    std::filesystem::remove_all(directory);
  }
}
