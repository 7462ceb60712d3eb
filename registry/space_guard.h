// What stops, in which order, when the disk of the data directory fills: look-ups last.
#pragma once

#include "registry/error.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace grunndata::registry {

/// Work that takes room on the disk, in the order in which it stops. Look-ups take room too, for
/// their audit records, but are no such work: they go on into what the audit log set aside for
/// itself, and end only when a record cannot be written.
enum class Work : std::uint8_t { import, sync, issuing, administration };
inline constexpr std::size_t work_count = 4;

/// How far it has come. Each level stops one kind of work more than the one before.
enum class SpaceLevel : std::uint8_t {
  enough,
  alarm, ///< nothing stops yet; somebody should make room
  no_import,
  no_sync,
  no_issuing,
  no_administration,
};
inline constexpr std::size_t space_level_count = 6;
/// "enough", "alarm", "no_import", …
[[nodiscard]] std::string_view space_level_name(SpaceLevel level) noexcept;

/// What the file system has for this process: blocks kept back for root count as used.
struct DiskRoom {
  std::uint64_t bytes_total = 0;
  std::uint64_t bytes_free = 0;
};

struct SpaceState {
  SpaceLevel level{};
  DiskRoom room;             ///< zeros while unknown
  unsigned percent_used = 0; ///< rounded up
};

struct SpaceOptions {
  unsigned alarm_percent = 80;
  /// Where each kind of work stops, in the order of `Work`; not falling.
  std::array<unsigned, work_count> stop_percent{90, 93, 95, 97};
  unsigned leave_percent = 2; ///< a level is left that far below where it began
  std::chrono::milliseconds check_every{250};
  /// Called once for each change of level, with the guard locked: log it, ask the guard nothing.
  std::function<void(const SpaceState&)> on_change;
  /// Unset: asks the file system. For tests.
  std::function<Result<DiskRoom>(const std::filesystem::path&)> measure;
};

/// Measures when it is asked and the last answer is older than `check_every`: no thread of its own,
/// and cheap enough to ask for every batch. Thread-safe.
class SpaceGuard {
public:
  /// `directory` empty: a registry in memory, for which there is always room.
  explicit SpaceGuard(std::filesystem::path directory, SpaceOptions options = {});

  /// `unavailable` when there is too little room for that kind of work; the message says how full
  /// the disk is and what to do. A file system that cannot be asked changes nothing.
  [[nodiscard]] Result<void> may_go_on(Work work);
  [[nodiscard]] SpaceState state();

private:
  void refresh();
  [[nodiscard]] SpaceLevel level_at(unsigned percent_used) const noexcept;
  [[nodiscard]] unsigned begins_at(SpaceLevel level) const noexcept;

  const std::filesystem::path directory_;
  const SpaceOptions options_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point next_check_{}; ///< under the mutex, as what follows
  SpaceState state_;
};

/// `statvfs` of the directory. Error `storage`.
[[nodiscard]] Result<DiskRoom> disk_room(const std::filesystem::path& directory);

} // namespace grunndata::registry
