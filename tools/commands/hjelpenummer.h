// `grunndata hjelpenummer`: numbers for people whose own is not known, issued and looked after.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;

/// `host` must outlive the parse.
void add_hjelpenummer_command(CLI::App& program, CommandHost& host, int& exit_status);

} // namespace grunndata::tools
