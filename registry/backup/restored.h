// What a data directory says of having been restored.
#pragma once

#include "registry/error.h"
#include "registry/store/store.h"
#include "registry/time.h"

#include <cstdint>
#include <optional>
#include <string>

namespace grunndata::registry::backup {

/// `meta`/`restored`: the newest restore. Who keeps marks outside the directory compares `times`
/// with what it noted: a directory that says so goes on behind those marks.
struct Restored {
  Instant when{};
  std::uint64_t times = 0; ///< restores of this directory so far, this one included
  std::string backup;      ///< id
  Instant taken{};         ///< when the backup was begun
};

/// Nothing when it never was. Errors: `corrupt`, `storage`.
[[nodiscard]] Result<std::optional<Restored>> restored(const store::Store& store);

/// Notes a restore, begins a new epoch and lets the numbers of the log go on behind `floor`. On a
/// store that nobody else has open.
[[nodiscard]] Result<Restored> mark_restored(store::Store& store, const std::string& backup,
                                             Instant taken, Instant when, std::uint64_t floor);

} // namespace grunndata::registry::backup
