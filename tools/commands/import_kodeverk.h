// `grunndata import kodeverk`: code lists from files.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;

/// Under `group`, which is `import`.
void add_import_kodeverk_command(CLI::App& group, CommandHost& host, int& exit_status);

} // namespace grunndata::tools
