// How far Enhetsregisteret was followed: committed in the same batch as the units it is about.
#pragma once

#include "importers/enhetsregisteret/sync/wire.h"
#include "registry/error.h"
#include "registry/registry.h"
#include "registry/time.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::importers::enhetsregisteret::sync {

/// Where it is kept among the marks of the registry.
inline constexpr std::string_view sync_state_key = "cursor/sync/enhetsregisteret";

enum class Phase : std::uint8_t {
  none,      ///< the full files are to be fetched
  units,     ///< those of units are being loaded
  roles,     ///< that of roles is
  unseen,    ///< who was not in the files is asked for
  following, ///< the feeds are followed
};
[[nodiscard]] std::string_view name_of(Phase phase) noexcept;

/// In one of the feeds of units, each of which counts on its own.
struct FeedPosition {
  std::uint64_t pointer = 0; ///< newest event dealt with; 0: none, the feed is read by time
  std::optional<registry::Instant> newest; ///< when the newest event seen was told of

  bool operator==(const FeedPosition&) const = default;
};

/// Something the source has told of and not given yet. It is asked for until it comes.
struct Owed {
  enum class What : std::uint8_t { enhet, underenhet, roles };
  What what{};
  bool removed = false; ///< the feed said that the unit was taken away
  std::string number;

  bool operator==(const Owed&) const = default;
};
/// Most that are remembered; what is beyond is told and left to the next full files.
inline constexpr std::size_t owed_max = 20'000;

struct SyncState {
  Phase phase = Phase::none;
  std::string rules;          ///< which units were picked, in one line
  registry::Instant modified; ///< of the oldest of the full files
  std::array<FeedPosition, kind_count> feeds;
  std::optional<registry::Instant> roles_newest; ///< in the feed of roles, which is read by time
  std::vector<std::string> roles_seen;           ///< ids dealt with of just that time
  /// Newest moment that a record was stamped with. Later ones are later, whatever the clock does.
  registry::Instant stamp;
  std::vector<Owed> owed;

  /// The feeds are read from here. What is in the files was fetched no later: so it gives way to
  /// all that was fetched since.
  [[nodiscard]] registry::Instant start() const noexcept;
  [[nodiscard]] std::optional<registry::Instant> newest_event() const noexcept;
  bool operator==(const SyncState&) const = default;
};

[[nodiscard]] std::string write_state(const SyncState& state);
/// `corrupt` when the text is not what was written.
[[nodiscard]] registry::Result<SyncState> read_state(std::string_view text);
/// As it stands in the registry; as never begun when nothing does.
[[nodiscard]] registry::Result<SyncState> stored_state(const registry::Registry& registry);

} // namespace grunndata::importers::enhetsregisteret::sync
