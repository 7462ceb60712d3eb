// What stewards do on the command line, over the invented registers.
#include "tests/program/running_program.h"
#include "tests/program/served_registry.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using namespace grunndata::tests;

namespace {

const std::string samples = "tests/data/virksomhet/";

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// What stands behind `"name":"` in the first object that has it.
std::string text_of(std::string_view json, std::string_view name) {
  const std::string before = std::string(1, '"').append(name).append("\":\"");
  const std::size_t at = json.find(before);
  REQUIRE(at != std::string_view::npos);
  const std::size_t begin = at + before.size();
  return std::string(json.substr(begin, json.find('"', begin) - begin));
}

std::size_t lines(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

class Office {
public:
  Office() {
    load({"enhetsregisteret", samples + "brreg/enheter_alle.json.gz",
          samples + "brreg/underenheter_alle.json.gz",
          samples + "brreg/slettet_hf2_310000213.json"});
    load({"resh", samples + "resh/resh_units.json"});
    load({"htk", samples + "htk"});
    load({"kuraterte", samples + "modell/kuraterte_relasjoner.json"});
  }
  Outcome ask(std::vector<std::string> words) {
    words.insert(words.begin(), "virksomhet");
    words.insert(words.end(), {"--data", directory()});
    return run(words);
  }
  [[nodiscard]] std::string directory() const { return scratch_ / "data"; }

private:
  void load(std::vector<std::string> words) {
    words.insert(words.begin(), "import");
    words.insert(words.end(), {"--data", directory()});
    const Outcome outcome = run(words);
    REQUIRE_MESSAGE(outcome.status == 0, outcome.err);
  }
  ScratchFolder scratch_;
};

} // namespace

TEST_CASE("what seems to be equal is suggested, approved, and shown as one unit") {
  Office office;
  const Outcome matched = office.ask({"match"});
  CHECK_MESSAGE(matched.status == 0, matched.err);
  CHECK(contains(matched.out, " suggested, 0 kept, 0 withdrawn\n"));
  const Outcome listed = office.ask({"suggestions", "list"});
  CHECK(listed.status == 0);
  std::string hospital;
  for (std::size_t begin = 0; begin < listed.out.size();) {
    const std::size_t end = listed.out.find('\n', begin);
    const std::string line = listed.out.substr(begin, end - begin);
    if (contains(line, R"("number":"4990020")")) hospital = line;
    begin = end + 1;
  }
  REQUIRE_FALSE(hospital.empty());
  CHECK(contains(hospital, R"("number":"310000280")"));
  CHECK(contains(hospital, R"({"fact":"number","agreement":1000})"));
  const std::vector<std::string> approve{"suggestions",       "approve", text_of(hospital, "id"),
                                         "--reason",          "the same house",
                                         "--valid-from",      "2008-01-01",
                                         "--idempotency-key", "one"};
  const Outcome approved = office.ask(approve);
  CHECK_MESSAGE(approved.status == 0, approved.err);
  CHECK(contains(approved.out, R"("state":"approved")"));
  const Outcome again = office.ask(approve);
  CHECK(again.status == 0);
  CHECK(contains(again.err, "this key was used before"));
  std::vector<std::string> other = approve;
  other.back() = "two";
  CHECK(office.ask(other).status == 4);
  CHECK(contains(office.ask({"numbers", "RSH:4990020", "--to", "ENH"}).out, "VIA_TILSVARER"));

  const Outcome view = office.ask({"view", "310000280"});
  CHECK(view.status == 0);
  CHECK(contains(view.out, R"("field":"displayName","counts":{"source":"resh")"));
  CHECK(contains(view.out, R"("field":"legalName","counts":{"source":"enhetsregisteret")"));
  CHECK_FALSE(contains(office.ask({"view", "310000280", "--as-of", "2007-12-31"}).out,
                       R"("source":"resh")"));

  const Outcome left = office.ask({"suggestions", "list"});
  CHECK(lines(left.out) + 1 == lines(listed.out));
  const Outcome rejected = office.ask(
      {"suggestions", "reject", text_of(left.out, "id"), "--reason", "only the owner is"});
  CHECK(contains(rejected.out, R"("state":"rejected")"));
  CHECK(contains(office.ask({"match"}).out, "0 suggested, "));
  CHECK(lines(office.ask({"suggestions", "list", "--state", "all"}).out) == lines(listed.out));
  CHECK(run({"check", "--data", office.directory()}).status == 0);
}

TEST_CASE("conflicts are found, accepted with a reason, and listed by state and node") {
  Office office;
  const Outcome found = office.ask({"conflicts", "find"});
  CHECK_MESSAGE(found.status == 0, found.err);
  CHECK(contains(found.out, " opened, 0 resolved"));
  const Outcome listed = office.ask({"conflicts", "list", "--number", "310001260"});
  CHECK(listed.status == 0);
  CHECK(contains(listed.out, R"("state":"OPEN")"));
  CHECK(contains(listed.out, R"("source":"htk")"));
  const std::string id = text_of(listed.out, "id");
  const Outcome accepted =
      office.ask({"conflicts", "accept", id, "--reason", "both are in use"});
  CHECK_MESSAGE(accepted.status == 0, accepted.err);
  CHECK(contains(accepted.out, R"("state":"AKSEPTERT","when":)"));
  CHECK(contains(accepted.out, R"("reason":"both are in use")"));
  CHECK(office.ask({"conflicts", "accept", id, "--reason", "again"}).status == 4);
  CHECK(contains(office.ask({"conflicts", "list", "--state", "AKSEPTERT"}).out, id));
  CHECK_FALSE(contains(office.ask({"conflicts", "list", "--state", "OPEN"}).out, id));
  CHECK(contains(office.ask({"conflicts", "find", "--all"}).out, "0 opened, 0 resolved"));
  CHECK(office.ask({"conflicts", "reopen", id, "--reason", "it is not"}).status == 0);
  CHECK(run({"check", "--data", office.directory()}).status == 0);
}

TEST_CASE("a relation is stated, corrected, ended and withdrawn, and rules hold") {
  Office office;
  const std::vector<std::string> state{"relation", "state",        "EIERSKAP",   "310000639",
                                       "310001473", "--valid-from", "2020-01-01", "--reason",
                                       "the deed",  "--document",   "sak 7/20"};
  const Outcome stated = office.ask(state);
  CHECK_MESSAGE(stated.status == 0, stated.err);
  CHECK(contains(stated.out, R"("document":"sak 7/20")"));
  const std::string number = text_of(stated.out, "relation");
  CHECK(office.ask(state).status == 4);
  const auto tree = [&](const char* date) {
    return office.ask({"tree", "310000639", "--as-of", date}).out;
  };
  CHECK(contains(tree("2021-01-01"), "ENH:310001473"));
  CHECK(office.ask({"relation", "correct", "310001473", number, "--valid-from", "2022-01-01",
                    "--reason", "read again"})
            .status == 0);
  CHECK_FALSE(contains(tree("2021-01-01"), "ENH:310001473"));
  CHECK(office.ask({"relation", "end", "310001473", number, "--valid-to", "2025-01-01",
                    "--reason", "sold"})
            .status == 0);
  CHECK(contains(tree("2024-12-31"), "ENH:310001473"));
  CHECK_FALSE(contains(tree("2025-01-01"), "ENH:310001473"));
  CHECK(contains(office.ask({"relation", "list", "310001473"}).out, R"("endedReason":"sold")"));
  CHECK(office.ask({"relation", "withdraw", "310001473", number, "--reason", "a mistake"})
            .status == 0);
  CHECK(office.ask({"relation", "list", "310001473"}).out.empty());

  const Outcome circle = office.ask({"relation", "state", "EIERSKAP", "310000140", "310000078",
                                     "--reason", "upside down"});
  CHECK(circle.status == 2);
  CHECK(contains(circle.err, "rule 2"));
  CHECK(run({"check", "--data", office.directory()}).status == 0);
}

TEST_CASE("whose word counts is shown as configured, and a wrong table is refused") {
  const Outcome shown = run({"virksomhet", "authority"});
  CHECK(shown.status == 0);
  CHECK(contains(shown.out, "legalName           enhetsregisteret\n"));
  const Outcome set = run({"virksomhet", "authority", "--set",
                           "virksomhet.authority.display_name=enhetsregisteret,resh"});
  CHECK(contains(set.out, "displayName         enhetsregisteret, resh\n"));
  const Outcome wrong =
      run({"virksomhet", "authority", "--set", "virksomhet.authority.display_name=rest"});
  CHECK(wrong.status == 2);
  CHECK(contains(wrong.err, "no source is called \"rest\""));
  CHECK(contains(run({"config", "show"}).out, "virksomhet.authority.visiting_address"));
}

TEST_CASE("what a steward asks for wrongly is refused with a reason") {
  Office office;
  struct Wrong {
    std::vector<std::string> words;
    int status;
    std::string_view told;
  };
  const std::vector<Wrong> all{
      {{"suggestions", "approve", "x", "--reason", "so"}, 2, "32 hexadecimal digits"},
      {{"suggestions", "reject", std::string(32, '0'), "--reason", "so"}, 3, "no such suggestion"},
      {{"suggestions", "list", "--state", "lost"}, 2, "--state"},
      {{"conflicts", "list", "--state", "open"}, 2, "--state"},
      {{"conflicts", "list", "--field", "hue"}, 2, "--field"},
      {{"conflicts", "accept", std::string(32, '0'), "--reason", "so"}, 3, "no such conflict"},
      {{"relation", "state", "SLEKT", "310000639", "310001473", "--reason", "so"}, 2, "SLEKT"},
      {{"relation", "state", "TILSVARER", "310000639", "310001473", "--kind", "NESTEN",
        "--reason", "so"},
       2,
       "NESTEN"},
      {{"relation", "end", "310001473", "1", "--valid-to", "soon", "--reason", "so"},
       2,
       "--valid-to"},
      {{"relation", "end", "310001473", "1", "--valid-to", "2026-01-01", "--reason", "so"},
       3,
       "no such relation"},
      {{"view", "RSH:1"}, 3, "no node"},
  };
  for (const Wrong& wrong : all) {
    const Outcome outcome = office.ask(wrong.words);
    CAPTURE(wrong.words[0]);
    CAPTURE(outcome.err);
    CHECK(outcome.status == wrong.status);
    CHECK(contains(outcome.err, wrong.told));
  }
}

TEST_CASE("a server finds conflicts by itself in what has changed") {
  Office office;
  ServedRegistry served(office.directory(), {"--set", "virksomhet.conflict_seconds=1"});
  const auto listed = [&office] {
    return office.ask({"conflicts", "list", "--number", "310001260", "--state", "OPEN"}).out;
  };
  const auto deadline = std::chrono::steady_clock::now() + RunningProgram::patience;
  while (listed().empty() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  CHECK(contains(listed(), R"("source":"htk")"));
  CHECK(served.stop(SIGTERM).status == 0);
}
