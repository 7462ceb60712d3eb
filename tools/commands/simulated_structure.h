// Comparing a registry with the simulated Enhetsregisteret that it followed.
#pragma once

#include "importers/enhetsregisteret/selection.h"
#include "registry/registry.h"

#include <cstdint>
#include <string>
#include <vector>

namespace grunndata::tools {

struct StructureComparison {
  std::uint64_t units = 0;    ///< compared
  std::uint64_t left_out = 0; ///< not wanted, and not there
  std::uint64_t differences = 0;
  std::vector<std::string> differing; ///< a line each, at most some
};

/// Fetches every unit of the simulator at `address` ("http://127.0.0.1:8400"), and their roles,
/// maps them into a registry in memory, and compares what both show of each today: its life, its
/// rows, who is above it. When it began to be so is not compared: who followed knows more of that.
/// Those that `rules` do not pick, or that have ended, may be missing; where they are there, they
/// must be as in the source.
/// Errors: `invalid` (the address), `unavailable`, those of the registry.
[[nodiscard]] registry::Result<StructureComparison>
compare_structure_with_simulator(const registry::Registry& registry,
                                 const importers::enhetsregisteret::SelectionRules& rules,
                                 const std::string& address);

} // namespace grunndata::tools
