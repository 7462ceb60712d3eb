// How far the counters of hjelpenumre have been given out: a small file outside the data directory
// and its backups, so that neither a crash nor a restore ever turns a counter back.
#pragma once

#include "registry/error.h"
#include "registry/hjelpenummer/number_space.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace grunndata::registry::hjelpenummer {

/// Random, made with the data directory, where it also stands.
using InstallationId = std::array<std::uint8_t, 16>;

inline constexpr std::uint32_t lease_counters_max = 1'000'000;
inline constexpr std::size_t mark_ranges_max = 64;

/// Counters of one range that were promised to nobody before and never will be to anybody else:
/// `first` to `first + count - 1`.
struct Lease {
  PrefixRange range;
  std::uint32_t first = 0;
  std::uint32_t count = 0;

  [[nodiscard]] constexpr std::uint32_t end() const noexcept { return first + count; }
};

/// Counters below `reserved_up_to` (0 to the range's size) have been leased.
struct RangeMark {
  PrefixRange range;
  std::uint32_t reserved_up_to = 0;

  friend bool operator==(const RangeMark&, const RangeMark&) = default;
};

/// What the file says, its key and installation apart.
struct MarkState {
  std::uint64_t generation = 0;  ///< restores noted so far
  bool restore_pending = false;  ///< noted, and no lease taken since
  std::uint32_t last_lease = 0;  ///< counters of the newest lease; 0 before the first
  std::vector<RangeMark> ranges; ///< in the order they were added and are used up

  friend bool operator==(const MarkState&, const MarkState&) = default;
};

/// The same as the data directory itself remembers it, written by the issuing service: after each
/// lease and before the next one, synced. A range it has not heard of stands at 0.
struct DatabaseRecord {
  std::uint64_t generation = 0;
  std::vector<RangeMark> ranges; ///< reserved_up_to: where the newest lease of the range ended
};

/// How the data directory's record stands to the mark.
enum class Standing : std::uint8_t {
  /// It knows of all leases but, at most, the newest: the process died between lease and record.
  agrees,
  /// It is an older state, and a restore was noted that explains it.
  restored,
  /// The mark is more than one lease ahead, or saw a restore that the data directory did not, and
  /// none is pending: an old copy of the data directory was put in place.
  mark_ahead,
  /// The data directory knows of a lease or a restore that the mark does not: the mark itself is
  /// an old copy, or was made anew. No restore explains this.
  mark_behind,
};
[[nodiscard]] Standing standing_of(const MarkState& mark, const DatabaseRecord& database) noexcept;

/// Whether issuing may go on. It starts at the mark, and the service first writes the mark's state
/// into its own record. `conflict` when the mark is ahead or behind, and nothing may be issued.
[[nodiscard]] Result<void> check_record(const MarkState& mark, const DatabaseRecord& database);

/// The open file. Nobody else can open it meanwhile, in this process or another: a lock is held on
/// the file `<path>.lock` beside it, which must not be removed.
///
/// Every change writes the whole file beside the old one (`<path>.new`), syncs it, renames it over
/// the old one and syncs the folder, and only then returns. So a file that is short, torn or
/// garbled was never left by a crash: it is `corrupt`, and no older state is taken in its place.
/// Two alternating slots in one file would save a sync for each lease, but there a damaged newer
/// slot cannot be told from one that was being written, and the older one would be believed:
/// numbers would be issued twice.
///
/// The file holds the key: mode 0600, and no copy of it may ever be put in place of a newer one.
/// FORMAT.md lists its bytes. Messages name the path and the reason, never the key.
///
/// Thread-safe; a change keeps the others waiting while it syncs.
class IssuingMark {
public:
  /// Makes the file with a new random key, all counters of `range` free, and keeps it open. Errors:
  /// `invalid` (no valid range), `conflict` (there is something at `path`; it is left alone),
  /// `unavailable` (another process is using it, or there is no randomness), `storage` (the folder
  /// is missing or cannot be written to; no file is left).
  [[nodiscard]] static Result<std::unique_ptr<IssuingMark>>
  create(const std::filesystem::path& path, const InstallationId& installation, PrefixRange range);

  /// What it reads is on disk when this returns, so that the data directory can record it.
  /// Errors: `not_found` (no file), `conflict` (of another installation), `corrupt` (not what was
  /// written), `unsupported` (of a newer format), `invalid` (no regular file, or others than its
  /// owner may read or write it), `unavailable` (open already, here or elsewhere), `storage`.
  [[nodiscard]] static Result<std::unique_ptr<IssuingMark>>
  open(const std::filesystem::path& path, const InstallationId& installation);

  ~IssuingMark();
  IssuingMark(const IssuingMark&) = delete;
  IssuingMark& operator=(const IssuingMark&) = delete;

  /// The next `count` counters (1 to lease_counters_max), from the first range that has any left;
  /// fewer when it has no more. The new mark is on disk when this returns. It also ends a pending
  /// restore, so check_record comes first. Errors: `invalid` (count), `unavailable` (all ranges are
  /// used up, and nothing else), `storage`: no lease. After a failure that leaves it open which of
  /// two states is on disk every later change is `storage`, too, until the file is opened again.
  [[nodiscard]] Result<Lease> reserve(std::uint32_t count);

  /// Another delegated range, used when those before it are used up. Errors: `invalid` (no valid
  /// range, or more than mark_ranges_max), `conflict` (it overlaps one that is there), `storage`.
  [[nodiscard]] Result<void> add_range(PrefixRange range);

  /// To be called for each restore of the data directory, at the latest before anything is issued
  /// on it: raises the generation. The counters stay at the mark, so that what was issued after the
  /// backup is never issued again. Noting one restore twice does no harm. Error: `storage`.
  [[nodiscard]] Result<void> note_restore();

  [[nodiscard]] MarkState state() const;
  /// Of the range at that place in state().ranges.
  [[nodiscard]] std::uint32_t reserved_up_to(std::size_t range = 0) const;
  /// Lives as long as this object; a NumberSpace is made of it and a range of state().
  [[nodiscard]] const IssuingKey& key() const noexcept { return key_; }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
  class Lock;
  IssuingMark(std::filesystem::path path, std::unique_ptr<Lock> lock,
              const InstallationId& installation, const IssuingKey& key, MarkState state);
  /// Writes `next` and makes it the state.
  Result<void> store(MarkState next);

  const std::filesystem::path path_;
  const std::unique_ptr<Lock> lock_;
  const InstallationId installation_;
  const IssuingKey key_;
  mutable std::mutex mutex_;
  MarkState state_;
  bool is_in_doubt_ = false; ///< what is on disk may be another state than state_
};

} // namespace grunndata::registry::hjelpenummer
