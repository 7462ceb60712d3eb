// `grunndata demo`: a temporary registry of synthetic persons, served on loopback.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

void add_demo_command(CLI::App& program, int& exit_status);

} // namespace grunndata::tools
