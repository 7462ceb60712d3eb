// `grunndata import aliases`: other systems' person ids, from a table.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;

/// Adds the command to the group `import`.
void add_import_aliases_command(CLI::App& group, CommandHost& host, int& exit_status);

} // namespace grunndata::tools
