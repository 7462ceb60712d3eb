// `grunndata backup`: making backups, looking at them, and restoring one.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;

/// create and expire work on the open data directory, beside a running server too; list, verify
/// and restore need the backups and their key only.
void add_backup_command(CLI::App& program, CommandHost& host, int& exit_status);

} // namespace grunndata::tools
