// `grunndata purge`: what is on its way out of the data directory's files, and protection that a
// human ends.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;

void add_purge_command(CLI::App& program, CommandHost& host, int& exit_status);

} // namespace grunndata::tools
