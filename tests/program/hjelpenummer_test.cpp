// `grunndata hjelpenummer`: alone on a data directory, beside its server, and over restarts.
#include "tests/program/population.h"
#include "tests/program/served_registry.h"

#include <algorithm>
#include <csignal>
#include <doctest/doctest.h>
#include <filesystem>
#include <set>

using namespace grunndata::tests;
namespace fs = std::filesystem;

namespace {

constexpr const char* unit = "974760673";
constexpr const char* range = "830000000-830999999";

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

/// What `--json` lines say under a name, one line each.
std::vector<std::string> members(const std::string& lines, const std::string& name) {
  std::vector<std::string> found;
  for (const std::string_view line : lines_of(lines)) {
    found.push_back(member(std::string(line), name));
  }
  return found;
}

/// A data directory with nobody in it, and commands for it.
class Directory {
public:
  explicit Directory(bool delegated = true) {
    const Outcome made = import(data(), {"-"}, "");
    REQUIRE_MESSAGE(made.status == 0, made.err);
    if (delegated) {
      const Outcome taken = ask({"hjelpenummer", "delegate", range});
      REQUIRE_MESSAGE(taken.status == 0, taken.err);
    }
  }
  [[nodiscard]] std::string data() const { return scratch_ / "data"; }
  [[nodiscard]] std::string mark() const { return data() + ".issuing"; }
  [[nodiscard]] std::string operator/(std::string_view name) const { return scratch_ / name; }
  [[nodiscard]] const fs::path& folder() const { return scratch_.path(); }

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
  Outcome issue(const std::vector<std::string>& more = {}, const std::string& input = {}) const {
    std::vector<std::string> words{"hjelpenummer", "issue",     "--organisation", unit,
                                   "--reason",     "not known", "--json"};
    words.insert(words.end(), more.begin(), more.end());
    return ask(std::move(words), input);
  }
  /// One number, issued.
  [[nodiscard]] std::string number(const std::vector<std::string>& more = {}) const {
    const Outcome issued = issue(more);
    REQUIRE_MESSAGE(issued.status == 0, issued.err);
    return member(issued.out, "number");
  }
  [[nodiscard]] std::string shown(const std::string& number) const {
    const Outcome outcome = ask({"hjelpenummer", "show", "--json"}, number + "\n");
    CHECK_MESSAGE(outcome.status == 0, outcome.err);
    return outcome.out;
  }

private:
  ScratchFolder scratch_;
};

/// The commands of a section of the README, with another folder for /tmp.
std::string commands_of(const std::string& title, const std::string& folder) {
  const std::string readme = read_file("README.md");
  const auto begin = readme.find("\n## " + title + "\n");
  REQUIRE(begin != std::string::npos);
  std::string commands;
  for (const std::string_view line :
       lines_of(std::string_view(readme).substr(begin, readme.find("\n## ", begin + 1) - begin))) {
    if (!line.starts_with("    ") || line.starts_with("    export PATH=")) continue;
    std::string command(line.substr(4));
    for (auto at = command.find("/tmp/"); at != std::string::npos; at = command.find("/tmp/", at)) {
      command.replace(at, 5, folder + "/");
      at += folder.size();
    }
    commands += command + "\n";
  }
  return commands;
}

void check_story(const Directory& directory) {
  const std::string number =
      directory.number({"--given-name", "Ukjent", "--gender", "male", "--birth-date", "1970"});
  REQUIRE(number.size() == 11);
  CHECK(number.starts_with("830"));
  const std::string shown = directory.shown(number);
  CHECK(contains(shown, R"("type":"FHN")"));
  CHECK(contains(shown, R"("state":"issued")"));
  CHECK(contains(shown, R"("reason":"not known")"));
  CHECK(contains(shown, R"("osUser":")"));
  CHECK(contains(shown, R"("facts":{"givenName":"Ukjent","birthDate":"1970","gender":"male"})"));
  const Outcome in_full = directory.ask({"hjelpenummer", "show"}, number + "\n");
  CHECK(in_full.status == 0);
  CHECK(contains(in_full.out, "number:         " + number + "\nstate:          issued\n"));
  CHECK(contains(in_full.out, "  given name:   Ukjent\n"));

  const Outcome updated = directory.ask(
      {"hjelpenummer", "update", "--json", "--family-name", "Hansen", "--reason", "papers found"},
      number + "\n");
  CHECK_MESSAGE(updated.status == 0, updated.err);
  CHECK(contains(updated.out, R"("familyName":"Hansen")"));
  const Outcome told =
      directory.ask({"hjelpenummer", "update", "--json"}, R"({"number":")" + number +
                                                              R"(","birthDate":"1971-02-03"})"
                                                              "\n");
  CHECK_MESSAGE(told.status == 0, told.out << told.err);
  CHECK(contains(told.out, R"("facts":{"givenName":"Ukjent","familyName":"Hansen",)"
                           R"("birthDate":"1971-02-03","gender":"male"},"items":[)"));
  CHECK(contains(told.out, R"("facts":{"givenName":"Ukjent","birthDate":"1970")")); // kept

  const Outcome found = directory.ask({"lookup"}, number + "\n");
  CHECK_MESSAGE(found.status == 0, found.out << found.err);
  CHECK(contains(found.out, R"("matched":{"type":"FHN")"));
  CHECK(contains(found.out, "Hansen"));

  const Outcome cancelled = directory.ask({"hjelpenummer", "cancel", "--class", "issued-by-mistake",
                                           "--reason", "wrong form", "--json"},
                                          number + "\n");
  CHECK_MESSAGE(cancelled.status == 0, cancelled.out << cancelled.err);
  CHECK(contains(cancelled.out, R"("state":"cancelled")"));
  CHECK(contains(cancelled.out, R"("cancelledFor":"issued-by-mistake")"));
  CHECK(directory.ask({"hjelpenummer", "update", "--note", "late"}, number + "\n").status == 4);
  CHECK(directory.ask({"hjelpenummer", "dead", "--reason", "late"}, number + "\n").status == 4);

  const std::string dead = directory.number();
  CHECK(contains(directory.ask({"hjelpenummer", "dead", "--reason", "buried"}, dead + "\n").out,
                 dead + "  dead  974760673  "));
  const Outcome erased = directory.ask({"hjelpenummer", "erase", "--json"}, number + "\n");
  CHECK_MESSAGE(erased.status == 0, erased.err);
  CHECK(contains(erased.out, R"("erased":true)"));
  CHECK_FALSE(contains(directory.shown(number), "Hansen"));

  const Outcome figures = directory.ask({"hjelpenummer", "figures", "--json"});
  CHECK(contains(figures.out, R"({"issuing":"open","delegated":1000000,"used":)"));
  CHECK(contains(figures.out, R"({"organisation":"974760673","issued":2,"linked":0,"cancelled":1,)"
                              R"("outstanding":0,"reserved":0,"burnt":0})"));
  CHECK(directory.ask({"hjelpenummer", "queue"}).out.empty());
}

} // namespace

