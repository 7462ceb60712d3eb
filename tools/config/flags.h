// The flags by which a command takes settings.
#pragma once

#include "tools/config/config.h"

#include <initializer_list>
#include <string_view>

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools::config {

/// Adds `--config FILE`, `--set KEY=VALUE` and the flag of each of `keys` (rows of the table that
/// have one) to `command`. Parsing fills `sources.file` and `sources.flags`; `sources` must outlive
/// the parse (hold it in the command's callback). Also fills `sources.environment` now.
void add_config_flags(CLI::App& command, ConfigSources& sources,
                      std::initializer_list<std::string_view> keys);

} // namespace grunndata::tools::config
