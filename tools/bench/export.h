// `grunndata bench export`: whole copies of a population, beside a loop that only reads the values.
#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

struct ExportBenchOptions {
  std::uint64_t persons = 200'000;
  std::uint64_t seed = 1;
  std::filesystem::path data;      ///< of `persons` and `seed`, left as it is; empty: made
  std::string directory; ///< for what is made, removed afterwards
  std::uint64_t cache_mib = 256;   ///< less than the values take: most are read from files
  int rounds = 3;                  ///< medians count; at least 1
  bool json = false;
};

/// Over HTTP on loopback, to one reader: two parts and all current parts, plain, and all of them
/// compressed; with the lines alone, made without HTTP, and a walk over the stored values that
/// copies each, in turn with them. Returns an exit status: exit_ok whether targets are met or not,
/// exit_failure when something could not be measured.
int run_export_bench(const ExportBenchOptions& options, std::ostream& out, std::ostream& err);

/// Adds `export` below the command `bench`. Running it sets exit_status, which must outlive
/// `bench`.
void add_bench_export(CLI::App& bench, int& exit_status);

} // namespace grunndata::tools
