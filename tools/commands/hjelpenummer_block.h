// `grunndata hjelpenummer block`: numbers for when the systems are down.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;

/// Adds the group to `hjelpenummer`; `host` must outlive the parse.
void add_block_commands(CLI::App& hjelpenummer, CommandHost& host, int& exit_status);

} // namespace grunndata::tools
