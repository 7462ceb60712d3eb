// Making a backup of a data directory that is open and in use.
#pragma once

#include "registry/audit/log.h"
#include "registry/backup/key.h"
#include "registry/backup/manifest.h"
#include "registry/purge/purger.h"
#include "registry/registry.h"

#include <functional>

namespace grunndata::registry::backup {

/// Inside the data directory, while a backup is made: links to the store's files.
inline constexpr std::string_view copy_name = "backup-copy";

struct BackupProgress {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t bytes_total = 0; ///< may rise
};

struct CreateOptions {
  std::filesystem::path directory; ///< of the data
  std::filesystem::path folder;    ///< of the backups
  /// Read and store everything anew, whatever lies there: mends what is damaged.
  bool full = false;
  purge::PurgerLimits purger;
  std::function<bool()> stop;                          ///< unset: never
  std::function<Result<void>()> may_go_on;             ///< asked before anything is added
  std::function<void(const BackupProgress&)> progress; ///< after every piece
};

/// Stores the registry as it is at one moment during the call, and then the audit log, which may
/// be further on. Reads and commits go on. What was stored before is not stored again, and files
/// that never change are not even read. The backup exists when this returns, and not before:
/// stopped at any point it leaves pieces that the next one uses or `expire` removes.
///
/// What must be forgotten goes first: while a copy is held no purge can finish, so a purge that
/// comes in between lets go of the copy, and the backup goes on from a newer state.
/// Errors: those of `Repository::open` and `Registry`; `conflict` (the folder holds backups of
/// another data directory), `cancelled`, `unavailable` (purges kept coming), `storage`.
[[nodiscard]] Result<Manifest> create(Registry& registry, audit::Log* log, const Key& key,
                                      const CreateOptions& options);

/// Removes what a backup that was killed left in a data directory.
void remove_copy(const std::filesystem::path& directory) noexcept;

} // namespace grunndata::registry::backup
