// What loads have done since the program started, for its metrics.
#pragma once

#include <atomic>
#include <cstdint>

namespace grunndata::importers::folkeregisteret {

/// Counts only grow. Any thread reads; loads add.
struct LoadTotals {
  std::atomic<std::uint64_t> loads_begun{0};
  std::atomic<std::uint64_t> loads_ended{0};
  std::atomic<std::uint64_t> written{0};
  std::atomic<std::uint64_t> unchanged{0};
  std::atomic<std::uint64_t> superseded{0};
  std::atomic<std::uint64_t> quarantined{0};
};

} // namespace grunndata::importers::folkeregisteret
