// Old backups go: what they hold of people must not be kept for ever.
#pragma once

#include "registry/backup/key.h"
#include "registry/time.h"

#include <filesystem>
#include <string>
#include <vector>

namespace grunndata::registry::backup {

struct ExpireOptions {
  std::filesystem::path folder;
  std::uint32_t keep_days = 0;
  std::uint32_t keep_min = 1; ///< so many of the newest stay, however old
};

struct ExpireReport {
  std::vector<std::string> removed; ///< ids
  std::uint64_t kept = 0;
  std::uint64_t freed_bytes = 0;
  /// Pieces that nothing uses could not be told from others, because this backup's list is damaged.
  std::string unreadable;
};

/// Removes backups older than `keep_days` but for the newest `keep_min`, of whatever key, and then
/// every piece that no backup uses. Errors: as `Repository::open`; `storage`.
[[nodiscard]] Result<ExpireReport> expire(const Key& key, const ExpireOptions& options,
                                          Instant now);

} // namespace grunndata::registry::backup
