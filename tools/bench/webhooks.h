// Webhooks over real sockets, from the commit to the receiver: a part of `bench feed`.
#pragma once

#include "registry/error.h"
#include "tools/bench/report.h"

#include <filesystem>
#include <vector>

namespace grunndata::tools::bench {

/// A registry, its audit log and a sender in the empty `folder`, and one receiver on loopback. How
/// fast a backlog is worked off, and, for `seconds` with 2,000 events a second, how long after its
/// commit an event has come.
[[nodiscard]] registry::Result<std::vector<Figure>>
measure_webhooks(const std::filesystem::path& folder, double seconds);

} // namespace grunndata::tools::bench
