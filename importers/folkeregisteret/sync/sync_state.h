// How far Folkeregisteret was followed: committed in the same batch as the persons it is about.
#pragma once

#include "importers/folkeregisteret/sync/feed_gaps.h"
#include "registry/error.h"
#include "registry/registry.h"
#include "registry/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::importers::folkeregisteret::sync {

/// Where it is kept among the marks of the registry.
inline constexpr std::string_view sync_state_key = "cursor/sync/folkeregisteret";

enum class Phase : std::uint8_t {
  none,      ///< never begun
  ordering,  ///< the start is remembered; an extract is to be ordered
  reading,   ///< an extract is being read
  following, ///< the feed is followed
};
[[nodiscard]] std::string_view name_of(Phase phase) noexcept;

struct SyncState {
  Phase phase = Phase::none;
  std::uint64_t start = 0;   ///< newest sequence before the extract was ordered
  std::string job;           ///< of the extract
  std::uint64_t batch = 0;   ///< of the extract, being read
  std::uint64_t done = 0;    ///< documents of that batch that are dealt with
  registry::Instant ordered; ///< the stamp of all that the extract delivers
  std::uint64_t pointer = 0; ///< the feed is read from here, inclusive
  bool pointer_done = false; ///< the event at `pointer` itself is dealt with
  std::string pointer_mark;  ///< what that event was, to notice when it is another
  /// Newest moment that a record was stamped with. Later ones are later, whatever the clock does.
  registry::Instant stamp;
  std::optional<registry::Instant> newest_event; ///< when the newest event seen was recorded
  FeedGaps gaps;                                 ///< below `pointer`, and may still come

  bool operator==(const SyncState&) const = default;
};

[[nodiscard]] std::string write_state(const SyncState& state);
/// `corrupt` when the text is not what was written.
[[nodiscard]] registry::Result<SyncState> read_state(std::string_view text);
/// As it stands in the registry; as never begun when nothing does.
[[nodiscard]] registry::Result<SyncState> stored_state(const registry::Registry& registry);

} // namespace grunndata::importers::folkeregisteret::sync
