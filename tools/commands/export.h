// `grunndata export`: a whole copy of the persons, with the cursor to go on from.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;

void add_export_command(CLI::App& program, CommandHost& host, int& exit_status);

} // namespace grunndata::tools
