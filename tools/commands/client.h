// `grunndata client`: who may ask.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;

void add_client_command(CLI::App& program, CommandHost& host, int& exit_status);

} // namespace grunndata::tools
