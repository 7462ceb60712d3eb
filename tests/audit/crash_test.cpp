// The process dies, or the machine does: what was promised is there, and nothing is made up.
#include "registry/audit/segment_file.h"
#include "tests/audit/audit_fixture.h"

#include <doctest/doctest.h>

#include <charconv>
#include <fstream>
#include <random>
#include <set>

#include <csignal>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace grunndata::registry;
using namespace grunndata::registry::audit;
using namespace grunndata::registry::audit::tests;

namespace {

/// A log as it lies there while it is open: what a killed process leaves.
LogOptions left_by(const LogOptions& options, const std::filesystem::path& to) {
  std::filesystem::copy(options.directory, to / "audit", std::filesystem::copy_options::recursive);
  LogOptions copied = options;
  copied.directory = to / "audit";
  return copied;
}

std::filesystem::path segment(const LogOptions& options, unsigned number) {
  return options.directory / "segments" / segment_name(number);
}

std::size_t count_of(const LogOptions& options) {
  const auto found = open_log(options)->find({});
  REQUIRE(found);
  return found->size();
}

LogOptions never_synced(const std::filesystem::path& folder) {
  LogOptions options = small_log(folder);
  options.sync_within = std::chrono::hours(1);
  return options;
}

/// Where the frames begin; one more for the end.
std::vector<std::uint64_t> starts(const std::filesystem::path& path) {
  const auto file = open_to_read(path);
  FrameReader reader(*file, segment_head_bytes, *size_of(*file, path));
  std::vector<std::uint64_t> all;
  while (true) {
    all.push_back(reader.offset());
    const auto frame = reader.next();
    if (!frame || !*frame) return all;
  }
}

void change(const std::filesystem::path& path, std::uint64_t at, std::string_view bytes) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(static_cast<std::streamoff>(at));
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  REQUIRE(file.good());
}

} // namespace

TEST_CASE("what was appended survives the process without a sync") {
  const ScratchFolder folder;
  const ScratchFolder after_crash;
  const LogOptions options = never_synced(folder.path());
  const auto log = open_log(options);
  append_look_ups(*log, 0, 50);
  const LogOptions left = left_by(options, after_crash.path());
  CHECK(count_of(left) == 50);
  CHECK(faults_of(left).empty());
}

TEST_CASE("half a record behind the last one is no record, and the log goes on after it") {
  const ScratchFolder folder;
  const ScratchFolder after_crash;
  const LogOptions options = small_log(folder.path());
  const auto log = open_log(options);
  append_look_ups(*log, 0, 3);
  const LogOptions left = left_by(options, after_crash.path());
  // All but its size had been copied when the process ended.
  change(segment(left, 0), starts(segment(left, 0)).back() + 4, std::string(300, 'x'));
  CHECK(count_of(left) == 3);
  { append_look_ups(*open_log(left), 3, 5); }
  CHECK(count_of(left) == 8);
  CHECK(faults_of(left).empty());
}

TEST_CASE("a power cut may cost what was not on disk; what was is damaged only by somebody") {
  const ScratchFolder folder;
  const LogOptions options = never_synced(folder.path());
  const auto log = open_log(options);
  append_look_ups(*log, 0, 5);
  REQUIRE(log->sync());
  append_look_ups(*log, 5, 5);
  const auto begin = starts(segment(options, 0));
  REQUIRE(begin.size() == 11);
  for (unsigned n = 0; n < 10; ++n) {
    CAPTURE(n);
    const ScratchFolder after_cut;
    LogOptions left = left_by(options, after_cut.path());
    change(segment(left, 0), begin[n] + 40, "\xFF\xFF");
    if (n < 5) {
      CHECK_FALSE(open_fault(left).empty());
      continue;
    }
    unsigned told = 0;
    left.notice = [&told](const Error&) { ++told; };
    CHECK(count_of(left) == n);
    CHECK(told == 1);
    { append_look_ups(*open_log(left), n, 2); }
    CHECK(count_of(left) == n + 2);
    CHECK(faults_of(left).empty());
  }
}

