// Each single system call of taking a lease fails, or the process dies before or after it.
#include "tests/hjelpenummer/disk.h"
#include "tests/hjelpenummer/scratch_folder.h"

#include <doctest/doctest.h>

#include <cerrno>
#include <csignal>
#include <functional>
#include <optional>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace grunndata::registry;
using namespace grunndata::registry::hjelpenummer;
using namespace grunndata::registry::hjelpenummer::tests;

namespace {

constexpr PrefixRange range{850'000'000, 850'999'999};
constexpr std::uint32_t lease_counters = 100;

std::unique_ptr<IssuingMark> made(const ScratchFolder& folder) {
  auto mark = IssuingMark::create(folder.mark(), this_installation, range);
  REQUIRE(mark);
  return std::move(*mark);
}

std::unique_ptr<IssuingMark> opened(const ScratchFolder& folder) {
  auto mark = IssuingMark::open(folder.mark(), this_installation);
  REQUIRE_MESSAGE(mark, (mark ? "" : mark.error().message));
  return std::move(*mark);
}

std::vector<std::string> calls_of_a_lease(const ScratchFolder& folder) {
  return {"remove issuing-mark.new", "create issuing-mark.new",
          "write issuing-mark.new",  "sync issuing-mark.new",
          "rename issuing-mark.new", "sync " + folder.path().filename().string()};
}

/// Runs in a process of its own; whether it was killed (it ended well otherwise).
bool is_killed_in(const std::function<void()>& work) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    work();
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  if (WIFSIGNALED(status)) {
    CHECK(WTERMSIG(status) == SIGKILL);
    return true;
  }
  CHECK(WEXITSTATUS(status) == 0);
  return false;
}

} // namespace

TEST_CASE("a lease is handed out when the file and its folder are synced, in this order") {
  const ScratchFolder folder;
  const auto mark = made(folder);
  const WatchedDisk disk;
  REQUIRE(mark->reserve(lease_counters));
  CHECK(disk.calls() == calls_of_a_lease(folder));
}

TEST_CASE("noting a restore and adding a range are as durable as a lease") {
  const ScratchFolder folder;
  const auto mark = made(folder);
  {
    const WatchedDisk disk;
    REQUIRE(mark->note_restore());
    CHECK(disk.calls() == calls_of_a_lease(folder));
  }
  const WatchedDisk disk;
  REQUIRE(mark->add_range({900'000'000, 900'000'999}));
  CHECK(disk.calls() == calls_of_a_lease(folder));
}

TEST_CASE("what an opened mark says has been synced") {
  const ScratchFolder folder;
  static_cast<void>(made(folder));
  const WatchedDisk disk;
  const auto mark = opened(folder);
  CHECK(disk.calls() == std::vector<std::string>{"create issuing-mark.lock", "sync issuing-mark",
                                                 "sync " + folder.path().filename().string()});
}

TEST_CASE("whatever call fails, no lease is handed out, and the mark never falls") {
  for (const Fault fault : {Fault::error, Fault::half}) {
    for (const int error_number : {ENOSPC, EIO, EDQUOT, EROFS}) {
      bool met = true;
      for (unsigned at = 0; met; ++at) {
        CAPTURE(at);
        CAPTURE(error_number);
        const ScratchFolder folder;
        auto mark = made(folder);
        const auto first = mark->reserve(lease_counters);
        REQUIRE(first);
        CHECK(first->first == 0);
        std::string call;
        {
          const WatchedDisk disk({at, fault, error_number});
          const auto lease = mark->reserve(lease_counters);
          met = disk.met();
          // Half a write is followed by the failing rest of it; other calls know no half.
          REQUIRE(lease.has_value() == !met);
          if (!met) break;
          CHECK(lease.error().code == ErrorCode::storage);
          call = disk.calls()[at];
        }
        const bool is_in_doubt = call.starts_with("rename") || at == 5;
        const auto again = mark->reserve(lease_counters);
        CHECK(again.has_value() == !is_in_doubt);
        const std::uint32_t end = again ? again->end() : first->end();
        mark.reset();
        // Reopened, it goes on where a lease may have ended: never before.
        mark = opened(folder);
        CHECK(mark->reserved_up_to() >= end);
        const auto next = mark->reserve(lease_counters);
        REQUIRE(next);
        CHECK(next->first >= end);
        CHECK(next->first <= end + lease_counters);
      }
    }
  }
}

