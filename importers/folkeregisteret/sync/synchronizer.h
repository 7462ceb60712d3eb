// Keeps the registry as Folkeregisteret is: a complete extract once, then the feed, for ever.
#pragma once

#include "importers/folkeregisteret/person_mapping.h"
#include "importers/folkeregisteret/sync/fetcher.h"
#include "importers/following/recent_rate.h"
#include "importers/folkeregisteret/sync/sync_state.h"
#include "importers/reading/mapping_report.h"
#include "registry/import_batch.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

namespace grunndata::importers::folkeregisteret::sync {

using following::RecentRate;

/// What is to be known about following, for the command line and /metrics. Thread-safe.
struct SyncTotals {
  FetchTotals fetch;
  std::atomic<std::uint64_t> events{0};  ///< of the feed, dealt with
  std::atomic<std::uint64_t> persons{0}; ///< documents fetched
  std::atomic<std::uint64_t> written{0};
  std::atomic<std::uint64_t> unchanged{0};
  std::atomic<std::uint64_t> superseded{0};
  std::atomic<std::uint64_t> quarantined{0};
  std::atomic<std::uint64_t> unknown{0};        ///< persons the source does not give; in quarantine
  std::atomic<std::uint64_t> pointer{0};        ///< newest event dealt with
  std::atomic<std::uint64_t> newest{0};         ///< newest event the source told of
  std::atomic<std::int64_t> newest_event_us{0}; ///< when that was recorded; 0: not known
  std::atomic<std::int64_t> asked_us{0};        ///< when the source last answered
  /// When all that the source had was in the registry; 0: not since the program began.
  std::atomic<std::int64_t> fresh_us{0};
  RecentRate event_rate;                       ///< of `events`
  RecentRate person_rate;                      ///< of `persons`
  std::atomic<std::uint64_t> gaps{0};          ///< runs of numbers passed over, still asked for
  std::atomic<std::uint64_t> late{0};          ///< events that came in one of them
  std::atomic<std::uint64_t> gaps_given_up{0}; ///< for want of room; a sweep finds what comes
  std::atomic<std::uint64_t> respools{0};      ///< numbers of the feed that came to mean others
  std::atomic<std::uint8_t> phase{0};          ///< a `Phase`
  std::atomic<bool> running{false};
  std::atomic<bool> frozen{false}; ///< the source answers, and has told nothing new for too long
};

struct SyncOptions {
  TransportOptions transport; ///< its `stop` must be set
  Patience patience;
  std::string part_query;
  unsigned connections = 4;
  unsigned mapping_threads = 2;
  MappingOptions mapping;
  std::chrono::milliseconds poll{60'000}; ///< between questions when nothing is new
  /// Without a new event for so long, the source counts as frozen.
  std::chrono::seconds frozen_after{6 * 60 * 60};
  /// Numbers of the feed that were passed over are asked for again for so long.
  std::chrono::seconds late_within{6 * 60 * 60};
  bool once = false; ///< ends when all that there is has been read
  /// Also when there is something to go on from.
  bool bootstrap_again = false;
  /// When the pointer is more than 36 months old, or the numbers of the feed have come to mean
  /// others: order a complete extract anew. Otherwise that is an error.
  bool bootstrap_when_lost = true;
  SyncTotals* totals = nullptr;                   ///< needed
  std::function<void(const std::string&)> notice; ///< one sentence for a log; thread-safe
  /// Asked before each commit; an error, for want of room, is waited out.
  std::function<registry::Result<void>()> may_go_on;
  /// Called whenever all that there is has been read.
  std::function<void()> at_rest;
  std::function<registry::Instant()> clock; ///< unset: the system's; for tests
};

enum class SyncEnd : std::uint8_t {
  stopped,
  caught_up,      ///< with `once`
  bootstrap_asked ///< without `bootstrap_when_lost`; says so in a notice
};

/// Every step can be repeated: after a crash at any point it goes on from the state that was
/// committed with the persons. One at a time for a registry.
/// - Whatever an event says, the person is fetched as it is now, and what is stored of it replaced.
/// - Nobody is ever removed, or ended, because the source does not answer or does not know them.
/// - Persons whose protection changed go before all that waits.
/// Errors: those of the registry, `invalid` (an option).
[[nodiscard]] registry::Result<SyncEnd> synchronize(registry::Registry& registry,
                                                    const SyncOptions& options);

struct SweepOptions {
  SyncOptions sync;
  /// Most persons asked for in a second; 0: as fast as they come.
  unsigned persons_per_second = 0;
};
struct SweepResult {
  std::uint64_t compared = 0;
  std::uint64_t repaired = 0; ///< had changed without an event
  std::uint64_t unknown = 0;
  bool complete = false; ///< false: stopped; the next sweep goes on there
};
/// Compares every person with the source, by their number, and repairs. Goes on where an
/// interrupted one stood. May run beside `synchronize`.
[[nodiscard]] registry::Result<SweepResult> sweep(registry::Registry& registry,
                                                  const SweepOptions& options);

} // namespace grunndata::importers::folkeregisteret::sync