TEST_CASE("a number is issued, told of, looked up, cancelled and erased on one's own directory") {
  const Directory directory;
  check_story(directory);
  require_sound(directory.data());
}

TEST_CASE("beside a running server the same commands give the same, and survive its end") {
  const Directory directory;
  std::string number;
  std::string before;
  {
    ServedRegistry server(directory.data());
    check_story(directory);
    number = directory.number({"--family-name", "Berg"});
    before = directory.shown(number);
    CHECK(server.get("/readyz").body.find("[+] hjelpenummer: numbers are issued\n") !=
          std::string::npos);
    const std::string metrics = server.get("/metrics").body;
    CHECK(contains(metrics, "\ngrunndata_hjelpenummer_issuing_open 1\n"));
    CHECK(contains(metrics, "\ngrunndata_hjelpenummer_counters_delegated 1000000\n"));
    CHECK(contains(metrics, "\ngrunndata_hjelpenummer_counters_used 1000\n"));
    CHECK(server.found(number));
    CHECK(server.stop(SIGTERM).status == 0);
    CHECK(person_numbers_in(server.program().err()).empty());
  }
  CHECK(directory.shown(number) == before);
  CHECK(directory.number() != number);
  require_sound(directory.data());
}

TEST_CASE("several numbers at once, newborns and keys: each once") {
  const Directory directory;
  const Outcome many = directory.issue({"--count", "500", "--place-found", "Bus"});
  CHECK_MESSAGE(many.status == 0, many.err);
  const auto numbers = members(many.out, "number");
  const std::set<std::string> different(numbers.begin(), numbers.end());
  CHECK(different.size() == 500);
  CHECK_FALSE(std::ranges::is_sorted(numbers));
  CHECK(directory.issue({"--count", "501"}).status == 2);

  const std::string twins = R"({"born":"2024-05-06T07:08:00+02:00","order":1,"gender":"female"})"
                            "\n"
                            R"({"born":"2024-05-06T07:20:00+02:00","order":2,"mother":")" +
                            numbers.front() +
                            R"("})"
                            "\n";
  const Outcome born = directory.issue({"--from-file", "-"}, twins);
  CHECK_MESSAGE(born.status == 0, born.err);
  REQUIRE(lines_of(born.out).size() == 2);
  CHECK(
      contains(directory.shown(members(born.out, "number")[1]),
               R"("newborn":{"order":2,"born":"2024-05-06T05:20:00.000000Z","motherType":"FHN")"));
  write_file(directory / "facts.ndjson", "{}\n{\"givenName\":\"Kari\"}\n");
  CHECK(lines_of(directory.issue({"--from-file", "facts.ndjson"}).out).size() == 2);

  const Outcome first = directory.issue({"--idempotency-key", "form-1", "--note", "a"});
  const Outcome again = directory.issue({"--idempotency-key", "form-1", "--note", "a"});
  CHECK(first.status == 0);
  CHECK(again.status == 0);
  CHECK(again.out == first.out);
  CHECK(contains(again.err, "this key was used before"));
  CHECK(directory.issue({"--idempotency-key", "form-1", "--note", "b"}).status == 4);
  CHECK(directory.issue({"--idempotency-key", "two words"}).status == 2);
}

