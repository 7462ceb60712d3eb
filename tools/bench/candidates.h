// `grunndata bench candidates`: how long a search for who somebody could be takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iosfwd>

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

struct CandidatesBenchOptions {
  std::uint64_t persons = 100'000;
  std::uint64_t seed = 1;
  std::size_t questions = 2'000;   ///< of each kind
  std::filesystem::path data;      ///< a directory with just these people; empty: made and removed
  std::string directory; ///< for what is made; empty: the temporary one
  bool json = false;               ///< one object instead of a table
};

/// Asks about people of the population by name and day, with the names misspelled, by name and
/// year, by day and address, and about nobody; one after the other on one core. Returns an exit
/// status: exit_ok whether targets are met or not, exit_failure when something could not be
/// measured, a person not found by their own facts included.
int run_candidates_bench(const CandidatesBenchOptions& options, std::ostream& out,
                         std::ostream& err);

/// Adds `candidates` below the command `bench`; running it sets exit_status, which must outlive it.
void add_bench_candidates(CLI::App& bench, int& exit_status);

} // namespace grunndata::tools
