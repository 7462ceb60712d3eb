// What cannot be done is refused with a sentence and its exit status, and leaves nothing broken.
#include "tests/program/population.h"
#include "tests/program/running_program.h"

#include <doctest/doctest.h>
#include <filesystem>

using namespace grunndata::tests;
namespace fs = std::filesystem;
using namespace std::string_literals;

namespace {

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string repeated(std::string_view text, std::size_t count) {
  std::string all;
  for (; count > 0; --count) all += text;
  return all;
}

struct Refusal {
  std::vector<std::string> words;
  int status;
  std::string sentence; ///< part of it
};

void check_refusals(const std::vector<Refusal>& refusals, const fs::path& folder) {
  for (const Refusal& refusal : refusals) {
    Start start;
    start.words = refusal.words;
    start.folder = folder;
    const Outcome outcome = run(start);
    std::string told;
    for (const std::string& word : refusal.words) told += word + " ";
    CHECK_MESSAGE(outcome.status == refusal.status, told << outcome.err);
    CHECK_MESSAGE(contains(outcome.err, "grunndata: "), told << outcome.err);
    CHECK_MESSAGE(contains(outcome.err, refusal.sentence), told << outcome.err);
    CHECK_MESSAGE(outcome.out.empty(), told << outcome.out);
  }
}

} // namespace

