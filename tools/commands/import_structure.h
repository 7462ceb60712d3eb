// `grunndata import enhetsregisteret`, `resh` and the other sources of the enterprise structure.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;

/// Adds the commands to the group `import`.
void add_import_structure_commands(CLI::App& group, CommandHost& host, int& exit_status);

} // namespace grunndata::tools
