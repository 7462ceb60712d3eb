// Keeps the registry as Enhetsregisteret is: the full files once, then its feeds, for ever.
#pragma once

#include "importers/enhetsregisteret/selection.h"
#include "importers/enhetsregisteret/sync/sync_state.h"
#include "importers/following/patient_transport.h"
#include "importers/following/recent_rate.h"
#include "registry/error.h"
#include "registry/registry.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace grunndata::importers::enhetsregisteret::sync {

/// What is to be known about following, for the command line and /metrics. Thread-safe.
struct SyncTotals {
  following::FetchTotals fetch;
  std::atomic<std::uint64_t> events{0}; ///< of the feeds, dealt with
  std::atomic<std::uint64_t> units{0};  ///< documents read, those of the full files among them
  std::atomic<std::uint64_t> written{0};
  std::atomic<std::uint64_t> unchanged{0};
  std::atomic<std::uint64_t> superseded{0};
  std::atomic<std::uint64_t> left_out{0}; ///< not wanted
  std::atomic<std::uint64_t> quarantined{0};
  std::atomic<std::uint64_t> owed{0}; ///< told of and not given yet
  struct Feed {
    std::atomic<std::uint64_t> pointer{0};        ///< newest event dealt with
    std::atomic<std::uint64_t> waiting{0};        ///< rows behind it, as the source counted them
    std::atomic<std::int64_t> newest_event_us{0}; ///< when it was told of; 0: not known
  };
  std::array<Feed, kind_count> feeds;
  std::atomic<std::int64_t> newest_event_us{0}; ///< of any feed
  std::atomic<std::int64_t> asked_us{0};        ///< when the source last answered
  /// When all that the source had was in the registry; 0: not since the program began.
  std::atomic<std::int64_t> fresh_us{0};
  following::RecentRate event_rate;   ///< of `events`
  following::RecentRate unit_rate;    ///< of `units`
  std::atomic<std::uint8_t> phase{0}; ///< a `Phase`
  std::atomic<bool> running{false};
  std::atomic<bool> frozen{false}; ///< the source answers, and has told nothing new for too long
};

struct SyncOptions {
  following::TransportOptions transport; ///< `source_options` of it; its `stop` must be set
  following::Patience patience;
  SelectionRules rules;
  bool roles = true; ///< owners and contacts too
  unsigned connections = 4;
  /// Where full files lie while they are read: nobody else's, gone afterwards.
  std::filesystem::path folder;
  std::chrono::milliseconds poll{60'000}; ///< between questions when nothing is new
  /// Without a new event for so long, the source counts as frozen. Nights and Sundays have none.
  std::chrono::seconds frozen_after{72 * 60 * 60};
  bool once = false; ///< ends when all that there is has been read
  /// Also when there is something to go on from.
  bool bootstrap_again = false;
  /// When the feeds do not know the position any more: read the full files anew. Otherwise that is
  /// an end.
  bool bootstrap_when_lost = true;
  SyncTotals* totals = nullptr;                   ///< needed
  std::function<void(const std::string&)> notice; ///< one sentence for a log; thread-safe
  /// Asked before each commit; an error, for want of room, is waited out.
  std::function<registry::Result<void>()> may_go_on;
  /// Called whenever all that there is has been read.
  std::function<void()> at_rest;
  std::function<registry::Instant()> clock; ///< unset: the system's; for tests
};

/// Set for how this source speaks: types of version 2, Retry-After in seconds.
[[nodiscard]] following::TransportOptions source_options(std::string base_url,
                                                         const std::atomic<bool>& stop);

enum class SyncEnd : std::uint8_t {
  stopped,
  caught_up,      ///< with `once`
  bootstrap_asked ///< without `bootstrap_when_lost`; says so in a notice
};

/// Every step can be repeated: after a crash at any point it goes on from the state that was
/// committed with the units. One at a time for a registry.
/// - Whatever an event says, the unit is fetched as it is now, and what is stored of it replaced.
/// - Nothing is ended for an answer's sake: a unit has ended when its document says so, and is
///   taken away when the feed and the document say so. Who is not in a full file is asked for.
/// - What the source told of and does not give is owed, and asked for until it comes.
/// - Who was taken away goes before all that waits.
/// Errors: those of the registry, `invalid` (an option), `storage` (the folder).
[[nodiscard]] registry::Result<SyncEnd> synchronize(registry::Registry& registry,
                                                    const SyncOptions& options);

} // namespace grunndata::importers::enhetsregisteret::sync
