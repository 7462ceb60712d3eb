// The second half of a purge: the bytes themselves go from the data directory's files.
#pragma once

#include "registry/purge/ledger.h"
#include "registry/registry.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace grunndata::registry::purge {

struct PurgerLimits {
  /// More than so many purges within an hour wait until an operator confirms them
  /// (`confirm_pending`): a source that raises thousands at once may be in error, and what is
  /// rewritten cannot be looked at again. What callers are shown never waits.
  std::uint64_t purges_per_hour_max = 1'000;
};

struct PurgerReport {
  std::size_t purged = 0;  ///< purges whose bytes are gone now
  std::size_t waiting = 0; ///< purges whose bytes are still in files
  bool needs_confirmation = false;
  bool reader_in_the_way = false; ///< a reader holds an earlier state: try again soon
  std::optional<Instant> oldest_waiting;
};

/// Writes memory out, begins the log anew, rewrites the files that hold what is purged, waits until
/// the old ones are deleted, and only then takes the purges off the list: a crash in between
/// repeats it. Does nothing when nothing waits. One run at a time; reads and commits go on. Works
/// at the store's low priority, but occupies the calling thread. `now` decides what an hour is.
/// Errors: `storage`, `corrupt`, `unavailable` (the store only reads), `cancelled` soon after
/// `stop` became true: everything still waits then.
[[nodiscard]] Result<PurgerReport> run_purger(Registry& registry, const PurgerLimits& limits,
                                              Instant now, std::atomic<bool>& stop);
/// The same, to its end.
[[nodiscard]] Result<PurgerReport> run_purger(Registry& registry, const PurgerLimits& limits,
                                              Instant now);

/// Lets everything that waits now go, whatever the hour's number.
[[nodiscard]] Result<void> confirm_pending(Registry& registry);

/// What a run would find.
[[nodiscard]] Result<PurgerReport> look_at_purger(Registry& registry, const PurgerLimits& limits,
                                                  Instant now);

/// Runs the purger beside a server, on a thread of its own at the lowest priority.
class PurgeService {
public:
  /// Told of every run that purged something, that must wait, or that failed; on the service's
  /// thread, and at most once for the same state.
  using Told = std::function<void(const Result<PurgerReport>&)>;
  /// Much less than the hour within which bytes must be gone.
  static constexpr std::chrono::seconds interval{60};

  PurgeService(Registry& registry, PurgerLimits limits, Told told);
  /// Stops a run that is under way; its purges wait for the next one.
  ~PurgeService();
  PurgeService(const PurgeService&) = delete;
  PurgeService& operator=(const PurgeService&) = delete;

private:
  void loop();

  Registry& registry_;
  PurgerLimits limits_;
  Told told_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

} // namespace grunndata::registry::purge
