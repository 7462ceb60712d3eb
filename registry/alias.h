// Other systems' opaque person ids, so that their clients keep working here.
#pragma once

#include "registry/registry.h"

#include <span>
#include <string>
#include <vector>

namespace grunndata::registry {

inline constexpr std::size_t alias_bytes_max = 64;

struct AliasClaim {
  std::string alias; ///< as the other system writes it, 1 to `alias_bytes_max` bytes
  IdentifierKey of;  ///< an identifier of the person it means
};

enum class AliasOutcome : std::uint8_t { added, known, refused };

/// Lets `Registry::get` find persons by `claims`; one commit. Per claim: added; known when it meant
/// that person already; refused when no person or more than one has the identifier, the alias means
/// somebody else, or its form is wrong (empty, too long, or one of our own ids). Aliases survive
/// imports, merges and rebuilds. No events: nothing about the person changed.
/// Errors: `corrupt`, `storage`, `unavailable`; then nothing was written.
[[nodiscard]] Result<std::vector<AliasOutcome>> add_aliases(Registry& registry,
                                                            std::span<const AliasClaim> claims);

} // namespace grunndata::registry
