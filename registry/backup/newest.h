// How old the newest backups in a folder are, for whoever watches a server. Needs no key.
#pragma once

#include "registry/backup/key.h"
#include "registry/error.h"
#include "registry/time.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::backup {

/// The time in an id: when its backup was begun. Nothing for a text that is no id.
[[nodiscard]] std::optional<Instant> time_of(std::string_view id);

struct Newest {
  std::uint64_t backups = 0;       ///< finished, of whatever key
  std::optional<Instant> begun;    ///< of the newest one
  std::optional<Instant> verified; ///< when the newest one that was read whole was begun
};

/// Reads names and a small note only. No such folder, or an empty one: no backups. The note is not
/// sealed: whoever may write to the folder can forge it. Errors: `storage`.
[[nodiscard]] Result<Newest> newest(const std::filesystem::path& folder);

/// Notes in the folder which of `ids` were found whole and which not; others keep what was noted
/// of them, and those that are gone are forgotten. Errors: `storage` (the folder is read-only).
[[nodiscard]] Result<void> note_verified(const std::filesystem::path& folder,
                                         const std::vector<std::string>& whole,
                                         const std::vector<std::string>& damaged);

} // namespace grunndata::registry::backup
