// Reading whole backups, to know that they can be restored.
#pragma once

#include "registry/backup/create.h"
#include "registry/backup/key.h"

#include <functional>
#include <string>
#include <vector>

namespace grunndata::registry::backup {

struct VerifyOptions {
  std::filesystem::path folder;
  std::string id; ///< empty: all
  std::function<bool()> stop;
  std::function<void(const BackupProgress&)> progress;
};

struct VerifyReport {
  std::uint64_t backups = 0;
  std::uint64_t pieces = 0;         ///< read; each once, however many backups it is in
  std::uint64_t bytes = 0;          ///< of these
  std::vector<std::string> whole;   ///< ids
  std::vector<std::string> damaged; ///< ids; those of another key are in neither
  /// A sentence for each list and file that is not what was stored; empty: all is whole.
  std::vector<std::string> faults;
};

/// Decrypts every piece and compares it with its name. What it found is the caller's to note
/// (newest.h). Damage is in the report. Errors: as
/// `Repository::find`, also when no backup was made with this key; `cancelled`, `storage`.
[[nodiscard]] Result<VerifyReport> verify(const Key& key, const VerifyOptions& options);

} // namespace grunndata::registry::backup
