#include "tools/config/flags.h"

#include "tools/config/settings.h"

#include <CLI/CLI.hpp>

#include <cassert>
#include <string>

namespace grunndata::tools::config {

void add_config_flags(CLI::App& command, ConfigSources& sources,
                      std::initializer_list<std::string_view> keys) {
  sources.environment = grunndata_variables();
  command.add_option_function<std::string>(
      "--config", [&sources](const std::string& path) { sources.file = path; },
      "Configuration file (default " + std::string(default_file) + " if it is there)");
  for (const std::string_view key : keys) {
    const Setting* setting = find_setting(key);
    assert(setting != nullptr && !setting->flag.empty());
    std::string description(setting->description);
    if (!setting->default_text.empty()) {
      description += " Default " + std::string(setting->default_text) + ".";
    }
    command.add_option_function<std::string>(
        std::string(setting->flag),
        [&sources, name = std::string(key)](const std::string& text) {
          sources.flags.emplace_back(name, text);
        },
        description);
  }
  command
      .add_option_function<std::vector<std::string>>(
          "--set",
          [&sources](const std::vector<std::string>& pairs) {
            for (const std::string& pair : pairs) {
              const auto equals = pair.find('=');
              if (equals == std::string::npos) throw CLI::ValidationError("--set", "KEY=VALUE");
              sources.flags.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
            }
          },
          "Any other setting: KEY=VALUE, as `grunndata config show` lists them")
      ->expected(1)
      ->allow_extra_args(false) // what follows may be a path
      ->take_all();
}

} // namespace grunndata::tools::config
