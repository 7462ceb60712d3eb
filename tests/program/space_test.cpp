// No room on the disk: clear words, nothing broken, look-ups last.
#include "tests/program/population.h"
#include "tests/program/running_program.h"
#include "tests/program/served_registry.h"

#include "registry/audit/log.h"

#include <chrono>
#include <csignal>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

#include <sys/mount.h>
#include <sys/statvfs.h>

using namespace grunndata::tests;

namespace {

constexpr std::uint64_t little_bytes = 256U << 10U;
constexpr std::size_t persons = 1'000;
constexpr int ok_status = 200;
constexpr int unavailable_status = 503;
constexpr int exit_unavailable = 6;

/// A disk of 192 MiB in memory, that a file of ballast fills as far as it is told to.
class SmallDisk {
public:
  explicit SmallDisk(const ScratchFolder& scratch) : path_(scratch / "disk") {
    std::filesystem::create_directory(path_);
    is_mounted_ = ::mount("tmpfs", path_.c_str(), "tmpfs", 0, "size=192m") == 0;
    if (!is_mounted_) {
      MESSAGE("no small disk can be mounted here (needs root): what stops when a disk fills is NOT "
              "checked on one, only by the rules of the guard and by limits on files");
    }
  }
  ~SmallDisk() {
    if (is_mounted_) ::umount2(path_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  [[nodiscard]] bool is_mounted() const noexcept { return is_mounted_; }
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }

  void fill_to(unsigned percent) const {
    struct statvfs facts {};
    REQUIRE(::statvfs(path_.c_str(), &facts) == 0);
    const std::uint64_t kept = facts.f_blocks * (100 - percent) / 100;
    REQUIRE(facts.f_bavail > kept);
    grow((facts.f_bavail - kept) * facts.f_frsize);
  }
  void fill_to_the_last_byte() const {
    struct statvfs facts {};
    // The server may take or give a block meanwhile.
    for (::statvfs(path_.c_str(), &facts); facts.f_bavail > 0; ::statvfs(path_.c_str(), &facts)) {
      grow(facts.f_bavail * facts.f_frsize);
    }
  }
  void empty() const { std::filesystem::remove(ballast()); }

private:
  [[nodiscard]] std::string ballast() const { return path_ + "/ballast"; }
  void grow(std::uint64_t bytes) const {
    const int file = ::open(ballast().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    REQUIRE(file >= 0);
    const off_t size = ::lseek(file, 0, SEEK_END);
    ::posix_fallocate(file, size, static_cast<off_t>(bytes)); // as far as it goes
    ::close(file);
  }

  std::string path_;
  bool is_mounted_ = false;
};

/// Small files for a small disk.
const std::vector<std::string> small_files{"--set", "store.write_buffer_bytes=1MiB", "--set",
                                           "audit.segment_bytes=256KiB"};

std::vector<std::string> small_files_and(std::vector<std::string> words) {
  words.insert(words.begin(), small_files.begin(), small_files.end());
  return words;
}

/// Until it ends as it should: the guard inside a server looks at the disk now and then only.
Outcome import_until(int status, const std::string& directory, std::vector<std::string> words) {
  const auto end = std::chrono::steady_clock::now() + RunningProgram::patience;
  Outcome outcome;
  do {
    outcome = import(directory, words);
  } while (outcome.status != status && std::chrono::steady_clock::now() < end);
  return outcome;
}

/// 0 when there is no answer at all.
int lookup_status(Connection& connection, std::string_view number) {
  const auto answer = connection.ask(
      request("POST", "/v1/person/lookup",
              R"({"identifiers":[")" + std::string(number) + R"("],"parts":["Name"]})",
              "Content-Type: application/json\r\n"));
  if (!answer) return 0;
  const bool is_found = answer->body.find(R"("name":[)") != std::string::npos;
  CHECK(is_found == (answer->status == ok_status)); // nobody is shown who was not logged
  return answer->status;
}

/// Of the log of a directory that nobody has open.
std::uint64_t audit_records(const std::string& directory) {
  namespace audit = grunndata::registry::audit;
  audit::LogOptions options;
  options.directory = directory + "/audit";
  options.segment_bytes = 256U << 10U;
  const auto log = audit::Log::open(options);
  REQUIRE_MESSAGE(log.has_value(), (log ? std::string() : log.error().message));
  return (*log)->figures().records;
}

} // namespace

TEST_CASE("an import that finds no room says so, and goes on once there is") {
  const std::string& text = population(persons);
  const std::string numbers = numbers_in(text);
  for (const bool filled : {false, true}) {
    const ScratchFolder scratch;
    write_file(scratch / "file", text);
    REQUIRE(import(scratch / "expected", {scratch / "file"}).status == 0);
    const std::string directory = scratch / "data";
    if (filled) REQUIRE(import(directory, {"-"}, first_lines(text, 100)).status == 0);
    Start start;
    start.words = {"import",
                   "folkeregisteret",
                   "--data",
                   directory,
                   "--json",
                   "--set",
                   "import.batch_records=50",
                   "--set",
                   "audit.segment_bytes=64KiB"};
    start.words.push_back(scratch / "file");
    start.file_bytes_max = little_bytes;
    const Outcome failed = run(start);
    CHECK_MESSAGE(failed.status == 1, failed.err);
    CHECK(failed.err.find("grunndata: ") != std::string::npos);
    CHECK_MESSAGE(failed.err.find("--resume") != std::string::npos, failed.err);
    const bool there = run({"check", "--data", directory}).status == 0;
    if (filled) CHECK(there);

    const Outcome rest = import(directory, {"--resume", scratch / "file"});
    CHECK_MESSAGE(rest.status == 0, rest.err);
    require_sound(directory);
    CHECK((picture(directory, numbers) == picture(scratch / "expected", numbers)));
  }
}

TEST_CASE("a server without room for writes goes on answering look-ups and says it is not ready") {
  const std::string& text = population(persons);
  const ScratchFolder scratch;
  REQUIRE(import(scratch / "data", {"-"}, first_lines(text, 100)).status == 0);
  ServedRegistry served(scratch / "data");
  CHECK(served.get("/readyz").status == 200);
  served.program().limit_files(little_bytes);
  write_file(scratch / "file", text);
  const Outcome failed = import(scratch / "data", {scratch / "file"});
  CHECK_MESSAGE(failed.status == 1, failed.err);
  CHECK(served.get("/livez").status == 200);
  const auto ready = served.get("/readyz");
  CHECK_MESSAGE(ready.status == 503, ready.body);
  CHECK(served.found(first_lines(numbers_in(first_lines(text, 100)), 1)));
  served.program().limit_files(std::nullopt);
  const Outcome again = import(scratch / "data", {"--resume", scratch / "file"});
  CHECK(again.status == 6);
  CHECK_MESSAGE(again.err.find("restart after mending the disk") != std::string::npos, again.err);
  CHECK(served.stop(SIGTERM).status == 0);

  require_sound(scratch / "data");
  CHECK(import(scratch / "data", {"--resume", scratch / "file"}).status == 0);
  CHECK(require_sound(scratch / "data").starts_with("1000 persons"));
}

TEST_CASE("as a disk fills, imports stop first, and look-ups go on, logged, to the last byte") {
  const ScratchFolder scratch;
  const SmallDisk disk(scratch);
  if (!disk.is_mounted()) return;
  const std::string directory = disk / "data";
  const std::string& text = population(persons);
  const std::string numbers = numbers_in(first_lines(text, 100));
  const std::string number(lines_of(numbers).front());
  REQUIRE(import(directory, small_files_and({"-"}), first_lines(text, 100)).status == 0);
  const std::uint64_t records_before = audit_records(directory);
  write_file(scratch / "file", first_lines(text, 200));

  std::uint64_t answered = 0;
  {
    ServedRegistry served(directory, small_files);
    disk.fill_to(92);
    const Outcome refused = import_until(exit_unavailable, directory, {scratch / "file"});
    CHECK(refused.status == exit_unavailable);
    CHECK_MESSAGE(refused.err.find("imports stopped at 90 %") != std::string::npos, refused.err);
    CHECK(served.get("/readyz").status == ok_status); // full for imports, not for look-ups
    CHECK(served.program().err().find("the disk of the data directory fills") != std::string::npos);
    Connection connection(served.port());
    CHECK(lookup_status(connection, number) == ok_status);
    ++answered;
    CHECK(served.get("/livez").status == ok_status);

    disk.fill_to_the_last_byte();
    int status = ok_status;
    while ((status = lookup_status(connection, number)) == ok_status) ++answered;
    CHECK(status == unavailable_status);     // what cannot be logged is not answered
    CHECK_MESSAGE(answered > 500, answered); // the log had room set aside
    CHECK(import(directory, {scratch / "file"}).status == exit_unavailable);

    disk.empty();
    const auto end = std::chrono::steady_clock::now() + RunningProgram::patience;
    while (lookup_status(connection, number) != ok_status &&
           std::chrono::steady_clock::now() < end) {
    }
    CHECK(lookup_status(connection, number) == ok_status);
    CHECK(import_until(0, directory, {scratch / "file"}).status == 0);
    CHECK(served.stop(SIGTERM).status == 0);
  }
  CHECK(audit_records(directory) >= records_before + answered);
  CHECK(require_sound(directory).starts_with("200 persons"));
}

TEST_CASE("a load that fills the disk stops where imports stop, keeps what it has, and goes on") {
  const ScratchFolder scratch;
  const SmallDisk disk(scratch);
  if (!disk.is_mounted()) return;
  const std::string directory = disk / "data";
  const std::string& text = population(persons);
  REQUIRE(import(directory, small_files_and({"-"}), first_lines(text, 10)).status == 0);
  Start start;
  start.words = {"import",  "folkeregisteret", "--data",
                 directory, "--set",           "import.batch_records=20"};
  start.words.insert(start.words.end(), small_files.begin(), small_files.end());
  start.words.push_back("-");
  start.piped = true;
  std::string fed;
  Outcome stopped;
  {
    RunningProgram program(start);
    const auto lines = lines_of(text);
    const auto feed = [&](std::size_t index) {
      const std::string line = std::string(lines[index % lines.size()]) + "\n";
      fed += line;
      return program.write(line);
    };
    std::size_t next = 0;
    while (next < 100) REQUIRE(feed(next++));
    disk.fill_to(92);
    // It looks at the disk now and then only; until it stops it takes what it is given.
    while (!program.has_ended() && feed(next)) ++next;
    program.close_input();
    stopped = program.wait();
  }
  CHECK(stopped.status == exit_unavailable);
  CHECK_MESSAGE(stopped.err.find("imports stopped at 90 %") != std::string::npos, stopped.err);
  CHECK_MESSAGE(stopped.err.find("--resume") != std::string::npos, stopped.err);
  require_sound(directory);
  disk.empty();
  std::vector<std::string> again = small_files_and({"--resume", "-"});
  const Outcome resumed = import(directory, again, fed);
  CHECK_MESSAGE(resumed.status == 0, resumed.err);
  require_sound(directory);
}
