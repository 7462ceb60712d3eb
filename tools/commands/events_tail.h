// `grunndata events tail`: events as they come.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;

void add_events_tail_command(CLI::App& events, CommandHost& host, int& exit_status);

} // namespace grunndata::tools
