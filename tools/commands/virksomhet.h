// `grunndata virksomhet`: nodes of the enterprise structure, their trees and their numbers.
#pragma once

#include "registry/registry.h"
#include "registry/virksomhet/structure.h"

#include <string>

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;

/// What `--as-of` and `--recorded-as-of` ask for; either may be empty. Errors: `invalid`,
/// `not_known_then`, `corrupt`, `storage`.
[[nodiscard]] registry::Result<registry::virksomhet::AsOf>
as_of_flags(const std::string& valid, const std::string& recorded,
            const registry::Registry& registry);

void add_virksomhet_command(CLI::App& program, CommandHost& host, int& exit_status);

} // namespace grunndata::tools
