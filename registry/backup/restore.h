// A backup becomes a data directory again.
#pragma once

#include "registry/audit/log.h"
#include "registry/backup/create.h"
#include "registry/backup/restored.h"
#include "registry/backup/restored_issuing.h"

#include <optional>

namespace grunndata::registry::backup {

struct RestoreOptions {
  std::filesystem::path folder;         ///< of the backups
  std::string id;                       ///< empty: the newest
  std::filesystem::path directory;      ///< to be made; absent or empty
  std::filesystem::path purge_register; ///< as in `OpenOptions`
  std::filesystem::path issuing_mark;   ///< empty: the directory's name with `.issuing` behind it
  /// Go on although files beside the directory are lost with the machine. Without the purge
  /// register or the mark of the feed persons purged since the backup are shown as it has them, and
  /// the feed skips `numbers_skipped`; without the issuing mark no hjelpenummer is issued any more.
  bool accept_missing = false;
  /// Of the log in `directory`; the place is filled in. Nothing: the log is left as it is.
  std::optional<audit::LogOptions> log;
  audit::Record record; ///< who restores and why
  std::function<bool()> stop;
  std::function<void(const BackupProgress&)> progress;
};

/// Where numbers go on when nobody knows how far they had come.
inline constexpr std::uint64_t numbers_skipped = 1'000'000'000;

struct RestoreReport {
  Manifest manifest;
  Restored mark;
  std::uint64_t newest_number = 0; ///< the feed goes on behind it
  std::uint64_t purged = 0;        ///< purges since the backup, carried out again
  std::uint64_t records = 0;       ///< of the audit log, the one about this restore included
  IssuingAfter issuing = IssuingAfter::never_begun;
  /// Where the copy of a checkpoint over records that are lost was put; empty: there was none.
  std::filesystem::path checkpoint_aside;
};

/// Fetches every file beside the directory, under its name with `.restoring` behind it; begins a
/// new epoch; lets the feed go on behind all numbers ever given; carries out every purge that the
/// register knows, on the bytes too; writes the restore into the audit log and the issuing mark;
/// and only then gives the directory its name. Stopped at any point there is no directory, and it
/// can be begun again. Errors: `conflict` (the directory holds something; the purge register, the
/// mark of the feed or the issuing mark is missing or another's; another key), `not_found`,
/// `corrupt` (the backup is damaged), `invalid` (the audit log's key is not the one it was signed
/// with), `unavailable` (the issuing mark is in use: a server runs), `cancelled`, `storage`.
[[nodiscard]] Result<RestoreReport> restore(const Key& key, const RestoreOptions& options);

} // namespace grunndata::registry::backup
