#include "tools/bench/hjelpenummer.h"

#include "registry/hjelpenummer/help_numbers.h"
#include "registry/store/store.h"
#include "tools/bench/flags.h"
#include "tools/bench/measuring.h"
#include "tools/bench/report.h"
#include "tools/commands/exit_status.h"

#include <CLI/CLI.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>

namespace grunndata::tools {

namespace {

namespace hn = registry::hjelpenummer;
using bench::Figure;

constexpr std::array<std::size_t, 3> clients{1, 16, 64};
constexpr std::size_t judged_clients = 64;
constexpr double per_sync_min = 10;
/// 1,000 a second on a disk with 300 syncs a second.
constexpr double per_disk_sync_min = 1'000.0 / 300.0;
constexpr std::size_t sync_bytes = 4'096;

struct IssueBenchOptions {
  double seconds = 3;
  std::string directory;
  bool json = false;
};

/// Appends of 4 KiB, each synced, in a second: what a log can do on this disk.
registry::Result<double> syncs_per_second(const std::filesystem::path& file, double seconds) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return registry::fail(registry::ErrorCode::storage, "cannot write into the folder");
  }
  const std::string block(sync_bytes, 'x');
  const double begin = bench::wall_seconds();
  std::uint64_t count = 0;
  bool whole = true;
  while (whole && bench::wall_seconds() - begin < seconds) {
    whole = ::write(descriptor, block.data(), block.size()) == static_cast<ssize_t>(block.size()) &&
            ::fdatasync(descriptor) == 0;
    ++count;
  }
  const double spent = bench::wall_seconds() - begin;
  ::close(descriptor);
  if (!whole) {
    return registry::fail(registry::ErrorCode::storage, "the disk does not sync");
  }
  return static_cast<double>(count) / spent;
}

std::uint64_t commits_of(registry::Registry& registry) {
  std::uint64_t count = 0;
  const auto cursor = registry.store().scan(registry::store::Family::clock, nullptr);
  for (cursor->seek(""); cursor->valid(); cursor->next()) {
    ++count;
  }
  return count;
}

hn::IssueRequest request() {
  hn::IssueRequest request;
  request.by.client_id = "bench";
  request.organisation = "974760673";
  request.reason = "measuring";
  request.facts.resize(1);
  request.facts[0].given_name = "Ola";
  request.facts[0].birth_date = "1980";
  return request;
}

/// So many requests are always waiting; none has a thread of its own.
class Load {
public:
  Load(hn::HelpNumbers& numbers, std::size_t waiting, double seconds)
      : numbers_(numbers), until_(bench::wall_seconds() + seconds), waiting_(waiting) {}

  /// How many were issued; the first error ends it.
  registry::Result<std::uint64_t> run() {
    for (std::size_t i = 0, all = waiting_; i < all; ++i) {
      ask();
    }
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return waiting_ == 0; });
    if (error_) {
      return tl::unexpected(*error_);
    }
    return issued_.load();
  }

private:
  void ask() {
    numbers_.issue(request(), [this](registry::Result<hn::IssueOutcome> outcome) {
      if (outcome) {
        ++issued_;
        if (bench::wall_seconds() < until_) {
          return ask();
        }
      }
      const std::lock_guard lock(mutex_);
      if (!outcome && !error_) {
        error_ = outcome.error();
      }
      if (--waiting_ == 0) {
        ended_.notify_all();
      }
    });
  }

  hn::HelpNumbers& numbers_;
  double until_;
  std::atomic<std::uint64_t> issued_{0};
  std::mutex mutex_;
  std::condition_variable ended_;
  std::size_t waiting_;
  std::optional<registry::Error> error_;
};

registry::Result<std::vector<Figure>> measure(const IssueBenchOptions& options,
                                              const std::filesystem::path& folder) {
  const auto syncs = syncs_per_second(folder / "synced", options.seconds);
  if (!syncs) {
    return tl::unexpected(syncs.error());
  }
  registry::OpenOptions open;
  open.directory = folder / "data";
  auto registry = registry::Registry::open(open);
  if (!registry) {
    return tl::unexpected(registry.error());
  }
  auto numbers = hn::HelpNumbers::open(**registry, {.mark_file = folder / "mark", .clock = {}});
  if (!numbers) {
    return tl::unexpected(numbers.error());
  }
  if (auto delegated = (*numbers)->delegate({}); !delegated) {
    return tl::unexpected(delegated.error());
  }
  std::vector<Figure> figures{{"syncs", "syncs of the disk", *syncs, 0, "/s"}};
  for (const std::size_t waiting : clients) {
    const std::uint64_t commits = commits_of(**registry);
    const double begin = bench::wall_seconds();
    const auto issued = Load(**numbers, waiting, options.seconds).run();
    const double spent = bench::wall_seconds() - begin;
    if (!issued) {
      return tl::unexpected(issued.error());
    }
    const auto count = static_cast<double>(*issued);
    const double groups = static_cast<double>(commits_of(**registry) - commits);
    const std::string name = std::to_string(waiting);
    const std::string label = name + (waiting == 1 ? " client" : " clients");
    const bool judged = waiting == judged_clients;
    figures.push_back({"issues" + name, label + ": issued", count / spent, 0, "/s"});
    Figure per_sync{"perSync" + name, "  in one sync", count / groups, 1, ""};
    Figure per_disk{"perDiskSync" + name, "  beside the disk's syncs", count / spent / *syncs, 2,
                    "x"};
    if (judged) {
      per_sync.target = per_sync_min;
      per_disk.target = per_disk_sync_min;
    }
    figures.push_back(per_sync);
    figures.push_back(per_disk);
  }
  return figures;
}

int run_hjelpenummer_bench(const IssueBenchOptions& options) {
  const bench::TemporaryDirectory folder(options.directory);
  const auto figures = measure(options, folder.path());
  if (!figures) {
    return report_error(figures.error());
  }
  bench::print_report(std::cout, options.json, "numbers issued, each on disk before it is answered",
                      *figures);
  return exit_ok;
}

} // namespace

void add_bench_hjelpenummer(CLI::App& bench, int& exit_status) {
  const auto options = std::make_shared<IssueBenchOptions>();
  CLI::App* command = bench.add_subcommand(
      "hjelpenummer", "Durable issues a second at 1, 16 and 64 clients, beside the disk's syncs");
  command->add_option("--seconds", options->seconds, "how long each of the figures is measured")
      ->check(CLI::Range(0.1, 600.0))
      ->capture_default_str();
  bench::add_directory_flag(*command, options->directory);
  bench::add_json_flag(*command, options->json);
  command->callback([options, &exit_status] { exit_status = run_hjelpenummer_bench(*options); });
}

} // namespace grunndata::tools
