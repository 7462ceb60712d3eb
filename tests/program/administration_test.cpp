// Commands while a server has the data directory open: the same results as without it.
#include "tests/program/population.h"
#include "tests/program/served_registry.h"

#include <climits>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

#include <sys/stat.h>

using namespace grunndata::tests;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t persons = 1'000;

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

bool left_input(const std::string& directory) {
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().filename().string().starts_with("administration-input")) return true;
  }
  return false;
}

struct Asked {
  std::vector<std::string> words; ///< without --data
  std::string input;
};

Outcome ask(const Asked& asked, const std::string& directory, const fs::path& folder) {
  Start start;
  start.words = asked.words;
  start.words.insert(start.words.end(), {"--data", directory});
  start.input = asked.input;
  start.folder = folder;
  return run(start);
}

/// A path that gives person after person for as long as it is fed.
class EndlessSource {
public:
  explicit EndlessSource(std::string path) : path_(std::move(path)) {
    REQUIRE(::mkfifo(path_.c_str(), 0600) == 0);
    file_ = ::open(path_.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    REQUIRE(file_ >= 0);
  }
  ~EndlessSource() { ::close(file_); }
  EndlessSource(const EndlessSource&) = delete;
  EndlessSource& operator=(const EndlessSource&) = delete;

  void feed_until(RunningProgram& reader, const std::function<bool()>& holds) {
    CHECK(reader.wait_until([&] {
      feed();
      return holds();
    }));
  }
  /// Makes a plain file of it with all that was given; so many records.
  std::uint64_t end() {
    std::filesystem::remove(path_);
    write_file(path_, small_documents(count_));
    return count_;
  }

private:
  void feed() {
    while (true) {
      while (waiting_.size() < PIPE_BUF) {
        waiting_ += small_document(synthetic_number(count_++), "NORD");
      }
      const ssize_t done = ::write(file_, waiting_.data(), waiting_.size());
      if (done <= 0) return; // full for now
      waiting_.erase(0, static_cast<std::size_t>(done));
    }
  }

  std::string path_;
  int file_ = -1;
  std::string waiting_;
  std::size_t count_ = 0;
};

bool is_writing(const ServedRegistry& served) {
  return !contains(served.get("/metrics").body, "\ngrunndata_import_records_written_total 0\n");
}

} // namespace

TEST_CASE("a command says the same through a server as on its own") {
  const ScratchFolder scratch;
  const std::string& text = population(persons);
  const std::string directory = scratch / "data";
  const std::string bad = "{\"navn\":[]}\n{\"broken\n";
  REQUIRE(import(directory, {"-"}, text).status == 0);
  REQUIRE(import(directory, {"-"}, bad).status == 7);
  fs::create_directory(scratch / "folder");
  write_file(scratch / "folder/numbers", numbers_in(first_lines(text, 50)));
  write_file(scratch / "folder/documents", first_lines(text, 20));
  const std::string numbers = numbers_in(text);
  const std::vector<Asked> all{
      {{"lookup", "--history"}, numbers},
      {{"lookup", "--parts", "Name,Status", "--no-legal-basis", "--from-file", "numbers"}, ""},
      {{"lookup", "--parts", "Nonsense"}, numbers},
      {{"lookup"}, ""},
      {{"lookup", "--from-file", "."}, ""},
      {{"lookup", "--from-file", "nowhere"}, ""},
      {{"events"}, ""},
      {{"events", "--limit", "3", "--from", "5", "--types", "PersonPopulated"}, ""},
      {{"events", "--types", "Nonsense"}, ""},
      {{"check", "--progress", "none"}, ""},
      {{"check", "--deep", "--json", "--progress", "none"}, ""},
      {{"quarantine", "list", "--json"}, ""},
      {{"quarantine", "show", "1", "2"}, ""},
      {{"quarantine", "show", "77"}, ""},
      {{"quarantine", "retry", "--all"}, ""},
      {{"import", "folkeregisteret", "--extracted-at", "2026-01-01", "--progress", "none",
        "documents"},
       ""},
      {{"import", "folkeregisteret", "--extracted-at", "2026-01-01", "--progress", "none", "--json",
        "-"},
       first_lines(text, 30)},
      {{"import", "folkeregisteret", "--progress", "none", "--errors-max", "0", "--set",
        "import.batch_records=1", "--extracted-at", "2026-01-01", "--json", "-"},
       bad + bad + bad},
      {{"import", "folkeregisteret", "nowhere"}, ""},
      {{"import", "folkeregisteret", "--extracted-at", "soon", "documents"}, ""},
      {{"rebuild", "--progress", "none"}, ""},
  };
  std::vector<Outcome> alone;
  for (const Asked& asked : all) alone.push_back(ask(asked, directory, scratch / "folder"));
  ServedRegistry served(directory);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Outcome outcome = ask(all[i], directory, scratch / "folder");
    INFO(all[i].words[0] << " " << (all[i].words.size() > 1 ? all[i].words[1] : "") << " #" << i);
    CHECK(outcome.status == alone[i].status);
    CHECK((outcome.out == alone[i].out));
    CHECK(outcome.err == alone[i].err);
  }
  CHECK(!left_input(directory));
}

