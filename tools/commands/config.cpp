#include "tools/commands/config.h"

#include "tools/commands/exit_status.h"
#include "tools/config/config.h"
#include "tools/config/flags.h"
#include "tools/logging/json_text.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <memory>

namespace grunndata::tools {

namespace {

std::string_view source_name(config::Source source) {
  switch (source) {
    case config::Source::built_in: return "default";
    case config::Source::file: return "file";
    case config::Source::environment: return "environment";
    case config::Source::flag: return "flag";
  }
  return "default";
}

void print_json(const config::LoadedConfig& loaded) {
  std::string out = R"({"file":)";
  if (loaded.file)
    log::append_json_string(out, loaded.file->string());
  else
    out += "null";
  out += R"(,"settings":[)";
  for (const auto& setting : loaded.settings) {
    out += &setting == loaded.settings.data() ? R"({"key":)" : R"(,{"key":)";
    log::append_json_string(out, setting.key);
    out += R"(,"value":)";
    log::append_json_string(out, setting.value);
    out.append(R"(,"source":")").append(source_name(setting.source)).append(R"(","where":)");
    log::append_json_string(out, setting.where);
    out += '}';
  }
  std::cout << out << "]}\n";
}

void print_table(const config::LoadedConfig& loaded) {
  std::size_t key_width = 0;
  std::size_t value_width = 0;
  for (const auto& setting : loaded.settings) {
    key_width = std::max(key_width, setting.key.size());
    value_width = std::max(value_width, setting.value.size());
  }
  for (const auto& setting : loaded.settings) {
    std::cout << std::left << std::setw(static_cast<int>(key_width) + 2) << setting.key
              << std::setw(static_cast<int>(value_width) + 2) << setting.value << setting.where
              << "\n";
  }
}

// Every flag that some command offers, so that any command line's settings can be tried out here.
std::shared_ptr<config::ConfigSources> add_flags(CLI::App& command) {
  auto sources = std::make_shared<config::ConfigSources>();
  config::add_config_flags(command, *sources,
                           {"data.directory", "data.environment", "server.listen", "server.workers",
                            "store.cache_bytes", "import.batch_records", "import.errors_max",
                            "log.level", "log.format"});
  return sources;
}

void add_show(CLI::App& group, int& exit_status) {
  CLI::App* command = group.add_subcommand("show", "Every value and where it came from");
  command->footer("grunndata config show\n"
                  "GRUNNDATA_LOG__LEVEL=debug grunndata config show --json --data /srv/grunndata");
  auto sources = add_flags(*command);
  auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "One JSON object");
  command->callback([sources, json, &exit_status] {
    const auto loaded = config::load_config(*sources);
    if (!loaded)
      exit_status = report_error(loaded.error());
    else if (*json)
      print_json(*loaded);
    else
      print_table(*loaded);
  });
}

void add_validate(CLI::App& group, int& exit_status) {
  CLI::App* command = group.add_subcommand("validate", "Say whether a start would accept it");
  command->footer("grunndata config validate --config grunndata.toml");
  auto sources = add_flags(*command);
  command->callback([sources, &exit_status] {
    const auto loaded = config::load_config(*sources);
    if (!loaded) {
      exit_status = report_error(loaded.error());
    } else {
      std::cout << "valid: " << (loaded->file ? loaded->file->string() : "no file, defaults only")
                << "\n";
    }
  });
}

int write_template(const std::string& path) {
  if (path.empty()) {
    std::cout << config::config_template();
    return exit_ok;
  }
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) {
    return report_error({registry::ErrorCode::conflict, path + " exists; it is left as it is"});
  }
  std::ofstream file(path);
  file << config::config_template();
  file.flush();
  if (!file) return report_error({registry::ErrorCode::storage, "cannot write " + path});
  return exit_ok;
}

void add_init(CLI::App& group, int& exit_status) {
  CLI::App* command = group.add_subcommand("init", "Write a commented file of all defaults");
  command->footer("grunndata config init > grunndata.toml\n"
                  "grunndata config init --output grunndata.toml");
  auto path = std::make_shared<std::string>();
  command->add_option("--output,-o", *path, "A file that is not there yet (default: stdout)");
  command->callback([path, &exit_status] { exit_status = write_template(*path); });
}

} // namespace

void add_config_command(CLI::App& program, int& exit_status) {
  CLI::App* group = program.add_subcommand("config", "Show, check or write the configuration");
  group->require_subcommand(1);
  add_show(*group, exit_status);
  add_validate(*group, exit_status);
  add_init(*group, exit_status);
}

} // namespace grunndata::tools
