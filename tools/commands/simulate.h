#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;

/// `simulate folkeregisteret`: serves the source's protocol over a synthetic population, or, with
/// `--verify`, compares a registry with such a server.
void add_simulate_command(CLI::App& program, CommandHost& host, int& exit_status);

} // namespace grunndata::tools
