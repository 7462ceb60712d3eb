// `grunndata break-glass`: emergency access that was opened, and its review.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;

void add_break_glass_command(CLI::App& program, CommandHost& host, int& exit_status);

} // namespace grunndata::tools
