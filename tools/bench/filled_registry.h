// A registry with the synthetic people of a benchmark in it.
#pragma once

#include "registry/registry.h"
#include "tools/bench/population_file.h"

#include <cstdint>
#include <filesystem>
#include <memory>

namespace grunndata::tools::bench {

struct FilledRegistry {
  People people{};
  std::filesystem::path data{}; ///< holds just these people; empty: filled below `made`
  std::filesystem::path made{}; ///< a folder to write in
  std::size_t cache_bytes = registry::OpenOptions{}.cache_bytes;
};

/// Errors: as of `registry::Registry::open` and of loading.
[[nodiscard]] registry::Result<std::unique_ptr<registry::Registry>>
open_filled(const FilledRegistry& wanted);

} // namespace grunndata::tools::bench
