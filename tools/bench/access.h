// `grunndata bench access`: what checking tokens and proofs costs, beside OpenSSL alone.
#pragma once

#include <cstddef>
#include <iosfwd>

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

struct AccessBenchOptions {
  std::size_t requests = 4'000; ///< in one round of one case; as many tokens or proofs are signed
  int rounds = 5;               ///< medians count; at least 1
  bool json = false;
};

/// On one thread, by processor time: tokens validated in full (RS256, PS256, ES256), requests with
/// a known Bearer token, requests with a known token and a fresh proof (ES256, PS256), and in turn
/// the same signatures verified by OpenSSL alone. Returns an exit status: exit_ok whether the
/// target is met or not, exit_failure when a good token or proof was refused.
int run_access_bench(const AccessBenchOptions& options, std::ostream& out, std::ostream& err);

/// Adds `access` below the command `bench`; running it sets exit_status, which must outlive
/// `bench`.
void add_bench_access(CLI::App& bench, int& exit_status);

} // namespace grunndata::tools
