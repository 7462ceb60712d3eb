// `grunndata rebuild`: renders everything again from the kept sources.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;

void add_rebuild_command(CLI::App& program, CommandHost& host, int& exit_status);

} // namespace grunndata::tools
