// The simulated Enhetsregisteret as a process of its own, and what a program is told to follow it.
#pragma once

#include "tests/program/running_program.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::tests {

/// Serves until it is destroyed.
class UnitSimulator {
public:
  /// `words` follow `simulate enhetsregisteret`.
  explicit UnitSimulator(const std::vector<std::string>& words);

  [[nodiscard]] std::string address() const { return "http://127.0.0.1:" + std::to_string(port_); }
  void post(std::string_view path, std::string_view body) const;
  void fault(const std::string& name, int time_ms) const;
  void happen(const std::string& what, int count) const;

private:
  RunningProgram program_;
  std::uint16_t port_ = 0;
};

/// Flags to follow it with little patience, by itself where `enabled`.
[[nodiscard]] std::vector<std::string> following(const UnitSimulator& source, bool enabled);
[[nodiscard]] Outcome run_with(std::vector<std::string> words,
                               const std::vector<std::string>& more);

} // namespace grunndata::tests
