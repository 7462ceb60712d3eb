#include "tools/commands/version.h"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace grunndata::tools {

void add_version_command(CLI::App& program, int&) {
  CLI::App* command = program.add_subcommand("version", "Print the version of this build");
  command->footer("grunndata version\ngrunndata version --json");
  auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "One JSON object");
  command->callback([json] {
    if (*json) {
      std::cout << R"({"version":")" GRUNNDATA_VERSION R"(","build":")" GRUNNDATA_BUILD
                << R"(","compiler":")" << __VERSION__ << "\"}\n";
    } else {
      std::cout << "grunndata " GRUNNDATA_VERSION " (" GRUNNDATA_BUILD ", compiler " << __VERSION__
                << ")\n";
    }
  });
}

} // namespace grunndata::tools
