// `grunndata virksomhet`: nodes of the enterprise structure, their trees and their numbers.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;

void add_virksomhet_command(CLI::App& program, CommandHost& host, int& exit_status);

} // namespace grunndata::tools
