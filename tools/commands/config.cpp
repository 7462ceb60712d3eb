#include "tools/commands/config.h"

namespace grunndata::tools {

void add_config_command(CLI::App&, int&) {}

} // namespace grunndata::tools
