// Which nodes of different sources seem to be the same unit (virksomhet.md 4.7). Suggests, and
// writes no relation.
#pragma once

#include "registry/virksomhet/suggestions.h"

#include <cstdint>
#include <functional>

namespace grunndata::registry::virksomhet {

/// In thousandths; fewer are no suggestion.
inline constexpr std::uint16_t match_score_min = 700;
/// Units of Enhetsregisteret under one legal entity; those under one with more are not looked at.
inline constexpr std::size_t match_units_max = 100'000;

struct MatchFigures {
  std::uint64_t units = 0;       ///< of RESH and employers that were looked at
  std::uint64_t legal_roots = 0; ///< under which they stand
  std::uint64_t pairs = 0;       ///< held against each other
  std::uint64_t suggested = 0;   ///< new, or again
  std::uint64_t kept = 0;        ///< open before, and still
  std::uint64_t withdrawn = 0;
  std::uint64_t too_large = 0;   ///< legal entities passed over (`match_units_max`)
};

/// Holds units of RESH and of employers that are in use against the nodes of Enhetsregisteret under
/// the same legal entity, and each suggestion becomes or stays open, or is withdrawn. Each node
/// stands in one suggestion at most, the best; whoever is joined by a TILSVARER already is left
/// out, and what was rejected stays so. Memory follows the largest legal entity and the number of
/// units. `go_on` is called now and then; false stops with `cancelled`, and what is done is done.
/// Errors: `corrupt`, `storage`, `unavailable`.
[[nodiscard]] Result<MatchFigures>
match_nodes(Registry& registry, const std::function<bool(const MatchFigures&)>& go_on = {});

} // namespace grunndata::registry::virksomhet
