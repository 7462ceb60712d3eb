// How many records wait in quarantine, and why.
#pragma once

#include "registry/registry.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace grunndata::registry {

/// By source (of persons, or a `virksomhet::NodeSource`) and reason.
using QuarantineCounts = std::map<std::pair<Source, std::string>, std::uint64_t>;

/// Reads all of them. Errors: `corrupt`, `storage`.
[[nodiscard]] Result<QuarantineCounts> quarantine_counts(const Registry& registry);

} // namespace grunndata::registry
