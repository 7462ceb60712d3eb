// The program. Each command registers itself through a function of its own header.
#include "tools/administration/command_host.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/usage.h"

#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include <sys/prctl.h>
#include <sys/resource.h>

#include "tools/commands/completion.h"
#include "tools/commands/config.h"
#include "tools/commands/help.h"
#include "tools/commands/registry_commands.h"
#include "tools/commands/version.h"
#include "tools/commands/demo.h"
#include "tools/commands/generate.h"
#include "tools/commands/id_check.h"
#include "tools/commands/serve.h"
#include "tools/commands/simulate.h"
#include "tools/commands/token.h"
#include "tools/bench/access.h"
#include "tools/bench/audit.h"
#include "tools/bench/candidates.h"
#include "tools/bench/export.h"
#include "tools/bench/feed.h"
#include "tools/bench/hjelpenummer.h"
#include "tools/bench/identifiers.h"
#include "tools/bench/import.h"
#include "tools/bench/lookup.h"
#include "tools/bench/number_space.h"
#include "tools/bench/webhooks.h"

namespace grunndata::tools {
namespace {

/// What is in memory, persons and keys, goes into no core dump, and only root may look at it.
/// Finding leaks at the end of a sanitized program needs that look.
void keep_memory_to_itself() noexcept {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__
  ::prctl(PR_SET_DUMPABLE, 0);
#endif
}

void add_bench_commands(CLI::App& program, int& exit_status) {
  CLI::App* bench = program.add_subcommand("bench", "Measure this build on this machine");
  bench->require_subcommand(1);
  add_bench_access(*bench, exit_status);
  add_bench_identifiers(*bench, exit_status);
  add_bench_audit(*bench, exit_status);
  add_bench_hjelpenummer(*bench, exit_status);
  add_bench_webhooks(*bench, exit_status);
  add_bench_import(*bench, exit_status);
  add_bench_lookup(*bench, exit_status);
  add_bench_export(*bench, exit_status);
  add_bench_candidates(*bench, exit_status);
  add_bench_feed(*bench, exit_status);
  add_bench_number_space(*bench, exit_status);
}

void add_service_commands(CLI::App& program, int& exit_status) {
  add_demo_command(program, exit_status);
  add_serve_command(program, exit_status);
}

void add_commands(CLI::App& program, CommandHost& host, int& exit_status) {
  add_service_commands(program, exit_status);
  add_registry_commands(program, host, exit_status);
  add_id_command(program, exit_status);
  add_token_command(program, exit_status);
  add_generate_command(program, exit_status);
  add_simulate_command(program, host, exit_status);
  add_bench_commands(program, exit_status);
  add_config_command(program, exit_status);
  add_completion_command(program, exit_status);
  add_help_command(program, exit_status);
  add_version_command(program, exit_status);
}

int refuse(const CLI::App& program, const CLI::ParseError& error,
           const std::vector<std::string>& words) {
  std::string sentence = explain_unknown_command(program, words);
  if (sentence.empty()) sentence = error.what();
  const CLI::App* command = find_command(program, words);
  std::cerr << "grunndata: " << sentence << "\nTry '";
  std::string path;
  for (const CLI::App* app = command; app != &program; app = app->get_parent()) {
    path = " " + app->get_name() + path;
  }
  std::cerr << "grunndata" << path << " --help'.\n";
  return exit_usage;
}

int run(int argument_count, char** arguments) {
  CLI::App program{"Master-data registry for the Norwegian health sector", "grunndata"};
  program.formatter(examples_first_formatter());
  program.require_subcommand(1);
  int exit_status = exit_ok;
  const std::vector<std::string> words(arguments + 1, arguments + argument_count);
  LocalHost host(words);
  add_commands(program, host, exit_status);
  program.footer("grunndata demo\ngrunndata help exit-codes"); // last: commands would inherit it
  if (words.empty()) {
    std::cerr << program.help();
    return exit_usage;
  }
  try {
    program.parse(argument_count, arguments);
  } catch (const CLI::Success& help) {
    return program.exit(help);
  } catch (const CLI::ParseError& error) {
    return refuse(program, error, words);
  }
  return exit_status;
}

} // namespace
} // namespace grunndata::tools

int main(int argument_count, char** arguments) {
  grunndata::tools::keep_memory_to_itself();
  try {
    return grunndata::tools::run(argument_count, arguments);
  } catch (const std::exception& error) {
    std::cerr << "grunndata: " << error.what() << "\n";
    return grunndata::tools::exit_failure;
  }
}
