// `grunndata kodeverk`: what the registry knows of code lists.
#pragma once

#include "registry/kodeverk/kodeverk.h"

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;
struct OpenedRegistry;

/// The code lists of the registry, with those that come with the program where it has none from
/// elsewhere. On a disk that takes no more these are left out, with a warning. Opened when first
/// asked for, which a server does before anybody else can; lives in `opened`.
[[nodiscard]] registry::Result<registry::Kodeverk*> kodeverk_of(OpenedRegistry& opened);

void add_kodeverk_command(CLI::App& program, CommandHost& host, int& exit_status);

} // namespace grunndata::tools