TEST_CASE("what is wrong with a line is told with its place, and the others are done") {
  const Directory directory;
  const std::string number = directory.number();
  const Outcome shown =
      directory.ask({"hjelpenummer", "show", "--json"}, "nonsense\n" + number + "\n");
  CHECK(shown.status == 2);
  CHECK(contains(shown.out, R"({"line":1,"status":"invalid","message":"no felles hjelpenummer"})"));
  CHECK(contains(shown.out, number));
  const Outcome text = directory.ask({"hjelpenummer", "show"}, "nonsense\n");
  CHECK(contains(text.err, "grunndata: line 1: no felles hjelpenummer\n"));
  const Outcome unknown = directory.ask({"hjelpenummer", "show", "--assigner", unit}, "nobody-7\n");
  CHECK(unknown.status == 3);
  CHECK(directory.ask({"hjelpenummer", "update", "--json"}, "{\"number\":7}\n").status == 2);
  CHECK(directory.ask({"hjelpenummer", "update", "--json"}, number + "\n").status == 2); // nothing
  CHECK(directory.ask({"hjelpenummer", "update", "--gender", "x"}, number + "\n").status == 2);
  CHECK(directory.ask({"hjelpenummer", "cancel", "--class", "fun", "--reason", "r"}, "").status ==
        2);
  CHECK(directory.issue({"--from-file", "nowhere"}).status == 3);
  CHECK(directory.issue({"--from-file", "-"}, "").status == 2);
  const Outcome half = directory.issue({"--from-file", "-"}, "{}\n{\"order\":2}\n");
  CHECK(half.status == 2);
  CHECK(contains(half.err, "line 2: a newborn has the time it was born"));
  CHECK(directory.ask({"hjelpenummer", "issue", "--organisation", "974760674", "--reason", "r"})
            .status == 2);
  CHECK(directory.ask({"hjelpenummer", "issue", "--organisation", unit}).status == 2);
  // Nothing of the refused requests was given out.
  CHECK(contains(directory.ask({"hjelpenummer", "figures", "--json"}).out, R"("issued":1,)"));
}