TEST_CASE("a folder that could not be synced gives no lease to a second try either") {
  const ScratchFolder folder;
  auto mark = made(folder);
  {
    const WatchedDisk disk({5, Fault::error, EIO});
    REQUIRE_FALSE(mark->reserve(lease_counters));
    CHECK(disk.calls() == calls_of_a_lease(folder));
  }
  for (int tries = 0; tries < 3; ++tries) {
    const auto lease = mark->reserve(lease_counters);
    REQUIRE_FALSE(lease);
    CHECK(lease.error().code == ErrorCode::storage);
    CHECK_FALSE(mark->note_restore());
    CHECK_FALSE(mark->add_range({900'000'000, 900'000'999}));
  }
}

TEST_CASE("a mark that cannot be made is not there, and can be made later") {
  bool met = true;
  for (unsigned at = 0; met; ++at) {
    CAPTURE(at);
    const ScratchFolder folder;
    {
      const WatchedDisk disk({at, Fault::error, EIO});
      const auto mark = IssuingMark::create(folder.mark(), this_installation, range);
      met = disk.met();
      // The name under which it was written is removed at the end, or the next time.
      if (met && disk.calls()[at] == "remove issuing-mark.new" && mark) continue;
      REQUIRE(mark.has_value() == !met);
      if (!met) break;
      CHECK(mark.error().code == ErrorCode::storage);
    }
    const auto absent = IssuingMark::open(folder.mark(), this_installation);
    REQUIRE_FALSE(absent);
    CHECK(absent.error().code == ErrorCode::not_found);
    const auto mark = made(folder);
    CHECK(mark->reserve(lease_counters)->first == 0);
  }
}

TEST_CASE(
    "a process killed before or after any call of making the mark leaves none or a whole one") {
  for (const Fault fault : {Fault::kill_before, Fault::kill_after}) {
    bool killed = true;
    for (unsigned at = 0; killed; ++at) {
      CAPTURE(at);
      const ScratchFolder folder;
      killed = is_killed_in([&] {
        const WatchedDisk disk({at, fault, 0});
        static_cast<void>(IssuingMark::create(folder.mark(), this_installation, range));
      });
      auto mark = IssuingMark::open(folder.mark(), this_installation);
      if (!mark) {
        CHECK(mark.error().code == ErrorCode::not_found);
        mark = IssuingMark::create(folder.mark(), this_installation, range);
      }
      REQUIRE(mark);
      CHECK((*mark)->reserve(lease_counters)->first == 0);
    }
  }
}

TEST_CASE("a process killed before or after any call of a lease has not turned the mark back") {
  for (const Fault fault : {Fault::kill_before, Fault::kill_after}) {
    bool killed = true;
    for (unsigned at = 0; killed; ++at) {
      CAPTURE(at);
      const ScratchFolder folder;
      REQUIRE(made(folder)->reserve(lease_counters));
      killed = is_killed_in([&] {
        const auto mark = opened(folder);
        const WatchedDisk disk({at, fault, 0});
        static_cast<void>(mark->reserve(lease_counters));
      });
      const auto mark = opened(folder);
      // The lease that was asked for was taken by the rename, or not at all.
      const bool is_taken = at > 4 || (at == 4 && fault == Fault::kill_after);
      CHECK(mark->reserved_up_to() == lease_counters * (is_taken ? 2 : 1));
      // A data directory that recorded the lease before misses one at most, and is told from one
      // that misses two.
      const DatabaseRecord database{0, {{range, lease_counters}}};
      CHECK(check_record(mark->state(), database));
      CHECK(mark->reserve(lease_counters)->first == lease_counters * (is_taken ? 2 : 1));
      CHECK(check_record(mark->state(), database).has_value() == !is_taken);
    }
  }
}
