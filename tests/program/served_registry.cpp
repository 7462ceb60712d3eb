#include "tests/program/served_registry.h"

#include <doctest/doctest.h>
#include <filesystem>

namespace grunndata::tests {

namespace fs = std::filesystem;

namespace {

Start serve(const std::string& directory, const std::vector<std::string>& words,
            const fs::path& folder, const std::map<std::string, std::string>& environment) {
  Start start;
  start.words = {"serve", "--demo", "--data", directory, "--listen", "127.0.0.1:0"};
  start.words.insert(start.words.end(), words.begin(), words.end());
  start.folder = folder;
  start.environment = environment;
  return start;
}

} // namespace

std::uint16_t listening_port(const std::string& log) {
  const auto listening = log.find("\"msg\":\"listening\"");
  if (listening == std::string::npos) return 0;
  const auto line = log.substr(listening, log.find('\n', listening) - listening);
  return static_cast<std::uint16_t>(number_field(line, "port").value_or(0));
}

std::string request(std::string_view method, std::string_view path, std::string_view body,
                    std::string_view headers) {
  std::string text(method);
  text.append(" ").append(path).append(" HTTP/1.1\r\nHost: localhost\r\n").append(headers);
  if (!body.empty() || method == "POST") {
    text.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
  }
  return text.append("\r\n").append(body);
}

ServedRegistry::ServedRegistry(std::string directory, std::vector<std::string> words,
                               const fs::path& folder,
                               const std::map<std::string, std::string>& environment)
    : program_(serve(directory, words, folder, environment)) {
  const fs::path token = folder / directory / "administration.token";
  const fs::file_time_type begin =
      fs::exists(token) ? fs::last_write_time(token) : fs::file_time_type::min();
  const bool ready = program_.wait_until([&] {
    std::error_code fault;
    const auto written = fs::last_write_time(token, fault);
    return !fault && written > begin && listening_port(program_.err()) != 0;
  });
  REQUIRE_MESSAGE(ready, program_.err());
  port_ = listening_port(program_.err());
}

Answer ServedRegistry::get(std::string_view path) const {
  auto answer = Connection(port_).ask(request("GET", path));
  REQUIRE(answer.has_value());
  return *answer;
}

Answer ServedRegistry::post(std::string_view path, std::string_view json) const {
  auto answer =
      Connection(port_).ask(request("POST", path, json, "Content-Type: application/json\r\n"));
  REQUIRE(answer.has_value());
  return *answer;
}

bool ServedRegistry::found(std::string_view number) const {
  if (number.ends_with('\n')) number.remove_suffix(1);
  const Answer answer = post("/v1/person/lookup", R"({"identifiers":[")" + std::string(number) +
                                                      R"("],"parts":["Name"]})");
  CHECK(answer.status == 200);
  return answer.body.find("\"name\":[") != std::string::npos;
}

Outcome ServedRegistry::stop(int signal) {
  program_.signal(signal);
  return program_.wait();
}

} // namespace grunndata::tests
