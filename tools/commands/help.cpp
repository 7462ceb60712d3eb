#include "tools/commands/help.h"

namespace grunndata::tools {

void add_help_command(CLI::App&, int&) {}

} // namespace grunndata::tools