TEST_CASE("a power cut between two segments leaves no hole in the positions") {
  const ScratchFolder folder;
  const LogOptions options = never_synced(folder.path());
  const auto log = open_log(options);
  append_look_ups(*log, 0, 30);
  const auto begin = starts(segment(options, 0));
  const ScratchFolder after_cut;
  const LogOptions left = left_by(options, after_cut.path());
  const auto lost = begin[begin.size() - 3]; // the last two of the first segment
  change(segment(left, 0), lost, std::string(begin.back() - lost, '\0'));
  CHECK(count_of(left) == begin.size() - 3);
  { append_look_ups(*open_log(left), 100, 40); }
  CHECK(count_of(left) == begin.size() - 3 + 40);
  CHECK(faults_of(left).empty());

  REQUIRE(log->sync()); // had the second been on disk, the first would have been, too
  const ScratchFolder tampered;
  const LogOptions changed = left_by(options, tampered.path());
  change(segment(changed, 0), lost, std::string(begin.back() - lost, '\0'));
  CHECK_FALSE(open_fault(changed).empty());
}

TEST_CASE("kill -9 in the middle of appending loses no acknowledged record") {
  constexpr unsigned rounds = 12;
  const ScratchFolder folder;
  std::mt19937 random(20'260'101);
  std::set<std::uint64_t> acknowledged;
  std::size_t records = 0;
  for (unsigned round = 0; round < rounds; ++round) {
    int ledger[2] = {-1, -1};
    REQUIRE(::pipe2(ledger, O_CLOEXEC) == 0);
    const pid_t writer = ::fork();
    REQUIRE(writer >= 0);
    if (writer == 0) {
      ::dup2(ledger[1], STDOUT_FILENO);
      const std::string first = std::to_string(round * 1'000'000);
      ::execl(AUDIT_CRASH_WRITER, AUDIT_CRASH_WRITER, folder.path().c_str(), first.c_str(),
              nullptr);
      ::_exit(127);
    }
    ::close(ledger[1]);
    // Kills it when it has acknowledged so many: at a random place of its work, not of the clock.
    std::string told;
    const std::size_t enough = std::uniform_int_distribution<std::size_t>(1, 40'000)(random);
    std::array<char, 4096> buffer{};
    bool killed = false;
    for (ssize_t count = 0; (count = ::read(ledger[0], buffer.data(), buffer.size())) > 0;) {
      told.append(buffer.data(), static_cast<std::size_t>(count));
      if (told.size() > enough && !killed) {
        ::kill(writer, SIGKILL);
        killed = true;
      }
    }
    ::close(ledger[0]);
    int status = 0;
    ::waitpid(writer, &status, 0);
    REQUIRE(WIFSIGNALED(status));

    for (std::size_t at = 0, end = 0; (end = told.find('\n', at)) != std::string::npos;
         at = end + 1) {
      std::uint64_t number = 0;
      std::from_chars(told.data() + at, told.data() + end, number);
      acknowledged.insert(number);
    }
    LogOptions options = small_log(folder.path());
    options.segment_bytes = 64 * 1024;
    const auto log = open_log(options);
    Query everything;
    everything.limit = ~std::size_t{0};
    const auto found = log->find(everything);
    REQUIRE(found);
    std::set<std::uint64_t> there;
    for (std::size_t at = 0; at < found->size(); ++at) {
      CHECK((*found)[at].position == at);
      there.insert(std::stoull((*found)[at].record.request_id));
    }
    CHECK(std::includes(there.begin(), there.end(), acknowledged.begin(), acknowledged.end()));
    CHECK(there.size() == found->size());
    CHECK(found->size() >= records);
    records = found->size();
    CHECK(log->verify()->faults.empty());
  }
  CHECK(acknowledged.size() > rounds);
  MESSAGE(rounds << " kills, " << acknowledged.size() << " acknowledged records, none lost");
}
