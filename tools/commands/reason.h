// Why somebody looks at personal data on the command line.
#pragma once

#include "tools/commands/open_registry.h"

#include <string>

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

inline constexpr std::size_t reason_bytes_max = 500;

/// Adds `--reason TEXT`; it goes into the audit log.
void add_reason_option(CLI::App& command, std::string& reason);

/// `invalid` when a production directory is asked without a reason, or with one that is too long or
/// spans lines. Synthetic persons may be looked at for none.
[[nodiscard]] registry::Result<void> check_reason(const OpenedRegistry& opened,
                                                  const std::string& reason);

} // namespace grunndata::tools
