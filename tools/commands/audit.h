// `grunndata audit`: who looked at whom; prove the log, keep checkpoints of it, end what is kept.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;

/// search, for-person, export, verify, checkpoint and erase. Whoever reads the log stands in it
/// before the first line is shown.
void add_audit_command(CLI::App& program, CommandHost& host, int& exit_status);

} // namespace grunndata::tools
