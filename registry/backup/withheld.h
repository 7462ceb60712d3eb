// After a restore nobody is shown where anybody is, until the source has been read again.
#pragma once

#include "registry/registry.h"

#include <optional>

namespace grunndata::registry::backup {

/// Since when everything that locates a person is withheld from every caller; nothing when it is
/// not. An older copy of a directory does not know whom the source has graded since: strengt
/// fortrolig stands in the purge register, everything else does not. Errors: `corrupt`, `storage`.
[[nodiscard]] Result<std::optional<Instant>> withheld_since(const store::Store& store);

/// Shows it again. Whether the source was read whole is the caller's to know: that a newer extract
/// was read at all is checked. Errors: `not_found` (nothing is withheld), `conflict` (no extract of
/// Folkeregisteret from after the restore has been loaded), `storage`.
[[nodiscard]] Result<void> release_places(Registry& registry);

} // namespace grunndata::registry::backup
