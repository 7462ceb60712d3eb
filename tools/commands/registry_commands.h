// The commands that work on a data directory, for the program and for a running server alike.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;

/// import, quarantine, lookup, events, rebuild and check. `host` must outlive the parse.
void add_registry_commands(CLI::App& program, CommandHost& host, int& exit_status);

} // namespace grunndata::tools
