#include "tools/bench/feed.h"

#include "api/api.h"
#include "registry/registry.h"
#include "tools/bench/filled_registry.h"
#include "tools/bench/flags.h"
#include "tools/bench/measuring.h"
#include "tools/bench/page_reader.h"
#include "tools/bench/report.h"
#include "tools/bench/webhooks.h"
#include "tools/commands/exit_status.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace grunndata::tools {

namespace {

using bench::Figure;
using registry::Access;
using registry::fail;
using registry::Result;

constexpr double events_per_second_min = 500'000;
constexpr std::size_t page_events = 1'000;
constexpr double webhook_seconds = 5;

struct FeedBenchOptions {
  std::uint64_t persons = 200'000;
  std::uint64_t seed = 1;
  int rounds = 5;
  std::string directory;
  bool json = false;
};

Result<std::uint64_t> read_registry(const registry::Registry& registry, Access access) {
  std::uint64_t from = 0;
  std::uint64_t events = 0;
  for (bool more = true; more;) {
    const auto page = registry.events(from, page_events, access);
    if (!page) {
      return tl::unexpected(page.error());
    }
    events += page->events.size();
    from = page->next;
    more = page->more;
  }
  return events;
}

/// Events a second, in the middle of several rounds; the first one, not counted, warms.
Result<double> events_per_second(const FeedBenchOptions& options, std::uint64_t expected,
                                 const std::function<Result<std::uint64_t>()>& read) {
  std::vector<double> rounds;
  for (int round = -1; round < options.rounds; ++round) {
    const double begin = bench::wall_seconds();
    const auto events = read();
    if (!events) {
      return tl::unexpected(events.error());
    }
    if (*events != expected) {
      return fail(registry::ErrorCode::corrupt, "a reader did not get every event once");
    }
    if (round >= 0) {
      rounds.push_back(static_cast<double>(*events) / (bench::wall_seconds() - begin));
    }
  }
  return bench::median(std::move(rounds));
}

Result<double> over_http(const FeedBenchOptions& options, registry::Registry& registry) {
  api::Api api(registry, {});
  auto routes = api.routes();
  if (!routes) {
    return tl::unexpected(routes.error());
  }
  api::http::ServerOptions server_options;
  server_options.workers = 1;
  server_options.pool_threads = 1;
  api.prepare(server_options);
  api::http::Server server(std::move(*routes), std::move(server_options));
  if (auto started = server.start(); !started) {
    return tl::unexpected(started.error());
  }
  bench::PageReader reader(server.port());
  return events_per_second(options, registry.newest_sequence(),
                           [&reader] { return reader.read_all(); });
}

Result<std::vector<Figure>> measure(const FeedBenchOptions& options) {
  const bench::TemporaryDirectory folder(options.directory);
  // One event for each person.
  const auto opened =
      bench::open_filled({.people = {options.persons, options.seed}, .made = folder.path()});
  if (!opened) {
    return tl::unexpected(opened.error());
  }
  registry::Registry& registry = **opened;
  std::vector<Figure> figures;
  const auto add = [&](std::string key, std::string label, const Result<double>& figure) {
    if (figure) {
      figures.push_back(
          {std::move(key), std::move(label), *figure, 0, "/s", events_per_second_min});
    }
    return figure ? Result<void>() : Result<void>(tl::unexpected(figure.error()));
  };
  const auto by = [&](Access access) {
    return events_per_second(options, registry.newest_sequence(),
                             [&] { return read_registry(registry, access); });
  };
  for (const auto& added :
       {add("eventsPerSecond", "events read, with legal basis", by(Access::legal_basis)),
        add("openEventsPerSecond", "events read, without", by(Access::no_legal_basis)),
        add("httpEventsPerSecond", "events read over HTTP", over_http(options, registry))}) {
    if (!added) {
      return tl::unexpected(added.error());
    }
  }
  const bench::TemporaryDirectory beside(options.directory);
  const auto sent = bench::measure_webhooks(beside.path(), webhook_seconds);
  if (!sent) {
    return tl::unexpected(sent.error());
  }
  figures.insert(figures.end(), sent->begin(), sent->end());
  return figures;
}

int run_feed_bench(const FeedBenchOptions& options) {
  const auto figures = measure(options);
  if (!figures) {
    return report_error(figures.error());
  }
  bench::print_report(std::cout, options.json,
                      "One reader of " + std::to_string(options.persons) +
                          " events, pages of 1,000, median of " + std::to_string(options.rounds) +
                          "; and one receiver of webhooks",
                      *figures);
  return exit_ok;
}

} // namespace

void add_bench_feed(CLI::App& bench, int& exit_status) {
  const auto options = std::make_shared<FeedBenchOptions>();
  CLI::App* command = bench.add_subcommand("feed", "How fast one reader follows the log");
  command->footer("grunndata bench feed\n"
                  "grunndata bench feed --persons 1000000 --directory /var/tmp");
  bench::add_people_flags(*command, options->persons, options->seed);
  bench::add_rounds_flag(*command, options->rounds);
  bench::add_directory_flag(*command, options->directory);
  bench::add_json_flag(*command, options->json);
  command->callback([options, &exit_status] { exit_status = run_feed_bench(*options); });
}

} // namespace grunndata::tools
