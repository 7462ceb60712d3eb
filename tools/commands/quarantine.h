// `grunndata quarantine`: records that were refused, and another try with them.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;

void add_quarantine_command(CLI::App& program, CommandHost& host, int& exit_status);

} // namespace grunndata::tools
