// The simulated source as a process of its own, and what a program is told to follow it.
#pragma once

#include "tests/program/running_program.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::tests {

/// Serves until it is destroyed.
class Simulator {
public:
  /// `words` follow `simulate folkeregisteret`.
  explicit Simulator(const std::vector<std::string>& words);

  [[nodiscard]] std::string address() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] std::string base_url() const;
  [[nodiscard]] std::string get(std::string_view path) const;
  void post(std::string_view path, std::string_view body) const;
  void fault(const std::string& name, int time_ms) const;
  void happen(const std::string& what, int count) const;

private:
  RunningProgram program_;
  std::uint16_t port_ = 0;
};

[[nodiscard]] std::vector<std::string> setting(const std::string& key, const std::string& value);
/// Flags to follow it with little patience, by itself where `enabled`.
[[nodiscard]] std::vector<std::string> following(const Simulator& source, bool enabled);
[[nodiscard]] Outcome run_with(std::vector<std::string> words,
                               const std::vector<std::string>& more);

} // namespace grunndata::tests
