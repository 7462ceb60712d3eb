// `grunndata audit` as an operator types it.
#include "tests/program/running_program.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

using namespace grunndata::tests;

namespace {

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

/// A registry of a few persons; commands run on it.
struct SmallRegistry {
  SmallRegistry() {
    const std::string file = scratch / "persons.ndjson";
    REQUIRE(run({"generate", "folkeregisteret", "--persons", "20", "--seed", "7", "--output", file})
                .status == 0);
    REQUIRE(run({"import", "folkeregisteret", "--data", data(), file}).status == 0);
    const std::string text = read_file(file);
    numbers = person_numbers_in(text);
    REQUIRE(numbers.size() > 1);
  }
  [[nodiscard]] std::string data() const { return scratch / "registry"; }
  Outcome audit(std::vector<std::string> words, const std::string& input = {}) const {
    words.insert(words.begin(), "audit");
    words.insert(words.end(), {"--data", data()});
    return run(words, input);
  }

  ScratchFolder scratch;
  std::vector<std::string> numbers;
};

} // namespace

TEST_CASE("whoever reads the log stands in it, with a reason") {
  const SmallRegistry registry;
  CHECK(registry.audit({"search"}).status == 2);
  const auto first = registry.audit({"search", "--reason", "weekly control", "--json"});
  REQUIRE(first.status == 0);
  CHECK(contains(first.out, R"("act":"log_read")"));
  CHECK(contains(first.out, R"("text":"weekly control")"));
  CHECK(contains(first.out, R"("operation":"audit search")"));
  const auto second =
      registry.audit({"search", "--reason", "again", "--act", "log_read", "--json"});
  CHECK(lines_of(second.out) == 2);
  CHECK(contains(second.out, R"("purposeDetails":"act=log_read")"));
  CHECK(registry.audit({"search", "--reason", "x", "--act", "nonsense"}).status != 0);
  CHECK(registry.audit({"search", "--reason", "x", "--from", "yesterday"}).status != 0);
}

TEST_CASE("a person's own log names the person on stdin, by number or id, and nowhere else") {
  const SmallRegistry registry;
  const std::string number = registry.numbers.front();
  REQUIRE(run({"lookup", "--data", registry.data(), "--parts", "Name", "--reason", "asked for"},
              number + "\n")
              .status == 0);
  const auto own = registry.audit({"for-person", "--reason", "they asked"}, number + "\n");
  REQUIRE(own.status == 0);
  CHECK(contains(own.out, "  look-up  "));
  CHECK_FALSE(contains(own.out, "asked for"));
  CHECK(person_numbers_in(own.out).empty());

  const auto records = registry.audit({"search", "--reason", "x", "--act", "read", "--json"});
  const auto at = records.out.find(R"("subject":")");
  REQUIRE(at != std::string::npos);
  const std::string id = records.out.substr(at + 11, 32);
  const auto by_id = registry.audit({"for-person", "--reason", "they asked", "--json"}, id + "\n");
  CHECK(by_id.status == 0);
  CHECK(contains(by_id.out, R"("act":"look-up")"));
  CHECK(registry.audit({"for-person", "--reason", "x"}, "").status != 0);
  CHECK(registry.audit({"for-person", "--reason", "x"}, "nobody\n").status != 0);
}

TEST_CASE("rows for analysis hide persons behind pseudonyms unless they are asked for") {
  const SmallRegistry registry;
  REQUIRE(run({"lookup", "--data", registry.data(), "--reason", "x"}, registry.numbers[0] + "\n")
              .status == 0);
  const auto hidden =
      registry.audit({"export", "--reason", "analysis", "--act", "read", "--limit", "1"});
  const auto shown = registry.audit(
      {"export", "--reason", "analysis", "--act", "read", "--limit", "1", "--with-subjects"});
  CHECK(lines_of(hidden.out) == 1);
  CHECK(contains(hidden.out, R"("subject":")"));
  CHECK(hidden.out != shown.out);
}

TEST_CASE("an operator proves the log, by itself, against a checkpoint and with another program") {
  const SmallRegistry registry;
  const std::string note = registry.scratch / "checkpoint";
  const std::string key = registry.scratch / "log.key";
  const std::string proof = registry.scratch / "0.tlog-proof";
  write_file(note, registry.audit({"checkpoint", "--reason", "weekly"}).out);
  write_file(key, registry.audit({"checkpoint", "--public-key"}).out);
  write_file(proof, registry.audit({"export", "--reason", "complaint", "--proof", "0"}).out);
  const auto whole = registry.audit({"verify", "--checkpoint", note, "--public-key", key});
  CHECK(whole.status == 0);
  CHECK(contains(whole.out, "whole  "));
  const std::string verifier = std::string(AUDIT_VERIFY) + " --key " + key;
  CHECK(shell(verifier + " --tree " + registry.data() + "/audit/tree --older " + note).status == 0);
  CHECK(shell(verifier + " --proof " + proof).status == 0);

  REQUIRE(registry
              .audit({"erase", "--class", "important", "--before", "2999-01-01", "--reason",
                      "retention"})
              .status == 0);
  CHECK(registry.audit({"verify", "--checkpoint", note}).status == 0);
  CHECK(registry.audit({"erase", "--class", "all", "--before", "2999-01-01", "--reason", "x"})
            .status != 0);

  // Another log's checkpoint, and a damaged one.
  const SmallRegistry other;
  write_file(other.scratch / "checkpoint", other.audit({"checkpoint"}).out);
  CHECK(registry.audit({"verify", "--checkpoint", other.scratch / "checkpoint"}).status != 0);
  CHECK(other.audit({"verify", "--public-key", key}).status == 8);
}
