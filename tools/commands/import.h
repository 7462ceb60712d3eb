// `grunndata import`: loads a source from files or stdin.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;

void add_import_command(CLI::App& program, CommandHost& host, int& exit_status);

} // namespace grunndata::tools
