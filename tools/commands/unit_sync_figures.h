// How far Enhetsregisteret was followed, for the command line and /metrics alike.
#pragma once

#include "api/api.h"
#include "importers/enhetsregisteret/sync/synchronizer.h"
#include "registry/time.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace grunndata::tools {

struct UnitSyncFigures {
  std::uint64_t waiting = 0; ///< rows of the feeds of units not dealt with, as the source counted
  /// Behind: since the newest event dealt with was told of. Caught up: since the source last had
  /// nothing more, so that it grows while the source does not answer. Unset: not known.
  std::optional<std::int64_t> lag_seconds;
  std::optional<std::int64_t> newest_event_age_seconds;
  std::optional<std::int64_t> answered_seconds_ago;
  double events_per_second = 0; ///< over the last minute
  double units_per_second = 0;
};

/// At `now`. Of a process that does not follow itself only `newest_event_us` (as in `SyncTotals`)
/// is known.
[[nodiscard]] UnitSyncFigures
unit_sync_figures(importers::enhetsregisteret::sync::SyncTotals& totals,
                  std::int64_t newest_event_us, registry::Instant now);

/// For /metrics; what is not known is left out.
[[nodiscard]] std::vector<api::MetricSample>
unit_sync_samples(importers::enhetsregisteret::sync::SyncTotals& totals, registry::Instant now);

} // namespace grunndata::tools
