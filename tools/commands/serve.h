// `grunndata serve`: the HTTP service over a data directory.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

void add_serve_command(CLI::App& program, int& exit_status);

} // namespace grunndata::tools
