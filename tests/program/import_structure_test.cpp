// The sources of the enterprise structure, loaded with the real program.
#include "tests/program/running_program.h"
#include "tests/program/served_registry.h"

#include <array>
#include <csignal>
#include <cstdint>
#include <ctime>
#include <doctest/doctest.h>
#include <filesystem>
#include <string>
#include <vector>

using namespace grunndata::tests;

namespace {

const std::string samples = "tests/data/virksomhet/";

Outcome import_from(const std::string& source, const std::string& directory,
                    const std::vector<std::string>& words, const std::string& input = {}) {
  std::vector<std::string> all{"import", source, "--json", "--data", directory};
  all.insert(all.end(), words.begin(), words.end());
  return run(all, input);
}

std::uint64_t figure(const Outcome& outcome, std::string_view name) {
  const auto number = number_field(outcome.out, name);
  REQUIRE_MESSAGE(number, outcome.out << outcome.err);
  return *number;
}

void require_sound(const std::string& directory) {
  const Outcome outcome = run({"check", "--data", directory, "--deep"});
  REQUIRE_MESSAGE(outcome.status == 0, outcome.out << outcome.err);
}

const std::string units = samples + "brreg/enheter_alle.json.gz";
const std::string subunits = samples + "brreg/underenheter_alle.json.gz";

std::string unit(std::uint32_t first_digits, std::string_view name) {
  constexpr std::array<int, 8> weights{3, 2, 7, 6, 5, 4, 3, 2};
  std::string digits = std::to_string(first_digits);
  int sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) sum += weights[i] * (digits[i] - '0');
  const int control = (11 - sum % 11) % 11;
  if (control == 10) return {};
  digits += static_cast<char>('0' + control);
  return "{\"organisasjonsnummer\":\"" + digits + "\",\"navn\":\"" + std::string(name) +
         "\",\"organisasjonsform\":{\"kode\":\"AS\"}}\n";
}

} // namespace

TEST_CASE("every source is loaded, and the second time nothing is written") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  struct Load {
    std::string source;
    std::vector<std::string> words;
    std::uint64_t written;
  };
  const std::vector<Load> loads{
      {"enhetsregisteret", {units, subunits}, 21},
      {"enhetsregisteret", {"--roles", samples + "brreg/roller_iks_eierkommuner.json"}, 1},
      {"resh", {"--complete", samples + "resh/resh_units.json"}, 15},
      {"adresseregisteret", {samples + "ar/cpe_export.json"}, 11},
      {"gln", {"--complete", samples + "gln/gln.csv"}, 5},
      {"locoreg", {samples + "locoreg"}, 4},
      {"htk", {samples + "htk"}, 1},
      {"flr", {samples + "flr"}, 3},
      {"kuraterte",
       {"--complete", samples + "modell/kuraterte_relasjoner.json",
        samples + "modell/etterfolgere.json"},
       6}};
  for (const Load& load : loads) {
    CAPTURE(load.source);
    const Outcome first = import_from(load.source, directory, load.words);
    CHECK_MESSAGE(first.status == 0, first.err);
    CHECK(figure(first, "written") == load.written);
  }
  require_sound(directory);
  for (const Load& load : loads) {
    CAPTURE(load.source);
    const Outcome second = import_from(load.source, directory, load.words);
    CHECK_MESSAGE(second.status == 0, second.err);
    CHECK(figure(second, "written") == 0);
    CHECK(figure(second, "unchanged") == load.written);
  }
  require_sound(directory);
}

