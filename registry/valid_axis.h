// When rows of one part hold, as the source says it and as follows from their successors.
#pragma once

#include "registry/document.h"

#include <span>
#include <vector>

namespace grunndata::registry {

/// Half-open: holds from `from` (no_instant: since ever) until `to` (open_end: still).
struct ValidInterval {
  static constexpr std::int64_t open_end = std::numeric_limits<std::int64_t>::max();
  std::int64_t from = no_instant;
  std::int64_t to = open_end;
  bool derived = false; ///< `to` is not the source's own
  [[nodiscard]] bool contains(std::int64_t when) const noexcept {
    return from <= when && when < to;
  }
};

/// The intervals of `rows` (all of one part, in delivered order), index by index.
///
/// Folkeregisteret gives an end only to a row that ended without being replaced. A superseded row
/// ends where the next one begins; when both begin at once (a change of municipality number keeps
/// the begin of the row it replaces), where the next one was registered, and the next one counts
/// from there. Order: begin, then registered-at, then delivered order with the newest first. A row
/// superseded by nobody ends when it was registered as such. A wrong order never fails; at worst a
/// row holds for no time at all. Sources: folkeregisteret.md 2.1 and 1.7 (4, 5).
[[nodiscard]] std::vector<ValidInterval> valid_intervals(std::span<const RowEntry> rows,
                                                         bool single_valued);

} // namespace grunndata::registry
