// What holds of a request to link, checked before anything is written, and whom it is about.
#pragma once

#include "registry/hjelpenummer/record.h"
#include "registry/links/links.h"
#include "registry/transaction.h"

#include <optional>
#include <string_view>
#include <vector>

namespace grunndata::registry::links {

/// Both are `invalid`, and repeat no value.
[[nodiscard]] Result<void> check_reason(std::string_view reason);
[[nodiscard]] Result<void> check_evidence(const std::vector<Evidence>& evidence);

/// One side of a link, found.
struct Side {
  EntityId entity;
  std::optional<hjelpenummer::HelpNumber> number; ///< its record, if it goes by a hjelpenummer
};

/// Who goes by the number themselves, whoever carries them on. `which`: "loser" or "survivor", for
/// messages. Errors: `not_found`, `ambiguous`, `conflict` (`number_cancelled`, `number_ceased`),
/// `corrupt`, `storage`.
[[nodiscard]] Result<Side> find_side(const Transaction& transaction, const IdentifierKey& key,
                                     std::string_view which);

} // namespace grunndata::registry::links
