#include "tools/commands/reason.h"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace grunndata::tools {

void add_reason_option(CLI::App& command, std::string& reason) {
  command.add_option("--reason", reason, "Why, for the audit log; needed where persons are real");
}

registry::Result<void> check_reason(const OpenedRegistry& opened, const std::string& reason) {
  using registry::ErrorCode;
  if (reason.empty() && opened.registry->environment() == registry::Environment::production) {
    return registry::fail(ErrorCode::invalid, "say why: --reason TEXT is needed where persons are "
                                              "real, and goes into the audit log");
  }
  const bool plain = std::ranges::none_of(
      reason, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
  if (!plain || reason.size() > reason_bytes_max) {
    return registry::fail(ErrorCode::invalid, "--reason is one line of at most 500 bytes");
  }
  return {};
}

} // namespace grunndata::tools
