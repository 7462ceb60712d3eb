#include "tests/sync/simulator.h"

#include "tests/program/served_registry.h"

#include <doctest/doctest.h>

namespace grunndata::tests {

namespace {

Start simulate(const std::vector<std::string>& words) {
  Start start;
  start.words = {"simulate", "folkeregisteret"};
  start.words.insert(start.words.end(), words.begin(), words.end());
  return start;
}

} // namespace

Simulator::Simulator(const std::vector<std::string>& words) : program_(simulate(words)) {
  const auto told = [this] { return program_.out().find("/v1\n") != std::string::npos; };
  REQUIRE(program_.wait_until(told));
  const std::string out = program_.out();
  port_ = static_cast<std::uint16_t>(std::stoi(out.substr(out.find("127.0.0.1:") + 10)));
}

std::string Simulator::base_url() const {
  return address() + "/folkeregisteret/offentlig-med-hjemmel/api/v1";
}

std::string Simulator::get(std::string_view path) const {
  const auto answer = Connection(port_).ask(request("GET", path));
  REQUIRE(answer);
  REQUIRE(answer->status == 200);
  return answer->body;
}

void Simulator::post(std::string_view path, std::string_view body) const {
  Connection connection(port_);
  const auto answer =
      connection.ask(request("POST", path, body, "Content-Type: application/json\r\n"));
  REQUIRE(answer);
  REQUIRE(answer->status == 200);
}

void Simulator::fault(const std::string& name, int time_ms) const {
  post("/simulator/fault",
       R"({"fault":")" + name + R"(","milliseconds":)" + std::to_string(time_ms) + '}');
}

void Simulator::happen(const std::string& what, int count) const {
  post("/simulator/happen", R"({"what":")" + what + R"(","count":)" + std::to_string(count) + '}');
}

std::vector<std::string> setting(const std::string& key, const std::string& value) {
  return {"--set", key + '=' + value};
}

std::vector<std::string> following(const Simulator& source, bool enabled) {
  std::vector<std::string> words;
  for (const auto& pair : {setting("sync.folkeregisteret.base_url", source.base_url()),
                           setting("sync.folkeregisteret.mode", enabled ? "on" : "off"),
                           setting("sync.folkeregisteret.poll_seconds", "1"),
                           setting("sync.folkeregisteret.backoff_max_seconds", "1")}) {
    words.insert(words.end(), pair.begin(), pair.end());
  }
  return words;
}

Outcome run_with(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return run(std::move(words));
}

} // namespace grunndata::tests
