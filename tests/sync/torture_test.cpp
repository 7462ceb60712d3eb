// A server that follows a source while everything goes wrong, and is killed again and again.
#include "tests/program/running_program.h"
#include "tests/program/served_registry.h"
#include "tests/sync/simulator.h"

#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <random>
#include <thread>

namespace grunndata::tests {

namespace {

using std::chrono::milliseconds;

/// TORTURE_ROUNDS=300 is the long form; `tools/test --long` runs it.
int rounds() {
  const char* const asked = std::getenv("TORTURE_ROUNDS");
  return asked == nullptr ? 6 : std::max(1, std::atoi(asked));
}

} // namespace

TEST_CASE("after faults and kills at any moment the registry is what the source is") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  const Simulator source(
      {"--persons", "400", "--unborn", "200", "--seed", "3", "--events-per-second", "150"});
  std::mt19937 random(20'261'122);
  constexpr std::array faults{"not-found", "busy", "html",         "failing",
                              "cut",       "gone", "freeze",       "out-of-order",
                              "slow",      "late", "expired-token"};
  constexpr std::array at_once{"duplicate", "gap", "unknown-type"};
  {
    ServedRegistry first(directory, following(source, true)); // makes the directory
    std::this_thread::sleep_for(milliseconds(random() % 700));
    first.program().signal(SIGKILL);
  }
  for (int round = 0; round < rounds(); ++round) {
    CAPTURE(round);
    ServedRegistry server(directory, following(source, true));
    source.fault(faults[random() % faults.size()], 200 + static_cast<int>(random() % 600));
    source.fault(at_once[random() % at_once.size()], 0);
    if (round % 3 == 2) source.fault("respool", 0);
    std::this_thread::sleep_for(milliseconds(200 + random() % 1'500));
    if (round % 4 == 3) {
      CHECK(server.stop(SIGTERM).status == 0);
    } else {
      server.program().signal(SIGKILL);
    }
  }
  // The source comes to rest, and what is left is read.
  for (const char* const fault : faults) source.fault(fault, 0);
  source.post("/simulator/rest", "{}");
  auto words = following(source, false);
  const Outcome last = run_with({"sync", "folkeregisteret", "--data", directory, "--once"}, words);
  CHECK(last.status == 0);
  const Outcome compared =
      run_with({"simulate", "folkeregisteret", "--data", directory, "--verify", source.address()},
               setting("audit.mode", "off"));
  MESSAGE(compared.out);
  CHECK(compared.status == 0);
  CHECK(compared.out.find("identical") == 0);
  const Outcome checked =
      run_with({"check", "--deep", "--data", directory}, setting("audit.mode", "off"));
  CHECK(checked.status == 0);
}

} // namespace grunndata::tests
