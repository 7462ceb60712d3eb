#include "tools/commands/simulate_enhetsregisteret.h"

#include "tools/administration/command_host.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/service.h"
#include "tools/commands/simulated_server.h"
#include "tools/commands/simulated_structure.h"
#include "tools/commands/structure_sources.h"
#include "tools/config/flags.h"
#include "tools/config/settings.h"
#include "tools/simulate/enhetsregisteret/service.h"

#include <CLI/CLI.hpp>

#include <csignal>
#include <iostream>
#include <memory>
#include <string>

namespace grunndata::tools {

namespace {

namespace source = simulate::enhetsregisteret;

constexpr std::uint64_t units_max = 200'000; ///< they are held in memory
constexpr double rate_max = 10'000;

struct SimulateFlags {
  generate::virksomhet::NationOptions nation{
      .enheter = 2'000, .underenheter = 1'500, .resh = 600, .her = 500, .seed = 1};
  double events_per_second = 0;
  std::string listen = "127.0.0.1:0";
  config::ConfigSources sources;
  std::string verify;
};

int run(const SimulateFlags& flags) {
  const auto listen = config::split_listen(flags.listen);
  if (!listen) {
    std::cerr << "grunndata: --listen is ADDRESS:PORT\n";
    return exit_usage;
  }
  generate::virksomhet::NationOptions nation = flags.nation;
  nation.her = nation.enheter; // not told here
  if (const std::string reason = why_impossible(nation); !reason.empty()) {
    std::cerr << "grunndata: " << reason << '\n';
    return exit_usage;
  }
  hold_signals();
  std::signal(SIGPIPE, SIG_IGN);
  source::Service service(nation);
  SimulatedServerOptions options;
  options.address = listen->first;
  options.port = listen->second;
  options.happenings_per_second = flags.events_per_second;
  options.live = [&service](std::uint64_t count) { service.live(count); };
  const auto server = SimulatedServer::start(service.routes(), options);
  if (!server) return report_error(server.error());
  std::cout << "simulating Enhetsregisteret with " << nation.enheter << " enheter and "
            << nation.underenheter << " underenheter at " << (*server)->address()
            << source::service_path << '\n'
            << std::flush;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  int signal = 0;
  sigwait(&set, &signal);
  return exit_ok;
}

int verify(const SimulateFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto compared = compare_structure_with_simulator(
      *opened.registry, selection_rules(console.config.structure), flags.verify);
  if (!compared) return report_error(console.err, compared.error());
  if (compared->differences == 0) {
    console.out << "identical: " << compared->units << " units";
    if (compared->left_out != 0) console.out << ", " << compared->left_out << " not wanted";
    console.out << '\n';
    return exit_ok;
  }
  for (const std::string& line : compared->differing) console.out << line << '\n';
  console.err << "grunndata: " << compared->differences << " of " << compared->units
              << " units differ\n";
  return exit_failure;
}

} // namespace

void add_simulate_enhetsregisteret_command(CLI::App& group, CommandHost& host,
                                           int& exit_status) {
  CLI::App* command = group.add_subcommand(
      "enhetsregisteret", "Enhetsregisteret's open services and feeds, until Ctrl-C");
  auto flags = std::make_shared<SimulateFlags>();
  command->add_option("--enheter", flags->nation.enheter, "Main units, at least 500")
      ->check(CLI::Range(std::uint64_t{500}, units_max))
      ->capture_default_str();
  command->add_option("--underenheter", flags->nation.underenheter, "Sub-units")
      ->check(CLI::Range(std::uint64_t{1}, units_max))
      ->capture_default_str();
  command->add_option("--seed", flags->nation.seed, "Another seed, another nation")
      ->capture_default_str();
  command
      ->add_option("--events-per-second", flags->events_per_second,
                   "So many things happen to units; more by POST /simulator/happen")
      ->check(CLI::Range(0.0, rate_max));
  command->add_option("--listen", flags->listen, "ADDRESS:PORT on loopback; port 0: any free one")
      ->capture_default_str();
  config::add_config_flags(*command, flags->sources,
                           {"data.directory", "enhetsregisteret.industries",
                            "enhetsregisteret.forms", "enhetsregisteret.parents",
                            "enhetsregisteret.units"});
  command->add_option("--verify", flags->verify,
                      "Compare the registry with the simulator at this address "
                      "(http://HOST:PORT), and end with \"identical\" or what differs");
  command->footer("grunndata simulate enhetsregisteret --enheter 2000 --underenheter 1500 "
                  "--listen 127.0.0.1:8400\n"
                  "grunndata simulate enhetsregisteret --data DIR --verify http://127.0.0.1:8400");
  command->callback([flags, &host, &exit_status] {
    if (flags->verify.empty()) {
      exit_status = run(*flags);
      return;
    }
    exit_status = host.run(flags->sources, {}, [flags](OpenedRegistry& opened, Console& console) {
      return verify(*flags, opened, console);
    });
  });
}

} // namespace grunndata::tools
