// `grunndata client` and `grunndata break-glass`: alone on a data directory and beside its server.
#include "tests/program/population.h"
#include "tests/program/served_registry.h"

#include <algorithm>
#include <csignal>
#include <doctest/doctest.h>
#include <filesystem>

using namespace grunndata::tests;
namespace fs = std::filesystem;

namespace {

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// A data directory with nobody in it, and commands for it.
class Directory {
public:
  Directory() {
    const Outcome made = import(data(), {"-"}, "");
    REQUIRE_MESSAGE(made.status == 0, made.err);
  }
  [[nodiscard]] std::string data() const { return scratch_ / "data"; }
  [[nodiscard]] std::string operator/(std::string_view name) const { return scratch_ / name; }

  Outcome ask(std::vector<std::string> words, const std::string& input = {}) const {
    words.insert(words.end(), {"--data", data()});
    Start start;
    start.words = std::move(words);
    start.input = input;
    start.folder = scratch_.path();
    return run(start);
  }
  Outcome add(const std::string& id, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words{"client",    "add",       "--id",           id,
                                   "--name",    "EHR",       "--parts",        "Name,Status",
                                   "--purpose", "Treatment", "--organisation", "974760673"};
    words.insert(words.end(), more.begin(), more.end());
    return ask(std::move(words));
  }
  /// The answer of `client list --json`.
  [[nodiscard]] std::string listed() const {
    const Outcome outcome = ask({"client", "list", "--json"});
    CHECK_MESSAGE(outcome.status == 0, outcome.err);
    return outcome.out;
  }

private:
  ScratchFolder scratch_;
};

constexpr std::string_view two_clients = R"(
[[client]]
id = "from-file-1"
issuer = "helseid"
name = "Journal"
organisation = "974760673"
purpose = "Treatment of patients"
parts = "all"
legal_basis = true
expires = 2999-01-01
requests_per_minute = 600
persons_per_day = 5000
break_glass_parts = ["FamilyRelation"]

[[client]]
id = "from-file-2"
name = "Register"
organisation = "974760673"
purpose = "Research"
parts = ["Name", "Status"]
)";

void check_story(const Directory& directory) {
  const Outcome added = directory.add(
      "ehr", {"--issuer", "helseid", "--legal-basis", "--expires", "2999-01-01",
              "--requests-per-minute", "600", "--persons-per-day", "1000", "--numbers-per-day",
              "700", "--break-glass-parts", "FamilyRelation", "--json"});
  CHECK_MESSAGE(added.status == 0, added.err);
  CHECK(contains(added.out, R"({"id":"ehr","issuer":"helseid","name":"EHR")"));
  CHECK(contains(added.out, R"("parts":["Name","Status"],"legalBasis":true)"));
  CHECK(contains(added.out, R"("expires":"2998-12-31T23:00:00.000000Z","requestsPerMinute":600,)"
                            R"("personsPerDay":1000,"numbersPerDay":700,)"
                            R"("breakGlassParts":["FamilyRelation"])"));
  CHECK(contains(added.out, R"("state":"active"})"));
  CHECK(directory.add("ehr", {"--issuer", "helseid"}).status == 4);
  CHECK(directory.add("ehr", {"--issuer", "helseid", "--replace"}).status == 0);
  CHECK(directory.add("ehr").status == 0); // any issuer: another one
  const Outcome listed = directory.ask({"client", "list"});
  CHECK(contains(listed.out, "ehr  helseid  974760673  active  2 parts  EHR\n"));
  CHECK(contains(listed.out, "ehr  *  974760673  active"));

  const Outcome shown = directory.ask({"client", "show", "--issuer", "helseid", "ehr"});
  CHECK(shown.status == 0);
  CHECK(contains(shown.out, "purpose:             Treatment\n"));
  CHECK(contains(shown.out, "expires:             never\n"));
  CHECK(directory.ask({"client", "show", "nobody"}).status == 3);

  CHECK(directory.ask({"client", "revoke", "nobody"}).status == 3);
  const Outcome revoked = directory.ask({"client", "revoke", "ehr", "--json"});
  CHECK(revoked.status == 0);
  CHECK(contains(revoked.out, R"("state":"revoked"})"));
  CHECK(directory.ask({"client", "revoke", "ehr", "--json"}).out == revoked.out);
  CHECK(contains(directory.ask({"client", "show", "--issuer", "helseid", "ehr"}).out, "active"));

  write_file(directory / "clients.toml", two_clients);
  const Outcome imported = directory.ask({"client", "import", "clients.toml"});
  CHECK_MESSAGE(imported.status == 0, imported.err);
  CHECK(contains(imported.err, "2 clients registered"));
  CHECK(directory.ask({"client", "import", "-", "--replace"}, std::string(two_clients)).status ==
        0);
  CHECK(lines_of(directory.listed()).size() == 4);
  CHECK(contains(directory.listed(), R"({"id":"from-file-1","issuer":"helseid","name":"Journal")"));

  const Outcome waiting = directory.ask({"break-glass", "list", "--json"});
  CHECK_MESSAGE(waiting.status == 0, waiting.err);
  CHECK(waiting.out.empty());
  CHECK(directory.ask({"break-glass", "list", "--overdue"}).status == 0);
  CHECK(directory.ask({"break-glass", "review", "1", "--outcome", "justified"}).status == 3);
}

} // namespace

