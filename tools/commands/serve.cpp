#include "tools/commands/serve.h"

#include "tools/commands/access_setup.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/service.h"
#include "tools/config/flags.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace grunndata::tools {

namespace {

int serve(config::ConfigSources sources, bool demo) {
  hold_signals();
  if (demo) {
    sources.flags.emplace_back("access.mode", "demo");
  }
  auto config = config::load_config(sources);
  if (!config) {
    return report_error(config.error());
  }
  if (auto allowed = check_access(config->values); !allowed) {
    return report_error(allowed.error()); // before a data directory is made
  }
  auto opened = open_registry(std::move(*config), true);
  return opened ? serve_until_signal(*opened, [](std::uint16_t) {}) : report_error(opened.error());
}

} // namespace

void add_serve_command(CLI::App& program, int& exit_status) {
  CLI::App* command = program.add_subcommand("serve", "Answer requests over a data directory");
  command->footer("grunndata serve --config /etc/grunndata/grunndata.toml\n"
                  "grunndata serve --data DIR --demo --listen 127.0.0.1:9000");
  auto demo = std::make_shared<bool>(false);
  command->add_flag("--demo", *demo,
                    "No tokens: everybody may everything, on loopback, synthetic persons only");
  auto sources = std::make_shared<config::ConfigSources>();
  config::add_config_flags(*command, *sources,
                           {"data.directory", "data.environment", "server.listen", "server.workers",
                            "store.cache_bytes", "log.level", "log.format"});
  command->callback([sources, demo, &exit_status] { exit_status = serve(*sources, *demo); });
}

} // namespace grunndata::tools
