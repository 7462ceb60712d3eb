// `grunndata virksomhet search`: nodes by name, place, code and number.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;

/// Adds the command below `virksomhet`.
void add_virksomhet_search(CLI::App& virksomhet, CommandHost& host, int& exit_status);

} // namespace grunndata::tools
