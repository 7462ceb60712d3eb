// A process that takes leases is killed again and again: no counter is ever given out twice.
#include "registry/hjelpenummer/issuing_mark.h"
#include "tests/hjelpenummer/scratch_folder.h"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <csignal>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace grunndata::registry;
using namespace grunndata::registry::hjelpenummer;
using namespace grunndata::registry::hjelpenummer::tests;

namespace {

constexpr unsigned kills = 40;
constexpr unsigned leases_before_kill_max = 60;
constexpr unsigned moments_us_max = 3'000;
constexpr std::uint32_t lease_counters_most = 50;

/// What is told through the pipe, in one write.
struct Told {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

[[noreturn]] void take_leases(const std::filesystem::path& path, int ledger, unsigned seed) {
  const auto mark = IssuingMark::open(path, this_installation);
  if (!mark) ::_exit(1);
  std::mt19937 random(seed);
  while (true) {
    const auto lease =
        (*mark)->reserve(1 + static_cast<std::uint32_t>(random() % lease_counters_most));
    if (!lease) ::_exit(2);
    const Told told{lease->first, lease->count};
    if (::write(ledger, &told, sizeof told) != sizeof told) ::_exit(3);
  }
}

struct Round {
  std::vector<Told> leases;
  int status = 0;
};

/// Kills the process some moments after it told so many leases: anywhere in its work, also between
/// taking a lease and telling it. The moments decide where, never whether the test holds.
Round killed_after(const std::filesystem::path& path, std::size_t enough,
                   std::chrono::microseconds moments, unsigned seed) {
  std::array<int, 2> ledger{-1, -1};
  REQUIRE(::pipe2(ledger.data(), O_CLOEXEC) == 0);
  const pid_t taker = ::fork();
  REQUIRE(taker >= 0);
  if (taker == 0) take_leases(path, ledger[1], seed);
  ::close(ledger[1]);
  Round round;
  Told told;
  while (round.leases.size() < enough && ::read(ledger[0], &told, sizeof told) == sizeof told) {
    round.leases.push_back(told);
  }
  std::this_thread::sleep_for(moments);
  ::kill(taker, SIGKILL);
  while (::read(ledger[0], &told, sizeof told) == sizeof told) {
    round.leases.push_back(told);
  }
  ::close(ledger[0]);
  REQUIRE(::waitpid(taker, &round.status, 0) == taker);
  return round;
}

} // namespace

TEST_CASE("kill -9 while leases are taken never gives a counter out twice") {
  const ScratchFolder folder;
  REQUIRE(IssuingMark::create(folder.mark(), this_installation, PrefixRange{}));
  std::mt19937 random(20'260'401);
  std::uint32_t end = 0; // of the newest lease that was told
  std::size_t leases = 0;
  std::uint32_t unused = 0;
  for (unsigned round = 0; round < kills; ++round) {
    CAPTURE(round);
    const std::size_t enough = random() % leases_before_kill_max;
    const std::chrono::microseconds moments(random() % moments_us_max);
    const Round killed = killed_after(folder.mark(), enough, moments, round);
    REQUIRE(WIFSIGNALED(killed.status));
    REQUIRE(killed.leases.size() >= enough);
    leases += killed.leases.size();
    for (const Told& told : killed.leases) {
      REQUIRE(told.count > 0);
      // Rising, each after the end of all before: no two overlap.
      REQUIRE(told.first >= end);
      unused += told.first - end;
      end = told.first + told.count;
    }
    const auto mark = IssuingMark::open(folder.mark(), this_installation);
    REQUIRE(mark);
    CHECK((*mark)->reserved_up_to() >= end);
    // At most one lease in a round was taken and not told; a round may tell none.
    CHECK((*mark)->reserved_up_to() - end + unused <= (round + 1) * lease_counters_most);
  }
  CHECK(leases > kills);
  MESSAGE(kills << " kills, " << leases << " leases, none overlaps another; " << unused
                << " counters skipped");
}
