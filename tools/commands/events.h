// `grunndata events`: the log, from a sequence number on.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;

void add_events_command(CLI::App& program, CommandHost& host, int& exit_status);

} // namespace grunndata::tools
