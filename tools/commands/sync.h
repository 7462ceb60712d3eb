#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;

/// `sync folkeregisteret`, `sync enhetsregisteret` and `sync status`.
void add_sync_command(CLI::App& program, CommandHost& host, int& exit_status);

} // namespace grunndata::tools
