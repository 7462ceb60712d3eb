// `grunndata hjelpenummer link|unlink|links` and `queue decide`: alone, and beside a server.
#include "tests/program/population.h"
#include "tests/program/served_registry.h"

#include <csignal>
#include <doctest/doctest.h>

using namespace grunndata::tests;

namespace {

constexpr const char* unit = "974760673";

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// The first text after `"name":"`.
std::string member(const std::string& json, const std::string& name) {
  const std::string before = "\"" + name + "\":\"";
  const auto begin = json.find(before);
  if (begin == std::string::npos) return {};
  const auto from = begin + before.size();
  return json.substr(from, json.find('"', from) - from);
}

/// A data directory with a few persons in it, and commands for it.
class Directory {
public:
  Directory() {
    const Outcome made = run({"generate", "folkeregisteret", "--persons", "40", "--seed", "7",
                              "--output", scratch_ / "persons.ndjson"});
    REQUIRE_MESSAGE(made.status == 0, made.err);
    const Outcome read = run({"import", "folkeregisteret", "--data", data(),
                              scratch_ / "persons.ndjson", "--progress", "none"});
    REQUIRE_MESSAGE(read.status == 0, read.err);
    REQUIRE(ask({"hjelpenummer", "delegate", "830000000-830999999"}).status == 0);
    const std::string persons = read_file(scratch_ / "persons.ndjson");
    for (const std::string_view line : lines_of(persons)) {
      for (const std::string& number : person_numbers_in(line)) {
        // Theirs who are not protected and have no other: a link with them is live at once.
        if (known_.size() < 2 && !contains(std::string(line), "ortrolig") &&
            !contains(std::string(line), "klientadresse")) {
          known_.push_back(number);
        }
        break;
      }
    }
    REQUIRE(known_.size() == 2);
  }
  [[nodiscard]] std::string data() const { return scratch_ / "data"; }
  [[nodiscard]] const std::string& known(std::size_t place) const { return known_[place]; }

  /// No command may show a number where others could read it.
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
  [[nodiscard]] std::string issue() const {
    const Outcome issued = ask({"hjelpenummer", "issue", "--organisation", unit, "--reason",
                                "not known", "--family-name", "Ukjent", "--json"});
    REQUIRE_MESSAGE(issued.status == 0, issued.err);
    return member(issued.out, "number");
  }
  /// Who is found, and their names; by which number, and since when, may differ.
  [[nodiscard]] std::string name_of(const std::string& number) const {
    const std::string out = ask({"lookup", "--parts", "Name"}, number + "\n").out;
    const std::size_t names = out.find("\"name\":");
    REQUIRE(names != std::string::npos);
    return member(out, "id") + ' ' + out.substr(names);
  }
  [[nodiscard]] Outcome link(const std::string& lines, std::vector<std::string> more = {}) const {
    std::vector<std::string> words{"hjelpenummer", "link", "--reason", "passport seen", "--json"};
    words.insert(words.end(), more.begin(), more.end());
    return ask(std::move(words), lines);
  }

private:
  ScratchFolder scratch_;
  std::vector<std::string> known_;
};

void check_story(const Directory& directory) {
  const std::string number = directory.issue();
  const std::string before = directory.name_of(number);
  CHECK(contains(before, "Ukjent"));
  const std::string pair = number + "\n" + directory.known(0) + "\n";
  const Outcome linked =
      directory.link(pair + R"({"type":"passport","country":"SWE","value":"X1"})");
  REQUIRE_MESSAGE(linked.status == 0, linked.err);
  CHECK(member(linked.out, "state") == "live");
  const std::string link = member(linked.out, "id");
  CHECK(directory.name_of(number) == directory.name_of(directory.known(0)));
  CHECK(directory.link(pair).status == 4);

  const Outcome links = directory.ask({"hjelpenummer", "links"}, number + "\n");
  CHECK(links.status == 0);
  CHECK(contains(links.out, "link " + link + "  live  "));
  CHECK(contains(links.out, "passport seen"));
  CHECK(contains(links.out, "evidence: passport SWE X1"));
  CHECK(member(directory.ask({"hjelpenummer", "links", "--json"}, directory.known(0) + "\n").out,
               "reason") == "passport seen");

  const Outcome undone = directory.ask({"hjelpenummer", "unlink", link, "--reason", "two men"});
  CHECK(undone.status == 0);
  CHECK(contains(undone.out, "link " + link + "  undone  "));
  CHECK(contains(undone.out, "was shown the wrong person: "));
  CHECK(contains(undone.out, "  1 time\n")); // by the number itself, once
  CHECK(directory.name_of(number) == before);
  CHECK(directory.ask({"hjelpenummer", "unlink", "77", "--reason", "x"}).status == 3);
}

} // namespace

