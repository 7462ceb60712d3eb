// `grunndata bench number-space`: that no hjelpenummer can come twice, number by number.
#pragma once

#include <cstdint>
#include <iosfwd>

#include "identifiers/generate.h"

namespace CLI {
class App;
}

namespace grunndata::tools {

struct NumberSpaceBenchOptions {
  std::uint32_t first = identifiers::fhn_prefix_min; ///< prefixes of the range, both included
  std::uint32_t last = identifiers::fhn_prefix_max;
  bool json = false; ///< one object instead of a table
};

/// Under a key made for the run goes through all counters of the range and proves that they give
/// each prefix exactly once, that the inverse leads back from each, and, over the whole range, that
/// 165,289,255 of them give a number (over a smaller one: as many as trying each prefix gives).
/// Takes a minute or two of one core and 25 MB for the whole range; says how far it is on `err`
/// once for each tenth. Returns 0; 1 when something does not hold, or the range is none.
int run_number_space_bench(const NumberSpaceBenchOptions& options, std::ostream& out,
                           std::ostream& err);

/// Adds `number-space` below the command `bench`; running it sets exit_status, which must outlive
/// `bench`.
void add_bench_number_space(CLI::App& bench, int& exit_status);

} // namespace grunndata::tools
