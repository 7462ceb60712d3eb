// The disk fills: appends go on in what was set aside, then fail, and go on again when there is
// room.
#include "tests/audit/audit_fixture.h"

#include <doctest/doctest.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <thread>

#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

using namespace grunndata::registry;
using namespace grunndata::registry::audit;
using namespace grunndata::registry::audit::tests;

namespace {

constexpr std::size_t segment_bytes = 256 * 1024;

/// Appends until it is refused; how many were taken.
unsigned append_until_refused(Log& log, unsigned first, ErrorCode expected) {
  for (unsigned n = 0; n < 1'000'000; ++n) {
    const Record record = look_up(first + n);
    const auto position = log.append({&record, 1});
    if (!position) {
      CHECK(position.error().code == expected);
      return n;
    }
  }
  FAIL("it never ended");
  return 0;
}

/// New files may not be larger than this, as on a disk that is full; lifted at the end.
class FileLimit {
public:
  explicit FileLimit(rlim_t bytes) {
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit tight{bytes, before_.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &tight) == 0);
  }
  ~FileLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;

private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
};

} // namespace

TEST_CASE("when no room can be set aside, the spare is used up and then nothing is taken") {
  const ScratchFolder folder;
  LogOptions options = small_log(folder.path());
  options.segment_bytes = segment_bytes;
  options.spare_segments = 2;
  std::atomic<unsigned> told{0};
  options.notice = [&told](const Error&) { ++told; };
  const auto log = open_log(options);
  while (log->figures().spare_bytes < 2 * segment_bytes)
    std::this_thread::yield(); // the spares are there
  unsigned taken = 0;
  {
    const FileLimit limit(segment_bytes / 2);
    taken = append_until_refused(*log, 0, ErrorCode::unavailable);
    CHECK(log->healthy().error().code == ErrorCode::unavailable);
    CHECK(told > 0);
    const Record record = look_up(1);
    CHECK(log->append({&record, 1}).error().code == ErrorCode::unavailable);
    REQUIRE(log->sync()); // what was taken is safe
  }
  CHECK(taken > 2 * segment_bytes / 400);
  // Room again: within a second or two a spare is set aside, and records are taken.
  while (!log->healthy()) std::this_thread::yield();
  append_look_ups(*log, taken, 10);
  CHECK(log->figures().records == taken + 10);
  CHECK(log->verify()->faults.empty());
}

TEST_CASE("a small disk that is full to the last byte stops the log and damages nothing") {
  const ScratchFolder folder;
  const auto disk = folder.path() / "disk";
  std::filesystem::create_directory(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=2m") != 0) {
    MESSAGE("no small disk can be mounted here (needs root); the case above covers the rules");
    return;
  }
  LogOptions options = small_log(disk);
  options.segment_bytes = segment_bytes;
  unsigned taken = 0;
  {
    const auto log = open_log(options);
    taken = append_until_refused(*log, 0, ErrorCode::unavailable);
    CHECK(taken > 3 * segment_bytes / 400);
    CHECK_FALSE(log->healthy());
  }
  // The last checkpoint may not have found room; the records are all there.
  put_bytes(folder.path() / "keep", "x");
  const auto elsewhere = folder.path() / "audit";
  std::filesystem::copy(options.directory, elsewhere, std::filesystem::copy_options::recursive);
  REQUIRE(::umount(disk.c_str()) == 0);
  options.directory = elsewhere;
  CHECK(faults_of(options).empty());
  CHECK(open_log(options)->figures().records == taken);
}
