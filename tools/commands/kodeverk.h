// `grunndata kodeverk`: what the registry knows of code lists.
#pragma once

#include "registry/kodeverk/kodeverk.h"

#include <memory>

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;

/// The code lists of the registry, with those that come with the program where it has none from
/// elsewhere. On a disk that takes no more these are left out, with a warning.
[[nodiscard]] registry::Result<std::unique_ptr<registry::Kodeverk>>
open_kodeverk(registry::Registry& registry);

void add_kodeverk_command(CLI::App& program, CommandHost& host, int& exit_status);

} // namespace grunndata::tools
