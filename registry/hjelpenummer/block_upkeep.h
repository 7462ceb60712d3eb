// What ends with time while a server runs: blocks for downtime, and answers kept for their keys.
#pragma once

#include "registry/hjelpenummer/blocks.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>

namespace grunndata::registry::hjelpenummer {

struct UpkeepReport {
  std::size_t burnt = 0;   ///< numbers of expired blocks
  std::size_t dropped = 0; ///< answers that were kept for long enough
};

/// Burns what is unused of blocks that expired before `when`, and drops old answers. What is done
/// already is done when the other half fails. Errors: `storage`, `corrupt`, `unavailable`.
[[nodiscard]] Result<UpkeepReport> run_upkeep(Registry& registry, Blocks& blocks, Instant when);

/// Runs it beside a server, at once and then regularly, on a thread of its own at the lowest
/// priority.
class UpkeepService {
public:
  struct Options {
    std::chrono::milliseconds interval{std::chrono::minutes(10)};
    std::function<Instant()> clock; ///< unset: the system's
    /// Told of every run, on the service's thread.
    std::function<void(const Result<UpkeepReport>&)> told;
  };

  /// Both must outlive it.
  UpkeepService(Registry& registry, Blocks& blocks, Options options);
  /// Waits for a run that is under way.
  ~UpkeepService();
  UpkeepService(const UpkeepService&) = delete;
  UpkeepService& operator=(const UpkeepService&) = delete;

private:
  void loop();
  /// Whether it is to go on, once the interval has passed.
  [[nodiscard]] bool pause();

  Registry& registry_;
  Blocks& blocks_;
  const Options options_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

} // namespace grunndata::registry::hjelpenummer
