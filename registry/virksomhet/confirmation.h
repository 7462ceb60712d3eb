// What the registry can say to what somebody claims of where health personnel give care (bekreft,
// virksomhet.md 4.8 and 5): a verdict for each fact, never one over all of them.
#pragma once

#include "registry/virksomhet/structure.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::virksomhet {

/// What is claimed. A key that is no node's is a fact that is refused, not an error.
struct Claim {
  OwnedNodeKey legal_entity;
  std::optional<OwnedNodeKey> point_of_care;
  std::optional<OwnedNodeKey> department;
  std::optional<OwnedNodeKey> practitioner; ///< an HPR-nummer
};

enum class Verdict : std::uint8_t {
  confirmed, ///< BEKREFTET
  refused,   ///< AVVIST
  unknown,   ///< UKJENT: no source tells; never to be taken for confirmed
  warning,   ///< ADVARSEL: it may be so, but something is unusual
};
/// "BEKREFTET" …
[[nodiscard]] std::string_view name_of(Verdict verdict) noexcept;

struct ConfirmedFact {
  std::string_view fact;   ///< "legalEntity", "pointOfCare", "department", "affiliation"
  Verdict verdict = Verdict::unknown;
  std::string_view reason; ///< one sentence; a constant
  std::optional<NodeSource> source; ///< who tells, where it is one
};

/// One fact for each part of the claim, as of the structure's times; an affiliation when there is a
/// practitioner. Errors: `corrupt`, `storage`.
[[nodiscard]] Result<std::vector<ConfirmedFact>> confirm(const Structure& structure,
                                                         const Claim& claim);

} // namespace grunndata::registry::virksomhet
