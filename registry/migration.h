// Older directory formats, brought up to date in place.
#pragma once

#include "registry/error.h"

namespace grunndata::registry {

namespace store {
class Store;
}

/// Makes a stamped directory of any older format one of `directory_format`; nothing to do when it
/// is that already. Repeatable: a crash leaves either format whole. Format 1 to 2: the families
/// `client` and `grant` came, which the engine makes, empty, when it opens; only the stamp changes,
/// so that older versions say why they refuse. Format 2 to 3: the same with the families of
/// hjelpenumre; persons of older directories get their search keys by `rebuild`, and cannot be
/// searched for until then. Format 3 to 4: events have causes from now on, those from before none.
/// Errors: `unsupported` (newer), `corrupt`, `storage`.
[[nodiscard]] Result<void> migrate(store::Store& store);

} // namespace grunndata::registry
