#include "tools/commands/simulate.h"

#include "tools/administration/command_host.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/service.h"
#include "tools/commands/simulate_enhetsregisteret.h"
#include "tools/commands/simulated_source.h"
#include "tools/commands/simulated_truth.h"
#include "tools/config/flags.h"
#include "tools/config/settings.h"

#include <CLI/CLI.hpp>

#include <csignal>
#include <iostream>
#include <memory>
#include <string>

namespace grunndata::tools {

namespace {

constexpr std::uint64_t persons_max = 1'000'000;
constexpr double rate_max = 100'000;

struct SimulateFlags {
  config::ConfigSources sources;
  std::uint64_t persons = 1'000;
  std::uint64_t seed = 1;
  std::uint64_t unborn = 0;
  double events_per_second = 0;
  std::string listen = "127.0.0.1:0";
  std::string token;
  std::string verify;
};

int serve_source(const SimulateFlags& flags) {
  const auto listen = config::split_listen(flags.listen);
  if (!listen) {
    std::cerr << "grunndata: --listen is ADDRESS:PORT\n";
    return exit_usage;
  }
  hold_signals();
  std::signal(SIGPIPE, SIG_IGN);
  SimulatedSourceOptions options;
  options.persons = flags.persons;
  options.seed = flags.seed;
  options.unborn = flags.unborn;
  options.token = flags.token;
  options.happenings_per_second = flags.events_per_second;
  options.address = listen->first;
  options.port = listen->second;
  const auto source = SimulatedSource::start(options);
  if (!source) return report_error(source.error());
  std::cout << "simulating Folkeregisteret for " << flags.persons << " persons at "
            << (*source)->base_url() << '\n'
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
  const auto compared = compare_with_simulator(*opened.registry, opened.mapping, flags.verify);
  if (!compared) return report_error(console.err, compared.error());
  if (compared->differing.empty()) {
    console.out << "identical: " << compared->persons << " persons";
    if (compared->held_back != 0) {
      console.out << ", of " << compared->held_back << " of whom one shows less, "
                  << "as those they were merged with or are related to are protected";
    }
    console.out << '\n';
    return exit_ok;
  }
  for (const std::string& line : compared->differing) console.out << line << '\n';
  console.err << "grunndata: " << compared->differences << " of " << compared->persons
              << " persons differ\n";
  return exit_failure;
}

} // namespace

void add_simulate_command(CLI::App& program, CommandHost& host, int& exit_status) {
  auto flags = std::make_shared<SimulateFlags>();
  CLI::App* group = program.add_subcommand("simulate", "A source to try with, over made-up people");
  group->require_subcommand(1);
  CLI::App* freg = group->add_subcommand(
      "folkeregisteret", "Folkeregisteret's services (offentlig med hjemmel), until Ctrl-C");
  config::add_config_flags(*freg, flags->sources, {"data.directory"});
  freg->add_option("--persons", flags->persons, "How many")
      ->check(CLI::Range(std::uint64_t{1}, persons_max))
      ->capture_default_str();
  freg->add_option("--seed", flags->seed, "Another seed, other people")->capture_default_str();
  freg->add_option("--unborn", flags->unborn, "Further people who are still to be born or arrive")
      ->check(CLI::Range(std::uint64_t{0}, persons_max));
  freg->add_option("--events-per-second", flags->events_per_second,
                   "So many things happen to people; more by POST /simulator/happen")
      ->check(CLI::Range(0.0, rate_max));
  freg->add_option("--listen", flags->listen, "ADDRESS:PORT on loopback; port 0: any free one")
      ->capture_default_str();
  freg->add_option("--token", flags->token, "Ask for this bearer token");
  freg->add_option("--verify", flags->verify,
                   "Compare the registry with the simulator at this address (http://HOST:PORT), "
                   "and end with \"identical\" or what differs");
  freg->footer("grunndata simulate folkeregisteret --persons 1000 --events-per-second 5 --listen "
               "127.0.0.1:8200\n"
               "grunndata simulate folkeregisteret --data DIR --verify http://127.0.0.1:8200");
  add_simulate_enhetsregisteret_command(*group, host, exit_status);
  freg->callback([flags, &host, &exit_status] {
    if (flags->verify.empty()) {
      exit_status = serve_source(*flags);
      return;
    }
    exit_status = host.run(flags->sources, {}, [flags](OpenedRegistry& opened, Console& console) {
      return verify(*flags, opened, console);
    });
  });
}

} // namespace grunndata::tools
