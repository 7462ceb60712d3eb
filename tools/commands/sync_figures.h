// How far a source was followed, for the command line and /metrics alike.
#pragma once

#include "api/api.h"
#include "importers/folkeregisteret/sync/synchronizer.h"
#include "registry/time.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace grunndata::tools {

struct SyncFigures {
  std::uint64_t pointer = 0;
  std::uint64_t newest = 0;     ///< that the source has told of
  std::uint64_t lag_events = 0; ///< numbers between them
  /// Behind: since the newest event dealt with was recorded. Caught up: since the source last had
  /// nothing more, so that it grows while the source does not answer. Unset: not known.
  std::optional<std::int64_t> lag_seconds;
  std::optional<std::int64_t> newest_event_age_seconds;
  std::optional<std::int64_t> answered_seconds_ago;
  double events_per_second = 0; ///< over the last minute
  double persons_per_second = 0;
};

/// At `now`. Of a process that does not follow itself, only what `pointer` and `newest_event_us`
/// say (as in `SyncTotals`) is known.
[[nodiscard]] SyncFigures sync_figures(importers::folkeregisteret::sync::SyncTotals& totals,
                                       std::uint64_t pointer, std::int64_t newest_event_us,
                                       registry::Instant now);

/// For /metrics; what is not known is left out.
[[nodiscard]] std::vector<api::MetricSample>
sync_samples(importers::folkeregisteret::sync::SyncTotals& totals, registry::Instant now);

} // namespace grunndata::tools
