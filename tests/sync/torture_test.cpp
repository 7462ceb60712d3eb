// A server that follows a source while everything goes wrong, and is killed again and again.
#include "tests/program/running_program.h"
#include "tests/program/served_registry.h"

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

/// A simulator of its own process.
class Simulator {
public:
  Simulator() : program_(start()) {
    const auto told = [this] { return program_.out().find("/v1\n") != std::string::npos; };
    REQUIRE(program_.wait_until(told));
    const std::string out = program_.out();
    port_ = static_cast<std::uint16_t>(std::stoi(out.substr(out.find("127.0.0.1:") + 10)));
  }

  [[nodiscard]] std::string address() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] std::string base_url() const {
    return address() + "/folkeregisteret/offentlig-med-hjemmel/api/v1";
  }
  void post(std::string_view path, std::string_view body) const {
    Connection connection(port_);
    const auto answer =
        connection.ask(request("POST", path, body, "Content-Type: application/json\r\n"));
    REQUIRE(answer);
    REQUIRE(answer->status == 200);
  }
  void fault(const std::string& name, int time_ms) const {
    post("/simulator/fault",
         R"({"fault":")" + name + R"(","milliseconds":)" + std::to_string(time_ms) + '}');
  }

private:
  static Start start() {
    Start start;
    start.words = {
        "simulate", "folkeregisteret",     "--persons", "400", "--unborn", "200", "--seed",
        "3",        "--events-per-second", "150"};
    return start;
  }

  RunningProgram program_;
  std::uint16_t port_ = 0;
};

std::vector<std::string> setting(const std::string& key, const std::string& value) {
  return {"--set", key + '=' + value};
}

std::vector<std::string> following(const Simulator& source, bool enabled) {
  std::vector<std::string> words;
  for (const auto& pair :
       {setting("sync.folkeregisteret.base_url", source.base_url()),
        setting("sync.folkeregisteret.mode", enabled ? "on" : "off"),
        setting("sync.folkeregisteret.poll_seconds", "1"),
        setting("sync.folkeregisteret.backoff_max_seconds", "1"), setting("audit.mode", "off")}) {
    words.insert(words.end(), pair.begin(), pair.end());
  }
  return words;
}

Outcome run_with(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return run(std::move(words));
}

} // namespace

TEST_CASE("after faults and kills at any moment the registry is what the source is") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  const Simulator source;
  std::mt19937 random(20'261'122);
  constexpr std::array faults{"not-found", "busy",   "html",         "failing", "cut",
                              "gone",      "freeze", "out-of-order", "slow"};
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
