#include "tools/commands/help.h"

#include "tools/commands/exit_status.h"
#include "tools/commands/usage.h"
#include "tools/config/nearest.h"
#include "tools/config/settings.h"

#include <CLI/CLI.hpp>

#include <iomanip>
#include <iostream>
#include <memory>

namespace grunndata::tools {

namespace {

void print_exit_codes() {
  for (const ExitStatusRow& row : exit_status_table) {
    std::cout << std::right << std::setw(4) << row.status << "  " << row.meaning << "\n";
  }
}

void print_settings() {
  std::cout << "One TOML file (" << config::default_file
            << ", --config or GRUNNDATA_CONFIG), then variables, then flags.\n\n";
  for (const config::Setting& setting : config::settings()) {
    std::cout << setting.key << " (default \"" << setting.default_text << "\""
              << (setting.unit.empty() ? "" : ", ") << setting.unit << ")\n    "
              << setting.description << "\n    " << config::variable_name(setting.key)
              << (setting.flag.empty() ? "" : "  ") << setting.flag << "\n";
  }
}

int explain(const CLI::App& program, const std::vector<std::string>& words) {
  if (words.empty()) {
    std::cout << program.help()
              << "\nTopics of `grunndata help`: exit-codes, config, or the name "
                 "of a command.\n";
    return exit_ok;
  }
  if (words.front() == "exit-codes") {
    print_exit_codes();
    return exit_ok;
  }
  if (words.size() == 1 && words.front() == "config") {
    print_settings();
    return exit_ok;
  }
  const std::string unknown = explain_unknown_command(program, words);
  if (!unknown.empty()) {
    std::cerr << "grunndata: " << unknown << "\n";
    return exit_usage;
  }
  std::cout << find_command(program, words)->help();
  return exit_ok;
}

} // namespace

void add_help_command(CLI::App& program, int& exit_status) {
  CLI::App* command = program.add_subcommand("help", "Explain a command, or exit-codes or config");
  command->footer("grunndata help exit-codes\ngrunndata help config\ngrunndata help version");
  auto words = std::make_shared<std::vector<std::string>>();
  command->add_option("topic", *words, "exit-codes, config, or the words of a command");
  command->callback([words, &program, &exit_status] { exit_status = explain(program, *words); });
}

} // namespace grunndata::tools
