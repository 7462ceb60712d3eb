#include "tools/commands/serve.h"

#include "tools/commands/exit_status.h"
#include "tools/commands/service.h"
#include "tools/config/flags.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace grunndata::tools {

void add_serve_command(CLI::App& program, int& exit_status) {
  CLI::App* command = program.add_subcommand("serve", "Answer requests over a data directory");
  command->footer("grunndata serve --data DIR\n"
                  "grunndata serve --data DIR --listen 127.0.0.1:9000 --config grunndata.toml");
  auto sources = std::make_shared<config::ConfigSources>();
  config::add_config_flags(*command, *sources,
                           {"data.directory", "data.environment", "server.listen", "server.workers",
                            "store.cache_bytes", "log.level", "log.format"});
  command->callback([sources, &exit_status] {
    hold_signals();
    auto opened = open_registry(*sources, true);
    exit_status =
        opened ? serve_until_signal(*opened, [](std::uint16_t) {}) : report_error(opened.error());
  });
}

} // namespace grunndata::tools