TEST_CASE("a number is linked, found by both, and parted on one's own directory") {
  const Directory directory;
  check_story(directory);
  CHECK(run({"check", "--data", directory.data(), "--progress", "none"}).status == 0);
}

TEST_CASE("beside a running server the same commands give the same") {
  const Directory directory;
  {
    ServedRegistry server(directory.data());
    check_story(directory);
    CHECK(server.stop(SIGTERM).status == 0);
  }
  CHECK(run({"check", "--data", directory.data(), "--progress", "none"}).status == 0);
}

TEST_CASE(
    "two with numbers of their own wait in the queue, and nobody says yes to their own word") {
  const Directory directory;
  const Outcome proposed = directory.link(directory.known(0) + "\n" + directory.known(1) + "\n");
  REQUIRE_MESSAGE(proposed.status == 0, proposed.err);
  CHECK(member(proposed.out, "state") == "proposed");
  const std::string work = member(proposed.out, "work");
  const Outcome queue = directory.ask({"hjelpenummer", "queue", "--kind", "link-proposed"});
  CHECK(contains(queue.out, work + "  link-proposed  "));
  const Outcome same =
      directory.ask({"hjelpenummer", "queue", "decide", work, "--accept", "--note", "seen"});
  CHECK(same.status == 4);
  CHECK(contains(same.err, "same_person"));
  CHECK(directory.ask({"hjelpenummer", "queue", "decide", work, "--note", "x"}).status == 2);
  CHECK(directory
            .ask({"hjelpenummer", "queue", "decide", work, "--accept", "--refuse", "--note", "x"})
            .status == 2);
  CHECK(
      directory.ask({"hjelpenummer", "queue", "decide", "77", "--accept", "--note", "x"}).status ==
      3);
  CHECK(contains(directory.ask({"hjelpenummer", "queue"}).out, "waits"));
}

TEST_CASE("one key links once, and what is wrong with a line is told with its place") {
  const Directory directory;
  const std::string pair = directory.issue() + "\n" + directory.known(0) + "\n";
  const Outcome first = directory.link(pair, {"--idempotency-key", "form-1"});
  const Outcome again = directory.link(pair, {"--idempotency-key", "form-1"});
  CHECK(first.status == 0);
  CHECK(again.status == 0);
  CHECK(again.out == first.out);
  CHECK(contains(again.err, "this key was used before"));
  const std::string other = directory.issue() + "\n" + directory.known(0) + "\n";
  CHECK(directory.link(other, {"--idempotency-key", "form-1"}).status == 4);
  CHECK(directory.link("").status == 2);
  const Outcome wrong = directory.link(directory.issue() + "\nnonsense\n");
  CHECK(wrong.status == 2);
  CHECK(contains(wrong.err, "line 2: no number of a person"));
  CHECK(directory.link(pair + "{\"type\":\"magic\"}\n").status == 2);
  const Outcome unknown = directory.ask({"hjelpenummer", "links"}, "nonsense\n");
  CHECK(unknown.status == 2);
  CHECK(contains(unknown.err, "line 1: no number of a person"));
}
