// The least any import has to do: parse the documents, compress and write the bytes. No mapping, no
// comparing, no registry.
#pragma once

#include "registry/store/store.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace grunndata::tools::bench {

/// What an import wrote, cut into the batches it was written in.
struct BareBatches {
  std::vector<std::vector<registry::store::Change>> batches;
  std::uint64_t bytes = 0; ///< of keys and values
};

/// Copies everything out of a finished store into memory, in `batches` equal parts. Families whose
/// keys grow with time are cut in key order; in the others every batch touches the whole range of
/// keys, as it did when they were written.
[[nodiscard]] registry::Result<BareBatches> collect_batches(const registry::store::Store& finished,
                                                            std::uint64_t batches);

/// Parses all lines of `documents` (simdjson's DOM, two threads) and loads the batches into
/// `empty`, both at the same time: batch k is written when its share of the lines is parsed. The
/// seconds it took. `invalid` when a line is no JSON.
[[nodiscard]] registry::Result<double> run_bare_load(const std::filesystem::path& documents,
                                                     std::uint64_t lines, BareBatches&& work,
                                                     registry::store::Store& empty);

/// Seconds of one thread that only parses the documents.
[[nodiscard]] registry::Result<double> parse_seconds(const std::filesystem::path& documents,
                                                     std::uint64_t lines);

} // namespace grunndata::tools::bench
