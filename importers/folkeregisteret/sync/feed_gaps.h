// Numbers of the feed that were passed over. Most never come; some belong to events that the source
// shows late, below the pointer, and those are asked for again until their time is over.
#pragma once

#include "importers/folkeregisteret/sync/wire.h"
#include "registry/time.h"

#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

namespace grunndata::importers::folkeregisteret::sync {

struct FeedGap {
  std::uint64_t first = 0;
  std::uint64_t last = 0;  ///< inclusive
  registry::Instant until; ///< asked for once more after this, and then no longer

  bool operator==(const FeedGap&) const = default;
};

/// Most that are remembered; the oldest are given up first, and left to the sweep.
inline constexpr std::size_t feed_gaps_max = 1'024;

/// In the order of their numbers, none within another. For one thread.
using FeedGaps = std::vector<FeedGap>;

/// Adds what `events`, in any order, pass over beyond the number `after`. The time of a gap runs
/// from when the event behind it was recorded: late events of a day-old backlog have come already.
/// How many gaps were given up.
std::size_t add_gaps(FeedGaps& gaps, std::uint64_t after, std::span<const FeedEvent> events,
                     registry::Instant now, std::chrono::microseconds wait);
[[nodiscard]] bool is_in_gap(const FeedGaps& gaps, std::uint64_t sequence) noexcept;
/// These have come.
void fill_gaps(FeedGaps& gaps, std::span<const FeedEvent> events);
/// Those that were asked for, up to the number `asked_to`, and whose time is over by `now`.
void drop_gaps(FeedGaps& gaps, std::uint64_t asked_to, registry::Instant now);

} // namespace grunndata::importers::folkeregisteret::sync
