// `grunndata bench webhooks`: over real sockets, from the commit to the receiver.
#pragma once

#include "registry/error.h"
#include "tools/bench/report.h"

#include <filesystem>
#include <vector>

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

void add_bench_webhooks(CLI::App& bench, int& exit_status);

namespace bench {

/// A registry, its audit log and a sender in the empty `folder`, and one receiver on loopback. How
/// fast a backlog is worked off, and, for `seconds` with 2,000 events a second, how long after its
/// commit an event has come.
[[nodiscard]] registry::Result<std::vector<Figure>>
measure_webhooks(const std::filesystem::path& folder, double seconds);

} // namespace bench
} // namespace grunndata::tools
