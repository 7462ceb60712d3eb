// A look at RocksDB's table files before RocksDB opens them. Internal to registry/store.
#pragma once

#include "registry/error.h"

#include <filesystem>

namespace grunndata::registry::store {

/// Verifies the properties block of each table file in `directory`. RocksDB 7.8 takes that block
/// apart before it verifies its checksum, and as Debian builds it some damage then ends the process
/// (an assertion) instead of giving an error. Whatever else is wrong with a file is left to
/// RocksDB, which verifies all other blocks first. Errors: `corrupt`; `storage`.
[[nodiscard]] Result<void> check_table_files(const std::filesystem::path& directory);

} // namespace grunndata::registry::store
