// `grunndata bench lookup`: look-ups without HTTP, beside a plain Get of equal values.
#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

struct LookupBenchOptions {
  std::uint64_t persons = 200'000;
  std::uint64_t seed = 1;
  std::filesystem::path data;      ///< of `persons` and `seed`, left as it is; empty: made
  std::string directory; ///< for what is made, removed afterwards
  std::uint64_t lookups = 200'000; ///< in one round
  std::uint64_t cache_mib = 2'048; ///< of each store
  int rounds = 5;                  ///< medians count; at least 1
  bool json = false;
};

/// On one thread, in random order, warm: the registry's look-up of a number with the answer written
/// (name and identifier; all current parts; with history; a miss), and in turn with it a Get with
/// the number as key from a RocksDB that holds nothing but answers of the same sizes, copied out
/// as `DB::Get` into a string does; also without the copy. Returns an exit status: exit_ok whether
/// targets are met or not, exit_failure when something could not be measured.
int run_lookup_bench(const LookupBenchOptions& options, std::ostream& out, std::ostream& err);

/// Adds below the command `bench`: `lookup` and, for the benchmark over HTTP, not shown in the
/// help, `numbers` and `bare-handler`. Running them sets exit_status, which must outlive `bench`.
void add_bench_lookup(CLI::App& bench, int& exit_status);

} // namespace grunndata::tools
