// `grunndata check`: proves the data directory against itself.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;

void add_check_command(CLI::App& program, CommandHost& host, int& exit_status);

} // namespace grunndata::tools
