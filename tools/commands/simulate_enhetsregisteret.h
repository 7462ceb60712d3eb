// `grunndata simulate enhetsregisteret`: its open services, over a made-up nation.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;

/// Under `group`, which is `simulate`.
void add_simulate_enhetsregisteret_command(CLI::App& group, CommandHost& host, int& exit_status);

} // namespace grunndata::tools
