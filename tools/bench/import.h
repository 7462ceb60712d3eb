// `grunndata bench import`: how fast persons are loaded, beside the least that must be done.
#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

struct ImportBenchOptions {
  std::uint64_t persons = 200'000;
  std::uint64_t seed = 1;
  int rounds = 3;                  ///< medians count; at least 1
  std::string directory; ///< for the data, removed afterwards; empty: the temporary one
  bool json = false;               ///< one object instead of a table
};

/// Makes the documents (not measured), then measures in each round, in fresh directories: a load
/// into an empty registry, the same file again twice (read at the same time, and later), and a bare
/// loop that parses the same documents and writes the same bytes. Memory is looked at during the
/// first load, when nothing else is held. Returns an exit status: exit_ok whether targets are met
/// or not, exit_failure when something could not be measured.
int run_import_bench(const ImportBenchOptions& options, std::ostream& out, std::ostream& err);

/// Adds `import` below the command `bench`; running it sets exit_status, which must outlive it.
void add_bench_import(CLI::App& bench, int& exit_status);

} // namespace grunndata::tools
