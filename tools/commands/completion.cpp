#include "tools/commands/completion.h"

namespace grunndata::tools {

void add_completion_command(CLI::App&, int&) {}

} // namespace grunndata::tools