TEST_CASE("clients are registered, shown, revoked and imported on a data directory of one's own") {
  const Directory directory;
  check_story(directory);
  require_sound(directory.data());
}

TEST_CASE("beside a running server the same commands give the same, and survive its end") {
  const Directory directory;
  std::string before;
  {
    ServedRegistry server(directory.data());
    check_story(directory);
    before = directory.listed();
    CHECK(server.stop(SIGTERM).status == 0);
  }
  CHECK(directory.listed() == before);
}

TEST_CASE("an agreement that makes no sense is refused by the flag that is wrong") {
  const Directory directory;
  struct Row {
    std::vector<std::string> more;
    const char* sentence;
  };
  const std::vector<Row> rows{
      {{"--organisation", "974760674"}, "--organisation is a valid organisasjonsnummer"},
      {{"--parts", "Nonsense"}, "--parts: no information part is called Nonsense"},
      {{"--break-glass-parts", "Name,Nonsense"}, "--break-glass-parts: no information part"},
      {{"--expires", "soon"}, "--expires is a date"},
      {{"--expires", "2020-01-01"}, "--expires lies in the future"},
      {{"--purpose", "about 01810000001"}, "--purpose is 1 to 500 characters"},
      {{"--issuer", "https://x"}, "--issuer is the name of an issuer"},
      {{"--requests-per-minute", "10000001"}, "--requests-per-minute is at most"},
      {{"--requests-per-minute", "-1"}, "--requests-per-minute"},
  };
  for (const Row& row : rows) {
    // The last one of a flag counts, so that each row changes one thing.
    std::vector<std::string> words{"client", "add", "--id", "ehr", "--name", "EHR"};
    const std::vector<std::pair<std::string, std::string>> rest{
        {"--parts", "Name"}, {"--purpose", "Treatment"}, {"--organisation", "974760673"}};
    for (const auto& [flag, value] : rest) {
      if (flag != row.more.front()) words.insert(words.end(), {flag, value});
    }
    words.insert(words.end(), row.more.begin(), row.more.end());
    const Outcome outcome = directory.ask(words);
    CHECK_MESSAGE(outcome.status == 2, row.sentence << ": " << outcome.err);
    CHECK_MESSAGE(contains(outcome.err, row.sentence), outcome.err);
  }
  CHECK(directory.ask({"client", "add", "--id", "ehr"}).status == 2);
  CHECK(directory.ask({"client"}).status == 2);
  CHECK(directory.ask({"break-glass", "review", "1"}).status == 2);
  CHECK(directory.ask({"break-glass", "review", "1", "--outcome", "fine"}).status == 2);
  CHECK(directory.listed().empty());
}

TEST_CASE("a file of clients is all or nothing, and each fault is told with its line") {
  const Directory directory;
  struct Row {
    std::string text;
    std::vector<std::string> faults;
  };
  const std::string good(two_clients);
  const std::vector<Row> rows{
      {"", {":1: there is no [[client]] table"}},
      {"client = 3\n", {":1: only [[client]] tables"}},
      {"[client]\nid = \"x\"\n", {":1: only [[client]] tables"}},
      {"[[client]\n", {":1: "}},
      {"[[client]]\nid = \"x\"\n", {":1: name is 1 to 200 characters"}},
      {good + "[[client]]\nid = 7\nname = \"N\"\ncolour = \"red\"\npurpos = \"P\"\n",
       {":22: id is a string", ":24: unknown key 'colour'",
        ":25: unknown key 'purpos'; did you mean 'purpose'?"}},
      {good + "[[client]]\nid = \"x\"\nname = \"N\"\norganisation = \"974760674\"\n",
       {":24: organisation is a valid organisasjonsnummer"}},
      {good + "[[client]]\nparts = [\"Name\", \"Nonsense\"]\nlegal_basis = \"yes\"\nexpires = 12\n"
              "requests_per_minute = -1\npersons_per_day = \"many\"\nnumbers_per_day = false\n"
              "break_glass_parts = 3\n",
       {":22: parts names no information part with 'Nonsense'", ":23: legal_basis is true or false",
        ":24: expires is a date", ":25: requests_per_minute is a whole number",
        ":26: persons_per_day is a whole number", ":27: numbers_per_day is a whole number",
        ":28: break_glass_parts is a list"}},
      {good + good, {":22: client from-file-1 stands there twice", "client from-file-2 stands"}},
  };
  for (const Row& row : rows) {
    write_file(directory / "wrong.toml", row.text);
    const Outcome outcome = directory.ask({"client", "import", "wrong.toml"});
    CHECK_MESSAGE(outcome.status == 2, outcome.err);
    const auto told = lines_of(outcome.err);
    CHECK(told.size() == row.faults.size());
    for (std::size_t i = 0; i < std::min(told.size(), row.faults.size()); ++i) {
      CHECK(contains(std::string(told[i]), row.faults[i])); // in the order of the file
    }
  }
  CHECK(directory.listed().empty());
  write_file(directory / "clients.toml", good);
  CHECK(directory.ask({"client", "import", "clients.toml"}).status == 0);
  const Outcome again = directory.ask({"client", "import", "clients.toml"});
  CHECK(again.status == 2);
  CHECK(contains(again.err, "clients.toml:2: client from-file-1 is registered already"));
  CHECK(directory.ask({"client", "import", "nowhere.toml"}).status == 3);
  CHECK(directory.ask({"client", "import", "."}).status == 1);
  CHECK(lines_of(directory.listed()).size() == 2);
}
