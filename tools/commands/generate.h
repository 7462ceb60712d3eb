#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

/// `generate folkeregisteret`: a synthetic population on stdout or in a file. Exit status: exit_ok
/// (also when the reader of a pipe has had enough), exit_usage for options nobody can be made of,
/// exit_failure when the output cannot be written.
void add_generate_command(CLI::App& program, int& exit_status);

} // namespace grunndata::tools