TEST_CASE("a wrong command line is refused before anything is done") {
  const ScratchFolder scratch;
  write_file(scratch / "file", small_documents(1));
  write_file(scratch / "wrong.toml", "[server]\nlisten = 7\n[import]\nbatch_record = 3\n");
  fs::create_directory(scratch / "empty");
  const std::string d = "--data";
  const std::vector<std::string> import{"import", "folkeregisteret", d, "new"};
  const auto with = [](std::vector<std::string> words, const std::vector<std::string>& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  check_refusals(
      {
          {with(import, {"--config", "nowhere.toml", "file"}), 3, "nowhere.toml"},
          {with(import, {"--config", "empty", "file"}), 3, "cannot read"},
          {with(import, {"--config", "wrong.toml", "file"}), 2,
           "did you mean 'import.batch_records'"},
          {with(import, {"--config", "wrong.toml", "file"}), 2, "wrong.toml:2"},
          {with(import, {"--set", "import.batch_records=-3", "file"}), 2, "import.batch_records"},
          {with(import, {"--set", "import.batch_records=many", "file"}), 2, "import.batch_records"},
          {with(import, {"--set", "nonsense", "file"}), 2, "KEY=VALUE"},
          {with(import, {"--errors-max", "some", "file"}), 2, "import.errors_max"},
          {with(import, {"--environment", "prod", "file"}), 2, "test|production"},
          {with(import, {"--log-level", "loud", "file"}), 2, "log.level"},
          {{"serve", d, "new"}, 2, "--demo"},
          {{"serve", d, "new", "--set", "audit.mode=off"}, 2, "issuer"},
          {{"serve", "--demo", d, "new", "--environment", "production"}, 4, "production"},
          {{"serve", "--demo", d, "new", "--listen", "0.0.0.0:8080"}, 2, "loopback"},
          {{"serve", "--demo", d, "new", "--listen", "[::]:8080"}, 2, "loopback"},
          {{"serve", d, "new", "--listen", "127.0.0.1:99999"}, 2, "ADDRESS:PORT"},
          {{"serve", d, "new", "--listen", "127.0.0.1"}, 2, "ADDRESS:PORT"},
          {{"lookup", d, "new"}, 3, "no store"},
          {{"lookup", d, "empty"}, 3, "no store"},
          {{"check", d, "file"}, 3, "no store"},
          {{"serve", "--demo", d, "file"}, 1, "Not a directory"},
          {with(import, {}), 2, "paths is required"},
          {{"import"}, 2, "subcommand"},
          {{"generate", "folkeregisteret", "--persons", "-1", "--seed", "1"}, 2, "at most"},
          {{"generate", "folkeregisteret", "--persons", "1", "--seed", "x"}, 2, "--seed"},
          {{"generate", "folkeregisteret", "--persons", "1", "--seed", "1", "--output", "empty"},
           1,
           "empty"},
          {{"demo", "--persons", "0"}, 2, "--persons"},
      },
      scratch.path());
  CHECK(!fs::exists(scratch.path() / "new"));
}

TEST_CASE("a wrong question to a registry is refused and changes nothing") {
  const ScratchFolder scratch;
  const std::string data = scratch / "data";
  REQUIRE(import(data, {"-"}, small_documents(3)).status == 0);
  fs::create_directory(scratch / "empty");
  const std::string figures = require_sound(data);
  const std::vector<std::string> import{"import", "folkeregisteret", "--data", data};
  const auto with = [&import](const std::vector<std::string>& more) {
    std::vector<std::string> words = import;
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  check_refusals(
      {
          {with({"nowhere"}), 3, "there is no"},
          {with({"empty"}), 2, "holds no files"},
          {with({"--extracted-at", "soon", "-"}), 2, "--extracted-at"},
          {with({"--extracted-at", "2026-02-30", "-"}), 2, "--extracted-at"},
          {with({"--progress", "dance", "-"}), 2, "--progress"},
          {{"lookup", "--data", data, "--from-file", "nowhere"}, 3, "cannot read"},
          {{"lookup", "--data", data, "--from-file", "empty"}, 1, "cannot read"},
          {{"lookup", "--data", data, "--as-of", "soon"}, 2, "--as-of"},
          {{"lookup", "--data", data, "--recorded-as-of", "-5"}, 2, "--recorded-as-of"},
          {{"lookup", "--data", data, "--parts", "Nonsense"}, 2, "Nonsense"},
          {{"lookup", "--data", data, "--type", "QQ"}, 2, "--type"},
          {{"events", "--data", data, "--types", "Nonsense"}, 2, "Nonsense"},
          {{"events", "--data", data, "--from", "12345"}, 1, "beyond the newest"},
          {{"quarantine", "show", "--data", data, "1"}, 3, "nothing is quarantined"},
          {{"quarantine", "retry", "--data", data, "1"}, 3, "nothing is quarantined"},
      },
      scratch.path());
  CHECK(require_sound(data) == figures);
}

TEST_CASE("an input that is no person document is counted and kept, whatever it is") {
  const ScratchFolder scratch;
  const std::string good = small_document(synthetic_number(0), "NORD");
  std::string noise;
  std::uint32_t state = 7;
  for (std::size_t i = 0; i < 100'000; ++i) {
    state = state * 1'664'525U + 1'013'904'223U;
    noise += static_cast<char>(state >> 24U);
  }
  constexpr std::size_t long_bytes = 20'000'000;
  constexpr std::size_t deep = 100'000;
  struct Input {
    std::string name;
    std::string text;
    int status;
    std::uint64_t written;
  };
  const std::vector<Input> inputs{
      {"nothing", "", 0, 0},
      {"blank lines", "\n\n \r\n", 0, 0},
      {"noise", noise, 7, 0},
      {"NUL bytes", "{\"navn\":\0[]}\n\0\0\0\n"s + good, 7, 1},
      {"a long record", "{\"navn\":\"" + std::string(long_bytes, 'x') + "\"}\n" + good, 7, 1},
      {"a deep record", repeated("{\"a\":", deep) + "1" + repeated("}", deep) + "\n" + good, 7, 1},
      {"a deep record without end", repeated("{\"a\":", deep) + "\n", 7, 0},
      {"deep arrays", repeated("[", deep), 1, 0},
      {"an array without end", "[" + good, 1, 1},
      {"no UTF-8", "{\"navn\":\"\xff\xfe\"}\n" + good, 7, 1},
      {"broken gzip", "\x1f\x8b\x08\x00garbage"s, 1, 0},
      {"broken zstd", "\x28\xb5\x2f\xfdgarbage"s, 1, 0},
  };
  for (const Input& input : inputs) {
    INFO(input.name);
    const std::string directory = scratch / input.name;
    const Outcome outcome = import(directory, {"-"}, input.text);
    CHECK_MESSAGE(outcome.status == input.status, outcome.err);
    check_summary(outcome, number_field(outcome.out, "read").value_or(0));
    CHECK(number_field(outcome.out, "written") == input.written);
    CHECK(number_field(outcome.out, "quarantined") ==
          lines_of(run({"quarantine", "list", "--data", directory}).out).size());
    require_sound(directory);
  }
}

TEST_CASE("no error tells a person number, whatever is wrong with the record") {
  const ScratchFolder scratch;
  const std::string number = synthetic_number(0);
  const std::string whole = small_document(number, "NORD");
  std::string input;
  for (std::size_t cut = 1; cut < whole.size(); cut += 3) {
    input += whole.substr(0, cut) + "\n";                                     // ends too early
    input += whole.substr(0, cut) + "\"" + number + "\"" + whole.substr(cut); // something inserted
  }
  input += R"({"identifikasjonsnummer":[{"foedselsEllerDNummer":)" + number + "}]}\n";
  input += R"({"identifikasjonsnummer":")" + number + "\"}\n";
  input += R"({"identifikasjonsnummer":[{")" + number + R"(":1}],")" + number + "\":[]}\n";
  input += number + "\n\"" + number + "\"\n[" + number + "]\n";
  const Outcome outcome = import(scratch / "data", {"-"}, input); // stderr is searched by `run`
  CHECK(outcome.status == 7);
  CHECK(number_field(outcome.out, "quarantined").value_or(0) > 100);
  for (const char* format : {"--json", "--log-level=debug"}) {
    const Outcome listed = run({"quarantine", "list", "--data", scratch / "data", format});
    CHECK(listed.status == 0);
    CHECK_MESSAGE(person_numbers_in(listed.out).empty(), person_numbers_in(listed.out).front());
  }
  const Outcome retried = run({"quarantine", "retry", "--data", scratch / "data", "--all"});
  CHECK(retried.status == 7);
  CHECK(person_numbers_in(retried.out).empty());
}
