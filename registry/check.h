// Proves values, indexes and log against each other.
#pragma once

#include "registry/rebuild.h"
#include "registry/registry.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace grunndata::registry {

/// Something that does not fit. Says where, and what to do; never names a person otherwise than by
/// the opaque outside id.
struct Finding {
  std::string family; ///< where it was seen
  std::string place;  ///< outside id, or a sequence
  std::string what;
  std::string advice;
};

struct CheckFigures {
  std::uint64_t entities = 0;
  std::uint64_t identifiers = 0;
  std::uint64_t events = 0;
  std::uint64_t faults = 0;
};

struct CheckReport {
  CheckFigures figures;
  std::vector<Finding> findings; ///< the first `findings_max`
};

inline constexpr std::size_t findings_max = 1'000;

struct CheckOptions {
  /// Also reads and verifies every stored block, and renders every row again to compare.
  bool deep = false;
  Renderer renderer; ///< needed when deep
  /// Called now and then; false stops.
  std::function<bool(const CheckFigures&)> progress;
};

/// Works on one snapshot beside reads and writes. Errors: `storage`, `corrupt` (the engine itself
/// cannot read on), `cancelled`. Faults in the data are findings, not errors.
[[nodiscard]] Result<CheckReport> check(Registry& registry, const CheckOptions& options);

} // namespace grunndata::registry