TEST_CASE("a local number is somebody together with its assigner only") {
  const Directory directory;
  const auto add = [&](const char* assigner, const char* name) {
    return directory.ask({"hjelpenummer", "local", "--assigner", assigner, "--organisation", unit,
                          "--reason", "old system", "--family-name", name, "--json"},
                         "P-17\n");
  };
  const Outcome first = add(unit, "Dahl");
  CHECK_MESSAGE(first.status == 0, first.out << first.err);
  CHECK(contains(first.out, R"({"type":"HNR","number":"P-17","assigner":"974760673")"));
  CHECK(add(unit, "Dahl").status == 4);
  CHECK(add("1.2.3.4", "Moe").status == 0);
  const Outcome found =
      directory.ask({"lookup", "--type", "HNR", "--assigner", "1.2.3.4"}, "P-17\n");
  CHECK(found.status == 0);
  CHECK(contains(found.out, "Moe"));
  CHECK(contains(
      directory.ask({"hjelpenummer", "show", "--assigner", unit, "--json"}, "P-17\n").out, "Dahl"));
  const Outcome open = directory.ask({"hjelpenummer", "outstanding", "--days", "0"});
  CHECK(lines_of(open.out).size() == 2);
  CHECK(directory.ask({"hjelpenummer", "outstanding"}).out.empty());
  CHECK(directory.ask({"hjelpenummer", "local", "--organisation", unit, "--reason", "r"}, "P-18\n")
            .status == 2);
}

TEST_CASE("without a range nothing is issued, and with one in the configuration it is") {
  const Directory directory(false);
  const Outcome closed = directory.issue();
  CHECK(closed.status == 6);
  CHECK(contains(closed.err, "no range of numbers was delegated"));
  CHECK_FALSE(fs::exists(directory.mark()));
  CHECK(directory.ask({"hjelpenummer", "delegate", "830000000"}).status == 2);
  const std::vector<std::string> configured{"--set", std::string("hjelpenummer.range=") + range};
  CHECK(directory.issue(configured).status == 0);
  CHECK(fs::exists(directory.mark()));
  CHECK(directory.issue(configured).status == 0); // taken up already
  CHECK(directory.issue().status == 0);
  CHECK(directory.ask({"hjelpenummer", "delegate", range}).status == 4);
  CHECK(directory.ask({"hjelpenummer", "delegate", "831000000-831000009"}).status == 0);
  CHECK(contains(directory.ask({"hjelpenummer", "figures", "--json"}).out,
                 R"({"issuing":"open","delegated":1000010,"used":3000})"));
}

TEST_CASE("a demonstration issues from a range of its own") {
  const Directory directory(false);
  ServedRegistry server(directory.data());
  CHECK(directory.number().starts_with("8300"));
  CHECK(server.stop(SIGTERM).status == 0);
  CHECK(fs::exists(directory.mark()));
}

