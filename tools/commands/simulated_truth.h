// Comparing a registry with the simulator that it followed.
#pragma once

#include "importers/folkeregisteret/person_mapping.h"
#include "registry/registry.h"

#include <cstdint>
#include <string>
#include <vector>

namespace grunndata::tools {

struct Comparison {
  std::uint64_t persons = 0;
  std::uint64_t differences = 0;
  /// Shown less of than the source would: somebody they were merged with is protected, and that
  /// stays until a human decides. Or of whom one side had to forget a shared residence, since it
  /// may be the home of a strictly protected relative, and the other did not. No difference.
  std::uint64_t held_back = 0;
  std::vector<std::string> differing; ///< a line each, at most some; no person's number
};

/// Fetches every person of the simulator at `address` ("http://127.0.0.1:8200"), maps them into a
/// registry in memory, and compares what both show of each, by each number: all parts, with
/// history. Errors: `invalid` (the address), `unavailable`, those of the registry.
[[nodiscard]] registry::Result<Comparison>
compare_with_simulator(const registry::Registry& registry,
                       const importers::folkeregisteret::MappingOptions& mapping,
                       const std::string& address);

} // namespace grunndata::tools
