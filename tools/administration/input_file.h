// A command's stdin, kept in the data directory while the server reads it.
#pragma once

#include "registry/error.h"

#include <filesystem>
#include <string>

namespace grunndata::tools {

/// Copies stdin to a new file in `directory` that only its owner may read; its absolute path.
/// Leaves nothing behind when it fails. Errors: `storage`; `cancelled` after a first Ctrl-C (an
/// `Interrupts` must live).
[[nodiscard]] registry::Result<std::string> keep_input(const std::filesystem::path& directory);

/// Removes what commands that were killed left in `directory`.
void remove_kept_inputs(const std::filesystem::path& directory);

} // namespace grunndata::tools
