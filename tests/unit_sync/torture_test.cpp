// A server that follows Enhetsregisteret while everything goes wrong: faults of the source, kills
// of the server and of the command, in the midst of the full files and of the feeds.
#include "tests/program/population.h"
#include "tests/program/served_registry.h"
#include "tests/unit_sync/simulator.h"

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
  return asked == nullptr ? 4 : std::max(1, std::atoi(asked));
}

constexpr std::array faults{"not-found", "gone", "busy",   "html",        "failing",
                            "cut",       "slow", "freeze", "out-of-order"};

class Trouble {
public:
  explicit Trouble(const UnitSimulator& source) : source_(source) {}

  std::uint64_t any(std::uint64_t below) { return random_() % below; }
  void make() {
    source_.fault(faults[any(faults.size())], 100 + static_cast<int>(any(400)));
    if (any(3) == 0) source_.fault("unknown-type", 0);
    std::this_thread::sleep_for(milliseconds(100 + any(600)));
    if (any(2) == 0) source_.post("/simulator/publish", "{}");
    std::this_thread::sleep_for(milliseconds(any(400)));
  }
  void end() {
    for (const char* const fault : faults) source_.fault(fault, 0);
    source_.post("/simulator/rest", "{}");
  }

private:
  const UnitSimulator& source_;
  std::mt19937 random_{20'261'122};
};

/// The command that follows, killed in the midst of it.
void kill_the_command(const std::string& directory, const UnitSimulator& source, Trouble& trouble,
                      bool anew) {
  Start start;
  start.words = {"sync", "enhetsregisteret", "--data", directory};
  if (anew) start.words.emplace_back("--bootstrap");
  const auto words = following(source, false);
  start.words.insert(start.words.end(), words.begin(), words.end());
  RunningProgram command(start);
  trouble.make();
  CHECK_FALSE(command.has_ended());
  command.signal(SIGKILL);
  command.wait();
}

} // namespace

TEST_CASE("after faults and kills registry and source agree on every unit") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  const UnitSimulator source({"--enheter", "600", "--underenheter", "400", "--seed", "3",
                              "--events-per-second", "80"});
  Trouble trouble(source);
  for (int round = 0; round < rounds(); ++round) {
    CAPTURE(round);
    {
      ServedRegistry server(directory, following(source, true));
      trouble.make();
      if (round % 4 == 3) {
        CHECK(server.stop(SIGTERM).status == 0);
      } else {
        server.program().signal(SIGKILL);
        server.program().wait();
      }
    }
    if (round % 10 == 7) source.fault("respool", 0);
    if (round % 2 == 1) kill_the_command(directory, source, trouble, round % 4 == 1);
  }
  trouble.end();
  const auto words = following(source, false);
  const Outcome last =
      run_with({"sync", "enhetsregisteret", "--data", directory, "--once"}, words);
  CHECK_MESSAGE(last.status == 0, last.err);
  const Outcome compared =
      run({"simulate", "enhetsregisteret", "--data", directory, "--verify", source.address()});
  MESSAGE(compared.out);
  CHECK(compared.status == 0);
  CHECK(compared.out.find("identical") == 0);
  CHECK(run({"check", "--deep", "--data", directory}).status == 0);
}

} // namespace grunndata::tests
