// `grunndata lookup`: persons by identifiers from stdin.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;

void add_lookup_command(CLI::App& program, CommandHost& host, int& exit_status);

} // namespace grunndata::tools
