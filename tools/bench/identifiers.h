// `grunndata bench identifiers`: how many identifiers one core judges in a second.
#pragma once

#include <cstddef>
#include <iosfwd>

namespace CLI {
class App;
}

namespace grunndata::tools {

struct IdentifierBenchOptions {
  std::size_t numbers = 2'000'000;  // judged in one run; at least 1,000
  int runs = 9;                     // the median counts; at least 1
  bool json = false;                // one object instead of a table
};

// Judges the same shuffled mixture of foedselsnumre, D-numre and both kinds of hjelpenummer (real
// and synthetic series, old and new check digits, one in three invalid in some way) in three ways:
// as a batch, one by one, and with a straightforward loop over the digits. All three must answer
// alike for every number, under test and production rules. Rates are medians by processor time of
// this thread. Returns 0, or 1 when the answers differ.
int run_identifier_bench(const IdentifierBenchOptions& options, std::ostream& out,
                         std::ostream& err);

// Adds `identifiers` below the command `bench`; running it sets exit_status, which must outlive
// `bench`.
void add_bench_identifiers(CLI::App& bench, int& exit_status);

}  // namespace grunndata::tools
