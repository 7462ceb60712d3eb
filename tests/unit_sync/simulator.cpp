#include "tests/unit_sync/simulator.h"

#include "tests/program/served_registry.h"

#include <doctest/doctest.h>

namespace grunndata::tests {

namespace {

Start simulate(const std::vector<std::string>& words) {
  Start start;
  start.words = {"simulate", "enhetsregisteret"};
  start.words.insert(start.words.end(), words.begin(), words.end());
  return start;
}

} // namespace

UnitSimulator::UnitSimulator(const std::vector<std::string>& words) : program_(simulate(words)) {
  const auto told = [this] { return program_.out().find("/api\n") != std::string::npos; };
  REQUIRE_MESSAGE(program_.wait_until(told), program_.err());
  const std::string out = program_.out();
  port_ = static_cast<std::uint16_t>(std::stoi(out.substr(out.find("127.0.0.1:") + 10)));
}

void UnitSimulator::post(std::string_view path, std::string_view body) const {
  Connection connection(port_);
  const auto answer =
      connection.ask(request("POST", path, body, "Content-Type: application/json\r\n"));
  REQUIRE(answer);
  REQUIRE(answer->status == 200);
}

void UnitSimulator::fault(const std::string& name, int time_ms) const {
  post("/simulator/fault",
       R"({"fault":")" + name + R"(","milliseconds":)" + std::to_string(time_ms) + '}');
}

void UnitSimulator::happen(const std::string& what, int count) const {
  post("/simulator/happen", R"({"what":")" + what + R"(","count":)" + std::to_string(count) + '}');
}

std::vector<std::string> following(const UnitSimulator& source, bool enabled) {
  const std::string section = "sync.enhetsregisteret.";
  return {"--set", section + "base_url=" + source.address() + "/enhetsregisteret/api",
          "--set", section + "mode=" + (enabled ? "on" : "off"),
          "--set", section + "poll_seconds=1",
          "--set", section + "backoff_max_seconds=1"};
}

Outcome run_with(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return run(std::move(words));
}

} // namespace grunndata::tests
