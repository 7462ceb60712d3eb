#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

void add_version_command(CLI::App& program, int& exit_status);

} // namespace grunndata::tools