TEST_CASE("files of Enhetsregisteret count as three days old unless somebody says otherwise") {
  const ScratchFolder scratch;
  const auto days_ago = [](int days) {
    const std::time_t then = std::time(nullptr) - days * 24L * 60 * 60;
    std::array<char, 24> text{};
    std::strftime(text.data(), text.size(), "\"extractedAt\":\"%F", std::gmtime(&then));
    return std::string(text.data());
  };
  const auto extracted_at = [&](const std::string& source, std::vector<std::string> words) {
    return import_from(source, scratch / "data", words).out;
  };
  struct Load {
    std::string source;
    std::vector<std::string> words;
    int days;
  };
  for (const Load& load : std::vector<Load>{
           {"gln", {samples + "gln/gln.csv"}, 0},
           {"enhetsregisteret", {units}, 3},
           {"enhetsregisteret", {"--roles", samples + "brreg/roller_iks_eierkommuner.json"}, 3}}) {
    const std::string before = days_ago(load.days);
    const std::string told = extracted_at(load.source, load.words);
    CAPTURE(told);
    const std::string after = days_ago(load.days); // midnight may have passed
    CHECK((told.find(before) != std::string::npos || told.find(after) != std::string::npos));
  }
  CHECK(extracted_at("enhetsregisteret", {"--extracted-at", "2026-01-01", units})
            .find(R"("extractedAt":"2025-12-31T23:00:00)") != std::string::npos);
}

TEST_CASE("a part of Norway is picked by trade, and not out of stdin") {
  const ScratchFolder scratch;
  const Outcome health =
      import_from("enhetsregisteret", scratch / "health", {"--industries", "87", units, subunits});
  CHECK_MESSAGE(health.status == 0, health.err);
  CHECK(figure(health, "written") >= 3);
  CHECK(figure(health, "written") + figure(health, "leftOut") == figure(health, "read"));
  const Outcome piped = import_from("enhetsregisteret", scratch / "piped",
                                    {"--industries", "87", "-"}, unit(31000014, "A"));
  CHECK(piped.status != 0);
  CHECK(piped.err.find("stdin") != std::string::npos);
  CHECK(import_from("enhetsregisteret", scratch / "piped", {"-"}, unit(31000014, "A")).status == 0);
}

TEST_CASE("a refused record is listed with its place and reason, and tried again") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  const std::string bad = "{\"organisasjonsnummer\":\"310000141\",\"navn\":\"X\"}\n";
  const Outcome outcome =
      import_from("enhetsregisteret", directory, {"-"}, unit(31000014, "A") + bad);
  CHECK(outcome.status == 7);
  CHECK(figure(outcome, "written") == 1);
  CHECK(figure(outcome, "quarantined") == 1);
  const Outcome listed = run({"quarantine", "list", "--data", directory});
  CHECK(listed.out.find("control_digit  organisasjonsnummer") != std::string::npos);
  const Outcome retried = run({"quarantine", "retry", "--data", directory, "--all"});
  CHECK(retried.status == 7);
  CHECK(retried.out.find("organisasjonsnummer is none") != std::string::npos);
}

TEST_CASE("an export of RESH that breaks a rule is refused whole, with the rule") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  const Outcome outcome = import_from("resh", directory,
                                      {samples + "resh/resh_cycle_must_be_quarantined.json"});
  CHECK(outcome.status == 7);
  CHECK(figure(outcome, "written") == 0);
  CHECK(figure(outcome, "quarantined") == 2);
  CHECK(run({"quarantine", "list", "--data", directory}).out.find("structure") !=
        std::string::npos);
  require_sound(directory);
}

TEST_CASE("wrong words and wrong files are told apart") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  CHECK(import_from("resh", directory, {"--fields", "hest=a", samples + "resh/resh_units.csv"})
            .err.find("overordnetReshId") != std::string::npos);
  CHECK(import_from("gln", directory, {scratch / "none.csv"}).status != 0);
  CHECK(import_from("gln", directory, {"--resume", samples + "gln/gln.csv"}).status == 2);
  CHECK(import_from("gln", directory, {"--progress", "loud", samples + "gln/gln.csv"}).status == 2);
  CHECK(import_from("gln", directory, {"--extracted-at", "i går", samples + "gln/gln.csv"})
            .status == 2);
  write_file(scratch / "cut.json", "[{\"type\":\"EIERSKAP\"},");
  const Outcome cut = import_from("kuraterte", directory, {scratch / "cut.json"});
  CHECK(cut.status == 1);
  CHECK(cut.err.find("could not be read to its end") != std::string::npos);
}

TEST_CASE("a load beside a running server is carried out there") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  REQUIRE(import_from("enhetsregisteret", directory, {units}).status == 0);
  ServedRegistry served(directory);
  const Outcome outcome = import_from("enhetsregisteret", directory, {subunits});
  CHECK_MESSAGE(outcome.status == 0, outcome.err);
  CHECK(figure(outcome, "written") == 11);
  const Outcome piped = import_from("enhetsregisteret", directory, {"-"}, unit(31000301, "B"));
  CHECK_MESSAGE(piped.status == 0, piped.err);
  CHECK(figure(piped, "written") == 1);
  CHECK(served.stop(SIGTERM).status == 0);
  require_sound(directory);
}

TEST_CASE("a load that is killed goes on with --resume, and nothing is lost or twice") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  std::string text;
  std::uint64_t count = 0;
  for (std::uint32_t digits = 31'000'000; count < 60'000; ++digits) {
    const std::string one = unit(digits, "ENHET");
    count += one.empty() ? 0 : 1;
    text += one;
  }
  const std::string path = scratch / "units.ndjson";
  write_file(path, text);
  {
    Start start;
    start.words = {"import", "enhetsregisteret", "--data", directory, "--progress", "json", path};
    RunningProgram loading(start);
    loading.wait_until(
        [&loading] { return loading.err().find("\"records\"") != std::string::npos; });
    loading.signal(SIGKILL);
    loading.wait();
  }
  const Outcome resumed = import_from("enhetsregisteret", directory, {"--resume", path});
  CHECK_MESSAGE(resumed.status == 0, resumed.err);
  CHECK(figure(resumed, "read") <= count);
  require_sound(directory);
  const Outcome again = import_from("enhetsregisteret", directory, {path});
  CHECK(figure(again, "written") == 0);
  CHECK(figure(again, "unchanged") == count);
}
