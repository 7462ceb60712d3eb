// A server over a data directory, and questions to it.
#pragma once

#include "tests/http/raw_client.h"
#include "tests/program/running_program.h"

#include <csignal>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::tests {

using Answer = api::http::testing::Answer;
using Connection = api::http::testing::RawClient;

/// The port a server's log says that it listens on; 0 when it says nothing of it yet.
[[nodiscard]] std::uint16_t listening_port(const std::string& log);

class ServedRegistry {
public:
  /// Starts `serve` and waits until its administration port can be found.
  explicit ServedRegistry(std::string directory, std::vector<std::string> words = {},
                          const std::filesystem::path& folder = {},
                          const std::map<std::string, std::string>& environment = {});

  [[nodiscard]] RunningProgram& program() noexcept { return program_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] Answer get(std::string_view path) const;
  [[nodiscard]] Answer post(std::string_view path, std::string_view json) const;
  /// Whether `/v1/person/lookup` finds the person with that number (a line).
  [[nodiscard]] bool found(std::string_view number) const;
  Outcome stop(int signal);

private:
  RunningProgram program_;
  std::uint16_t port_ = 0;
};

/// A whole request, ready to be sent.
[[nodiscard]] std::string request(std::string_view method, std::string_view path,
                                  std::string_view body = {}, std::string_view headers = {});

} // namespace grunndata::tests