TEST_CASE("a mark that is gone, old or somebody else's stops issuing and nothing else") {
  const Directory directory;
  const std::string number = directory.number();
  const fs::path kept = directory / "kept";
  fs::copy_file(directory.mark(), kept);

  fs::remove(directory.mark());
  {
    ServedRegistry server(directory.data());
    CHECK(server.get("/readyz").status == 200);
    CHECK(contains(server.get("/readyz").body,
                   "[-] hjelpenummer: the issuing mark's file is missing\n"));
    CHECK(contains(server.get("/metrics").body, "\ngrunndata_hjelpenummer_issuing_open 0\n"));
    const Outcome refused = directory.issue();
    CHECK(refused.status == 6);
    CHECK(contains(refused.err, "the issuing mark's file is missing"));
    CHECK(server.found(number));
    CHECK(server.stop(SIGTERM).status == 0);
    CHECK(contains(server.program().err(), "no numbers are issued"));
  }
  CHECK_FALSE(fs::exists(directory.mark())); // a demonstration makes no new one

  const Directory other;
  fs::copy_file(other.mark(), directory.mark());
  CHECK(directory.issue().status == 6);
  CHECK(contains(directory.shown(number), number));
  fs::remove(directory.mark());

  fs::copy_file(kept, directory.mark());
  CHECK(directory.issue().status == 0); // the lease after the one that was recorded
  CHECK(directory.issue().status == 0);
  fs::copy_file(kept, directory.mark(), fs::copy_options::overwrite_existing);
  CHECK(directory.issue().status == 6); // it would turn the counters back
}

TEST_CASE("numbers that were issued elsewhere stop ours, and somebody is told") {
  const Directory directory;
  const std::string ours = directory.number();
  const std::string theirs = Directory().number();
  const Outcome loaded = directory.ask({"hjelpenummer", "load-elsewhere", "--json"},
                                       ours + "\n" + theirs + "\n" + theirs + "\n");
  CHECK_MESSAGE(loaded.status == 0, loaded.err);
  CHECK(contains(loaded.out, R"({"read":3,"added":1,"known":1,"stopped":1,"invalid":0})"));
  CHECK(directory.ask({"hjelpenummer", "load-elsewhere"}, "nonsense\n").status == 2);
  CHECK(contains(directory.shown(ours), R"("state":"stopped")"));
  const Outcome queue =
      directory.ask({"hjelpenummer", "queue", "--kind", "number-from-elsewhere", "--json"});
  CHECK(contains(queue.out, R"({"id":"1","kind":"number-from-elsewhere","urgent":true)"));
  CHECK(directory.ask({"hjelpenummer", "queue", "--kind", "link-proposed"}).out.empty());
  CHECK(directory.ask({"hjelpenummer", "queue", "--kind", "fun"}).status == 2);
}

TEST_CASE("what is done with a number stands in the audit log, with who and why") {
  const Directory directory;
  const std::string number = directory.number();
  REQUIRE(directory
              .ask({"hjelpenummer", "cancel", "--class", "never-used", "--reason", "wrong ward"},
                   number + "\n")
              .status == 0);
  const Outcome log = directory.ask({"audit", "search", "--reason", "control", "--json"});
  CHECK_MESSAGE(log.status == 0, log.err);
  CHECK(contains(log.out, "hjelpenummer delegate"));
  CHECK(contains(log.out, "hjelpenummer issue"));
  CHECK(contains(log.out, "not known"));
  CHECK(contains(log.out, "hjelpenummer cancel"));
  CHECK(contains(log.out, "wrong ward"));
  CHECK(person_numbers_in(log.out).empty());
}

TEST_CASE("the commands of the README's section do what it says") {
  const ScratchFolder scratch;
  const Outcome done = shell("set -eu; grunndata() { \"$TEST_PROGRAM\" \"$@\"; }; " +
                             commands_of("Hjelpenummer", scratch.path().string()));
  CHECK_MESSAGE(done.status == 0, done.err);
  CHECK(contains(done.out, "  cancelled  974760673  "));
  CHECK(contains(done.out, "974760673  issued 21, linked 0, cancelled 1, outstanding 20"));
  CHECK(contains(done.out, "  in-use\n1  974760673  Emergency ward  49 unused, 1 used, 0 burnt"));
}
