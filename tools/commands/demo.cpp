#include "tools/commands/demo.h"

#include "importers/folkeregisteret/bulk_load.h"
#include "tools/commands/access_setup.h"
#include "tools/commands/demo_structure.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/service.h"
#include "tools/commands/simulated_source.h"
#include "tools/commands/sync_setup.h"
#include "tools/config/flags.h"
#include "tools/generate/population.h"
#include "tools/progress/progress.h"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

namespace grunndata::tools {

namespace {

namespace freg = importers::folkeregisteret;

constexpr std::uint64_t demo_persons_max = 1'000'000;
/// A source holds every document in memory.
constexpr std::uint64_t moving_persons_max = 100'000;
constexpr std::uint64_t unborn_per_person = 10; ///< one unborn for so many persons
constexpr double events_per_second_max = 1'000;

struct DemoFlags {
  config::ConfigSources sources;
  std::uint64_t persons = 10'000;
  std::uint64_t seed = 1;
  double events_per_second = 1;

  /// A source in this process that things happen in; of larger ones only a photograph is taken.
  [[nodiscard]] bool moves() const {
    return events_per_second > 0 && persons <= moving_persons_max;
  }
};

/// A folder of its own under the system's temporary one, gone with its contents at the end.
class TemporaryDirectory {
public:
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "grunndata-demo-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) {
      path_ = name;
    }
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    if (!path_.empty()) {
      std::filesystem::remove_all(path_, ignored);
    }
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
  std::filesystem::path path_;
};

bool write_population(const DemoFlags& flags, const std::filesystem::path& file) {
  constexpr std::size_t block_bytes = std::size_t{1} << 20U;
  std::ofstream out(file, std::ios::binary);
  generate::Population population({.persons = flags.persons, .seed = flags.seed});
  std::string block;
  bool more = true;
  while (more && !signal_waits()) {
    more = population.next(block);
    if (block.size() >= block_bytes || !more) {
      out.write(block.data(), static_cast<std::streamsize>(block.size()));
      block.clear();
    }
  }
  out.close();
  return out.good();
}

/// Numbers to try: somebody's present one, and one that has ceased.
struct Samples {
  std::string current;
  std::string ceased;
};

Samples sample_numbers(const DemoFlags& flags) {
  Samples samples;
  generate::for_each_number({.persons = flags.persons, .seed = flags.seed},
                            [&samples](const generate::PersonNumber& number) {
                              std::string& slot = number.current ? samples.current : samples.ceased;
                              if (slot.empty()) {
                                slot = number.number;
                              }
                            });
  return samples;
}

void print_what_to_try(const DemoFlags& flags, const std::string& address, std::uint16_t port) {
  const bool six = address.find(':') != std::string::npos;
  const std::string base =
      "http://" + (six ? "[" + address + "]" : address) + ":" + std::to_string(port);
  const Samples samples = sample_numbers(flags);
  const std::string& old = samples.ceased.empty() ? samples.current : samples.ceased;
  std::cout << "\ngrunndata serves " << flags.persons << " synthetic persons at " << base
            << "  (documentation: " << base << "/docs)\n";
  if (!samples.current.empty()) {
    std::cout << "Try:\n\n"
              << "curl -s -H 'api-version: 2' -d nin=" << samples.current << " '" << base
              << "/api/legal-basis/person/get-by-nin?informationParts=Name&informationParts="
                 "ResidentialAddress'\n\n"
              << "curl -s -H 'Content-Type: application/json' -d '{\"identifiers\":[\"" << old
              << "\"],\"parts\":[\"Name\",\"NorwegianIdentificationNumber\"],\"history\":true}' "
              << base << "/v1/person/lookup\n\n"
              << "curl -s '" << base << "/v1/events?limit=3'\n\n";
  }
  if (flags.moves()) {
    std::cout << "Things happen to them: a simulated Folkeregisteret is followed, see\n"
              << base << "/metrics (grunndata_sync_...).\n";
  }
}

/// Loads the population; an exit status other than 0 says why not.
int fill(OpenedRegistry& opened, const std::filesystem::path& file) {
  freg::LoadOptions options;
  options.paths = {file.string()};
  options.extracted_at = registry::now();
  options.mapping = opened.mapping;
  options.totals = opened.load_totals.get();
  options.stop_requested = signal_waits;
  const auto loaded = freg::load(*opened.registry, options);
  if (!loaded) {
    return report_error(loaded.error());
  }
  const bool stopped = loaded->end == freg::LoadEnd::stopped;
  if (!stopped && (loaded->figures.quarantined != 0 || loaded->source_fault)) {
    std::cerr << "grunndata: the demo's own population was not taken whole\n";
    return exit_failure;
  }
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
  return exit_ok;
}

/// Loads the population from the source, as a bootstrap does.
int follow(OpenedRegistry& opened) {
  const StopFlag stop(signal_waits);
  auto setup = sync_setup(opened, opened.config.values.sync, stop.stop);
  if (!setup) {
    return report_error(setup.error());
  }
  (*setup)->options.once = true;
  (*setup)->options.notice = {};
  const auto end = freg::sync::synchronize(*opened.registry, (*setup)->options);
  return end ? exit_ok : report_error(end.error());
}

/// What the server is to follow, told it as flags.
registry::Result<std::unique_ptr<SimulatedSource>> start_source(DemoFlags& flags) {
  SimulatedSourceOptions options;
  options.persons = flags.persons;
  options.seed = flags.seed;
  options.unborn = flags.persons / unborn_per_person + 1;
  options.happenings_per_second = flags.events_per_second;
  auto source = SimulatedSource::start(options);
  if (source) {
    const auto set = [&flags](const char* key, std::string value) {
      flags.sources.flags.emplace_back(std::string("sync.folkeregisteret.") + key,
                                       std::move(value));
    };
    set("base_url", (*source)->base_url());
    set("mode", "on");
    set("poll_seconds", "1");
    set("maskinporten_issuer", "");
  }
  return source;
}

/// Synthetic persons stand beside no real ones, and nobody but this machine reaches them.
registry::Result<void> check_demo(const config::ConfigSources& sources) {
  const auto config = config::load_config(sources);
  if (!config) {
    return tl::unexpected(config.error());
  }
  if (config->values.data.environment == registry::Environment::production) {
    return registry::fail(registry::ErrorCode::wrong_environment,
                          "the configuration says production; a demo holds synthetic persons");
  }
  return check_access(config->values);
}

int demo(DemoFlags& flags) {
  hold_signals();
  flags.sources.flags.emplace_back("access.mode", "demo");
  if (auto allowed = check_demo(flags.sources); !allowed) {
    return report_error(allowed.error());
  }
  const TemporaryDirectory directory;
  if (directory.path().empty()) {
    std::cerr << "grunndata: no temporary directory can be made\n";
    return exit_failure;
  }
  flags.sources.flags.emplace_back("data.directory", (directory.path() / "data").string());
  flags.sources.flags.emplace_back("data.environment", "test");
  std::unique_ptr<SimulatedSource> source;
  const std::filesystem::path file = directory.path() / "persons.ndjson";
  std::cerr << "Making and loading " << flags.persons << " synthetic persons ...\n";
  if (flags.moves()) {
    auto started = start_source(flags);
    if (!started) {
      return report_error(started.error());
    }
    source = std::move(*started);
  } else if (!write_population(flags, file)) {
    std::cerr << "grunndata: cannot write to " << directory.path().string() << '\n';
    return exit_failure;
  }
  auto opened = open_registry(flags.sources, true);
  if (!opened) {
    return report_error(opened.error());
  }
  if (const int status = source ? follow(*opened) : fill(*opened, file);
      status != exit_ok || signal_waits()) {
    return status;
  }
  const auto region =
      load_demo_structure(*opened, directory.path() / "virksomhet", flags.seed, signal_waits);
  if (!region || signal_waits()) {
    return region ? exit_ok : report_error(region.error());
  }
  const config::Config& values = opened->config.values;
  return serve_until_signal(*opened, [&](std::uint16_t port) {
    print_what_to_try(flags, values.server.address, port);
    std::cout << "Enterprises of a made-up nation are there too:\n\n"
              << "grunndata virksomhet tree --data " << values.data.directory.string() << ' '
              << *region << "\n\n"
              << "Ctrl-C ends it and removes its data.\n"
              << std::flush;
  });
}

} // namespace

void add_demo_command(CLI::App& program, int& exit_status) {
  CLI::App* command =
      program.add_subcommand("demo", "Serve a temporary registry of synthetic persons on loopback");
  command->footer("grunndata demo\ngrunndata demo --persons 1000 --listen 127.0.0.1:9000");
  auto flags = std::make_shared<DemoFlags>();
  config::add_config_flags(*command, flags->sources,
                           {"server.listen", "server.workers", "log.level", "log.format"});
  command->add_option("--persons", flags->persons, "How many")
      ->check(CLI::Range(std::uint64_t{1}, demo_persons_max));
  command->add_option("--seed", flags->seed, "Another seed, other people");
  command
      ->add_option("--events-per-second", flags->events_per_second,
                   "So many things happen to them, told by a simulated Folkeregisteret; up to "
                   "100,000 persons")
      ->check(CLI::Range(0.0, events_per_second_max))
      ->capture_default_str();
  command->callback([flags, &exit_status] { exit_status = demo(*flags); });
}

} // namespace grunndata::tools