TEST_CASE("what is imported while a server runs is seen by the next look-up and event reader") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  const std::string first = small_document(synthetic_number(0), "NORD");
  const std::string second = small_document(synthetic_number(1), "GAL");
  REQUIRE(import(directory, {"-"}, first).status == 0);
  ServedRegistry served(directory);
  CHECK(!served.found(synthetic_number(1)));
  const std::size_t events = lines_of(run({"events", "--data", directory}).out).size();
  const Outcome loaded = import(directory, {"-"}, second);
  CHECK(loaded.status == 0);
  CHECK(number_field(loaded.out, "written") == 1);
  CHECK(served.found(synthetic_number(1)));
  CHECK(lines_of(run({"events", "--data", directory}).out).size() == events + 1);
  CHECK(contains(served.get("/metrics").body, "grunndata_import_records_written_total 1"));
  CHECK(!left_input(directory));
}

TEST_CASE("two imports at once through one server both end, in an empty registry too") {
  const std::string& text = population(persons);
  const std::string numbers = numbers_in(text);
  const ScratchFolder scratch;
  write_file(scratch / "all", text);
  write_file(scratch / "half", first_lines(text, persons / 2));
  write_file(scratch / "rest",
             std::string_view(text).substr(first_lines(text, persons / 2).size()));
  REQUIRE(import(scratch / "expected", {scratch / "all"}).status == 0);
  const std::string expected = picture(scratch / "expected", numbers);
  const std::vector<std::pair<std::string, std::string>> pairs{{"half", "rest"}, {"all", "all"}};
  for (const auto& [one, other] : pairs) {
    const std::string directory = scratch / ("data" + one);
    ServedRegistry served(directory);
    const auto load = [&](const std::string& name) {
      Start start;
      start.words = {"import",     "folkeregisteret", "--json",  "--extracted-at",
                     "2026-01-01", "--data",          directory, scratch / name};
      return start;
    };
    RunningProgram a(load(one));
    RunningProgram b(load(other));
    const Outcome first = a.wait();
    const Outcome second = b.wait();
    CHECK_MESSAGE(first.status == 0, first.err);
    CHECK_MESSAGE(second.status == 0, second.err);
    CHECK(number_field(first.out, "written").value_or(0) +
              number_field(second.out, "written").value_or(0) ==
          persons);
    CHECK_MESSAGE((picture(directory, numbers) == expected), one);
    CHECK(require_sound(directory).starts_with("1000 persons"));
  }
}

TEST_CASE("Ctrl-C stops an import inside the server, which goes on when asked to") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  REQUIRE(import(directory, {"-"}, small_document(synthetic_number(0), "NORD")).status == 0);
  ServedRegistry served(directory);
  Start start;
  start.words = {"import", "folkeregisteret",         "--json",          "--data", directory,
                 "--set",  "import.batch_records=20", scratch / "source"};
  EndlessSource source(scratch / "source");
  RunningProgram load(start);
  source.feed_until(load, [&] { return is_writing(served); });
  load.signal(SIGINT);
  source.feed_until(load, [&] { return load.has_ended(); });
  const Outcome stopped = load.wait();
  CHECK(stopped.status == 130);
  CHECK(contains(stopped.err, "--resume"));
  const std::uint64_t read = number_field(stopped.out, "read").value_or(0);
  CHECK(served.get("/readyz").status == 200);

  const std::uint64_t count = source.end();
  CHECK(read < count);
  start.words.emplace_back("--resume");
  const Outcome rest = run(start);
  CHECK_MESSAGE(rest.status == 0, rest.err);
  CHECK(number_field(rest.out, "read") == count - read);
  CHECK(std::stoull(require_sound(directory)) == count);
}

TEST_CASE("an input that was not read to its end is not left in the data directory") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  REQUIRE(import(directory, {"-"}, small_document(synthetic_number(0), "NORD")).status == 0);
  Start start;
  start.piped = true;
  start.words = {"import", "folkeregisteret", "--data", directory, "-"};
  {
    ServedRegistry served(directory);
    RunningProgram interrupted(start);
    REQUIRE(interrupted.wait_until([&] { return left_input(directory); }));
    interrupted.signal(SIGINT);
    CHECK(interrupted.wait().status == 130);
    CHECK(!left_input(directory));
    RunningProgram killed(start);
    REQUIRE(killed.wait_until([&] { return left_input(directory); }));
    killed.signal(SIGKILL);
    killed.wait();
  }
  ServedRegistry next(directory);
  CHECK(!left_input(directory));
}

TEST_CASE("an import inside the server ends when the server does, and can go on without it") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  REQUIRE(import(directory, {"-"}, small_document(synthetic_number(0), "NORD")).status == 0);
  Start start;
  start.words = {"import", "folkeregisteret",         "--data",          directory,
                 "--set",  "import.batch_records=20", scratch / "source"};
  ServedRegistry served(directory);
  EndlessSource source(scratch / "source");
  RunningProgram load(start);
  source.feed_until(load, [&] { return is_writing(served); });
  served.program().signal(SIGTERM);
  source.feed_until(load, [&] { return load.has_ended(); });
  const Outcome cut = load.wait();
  CHECK_MESSAGE(cut.status == 130, cut.err);
  CHECK(contains(cut.err, "--resume"));
  CHECK(served.program().wait().status == 0);
  require_sound(directory);
  const std::uint64_t count = source.end();
  CHECK(import(directory, {"--resume", scratch / "source"}).status == 0);
  CHECK(std::stoull(require_sound(directory)) == count);
}
