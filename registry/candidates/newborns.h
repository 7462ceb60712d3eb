// Children that got a hjelpenummer because they had no number yet: found again when Folkeregisteret
// delivers them.
#pragma once

#include "registry/hjelpenummer/record.h"
#include "registry/source_record.h"
#include "registry/transaction.h"

#include <cstddef>

namespace grunndata::registry::candidates {

/// Part of every commit that writes the record of a number: a number that is issued to a newborn
/// whose mother is known is listed under her, any other is not (any more).
[[nodiscard]] Result<void> note_newborn(Transaction& transaction,
                                        const hjelpenummer::HelpNumber& number);

/// Whether any number was ever listed. While none was, nothing can match.
[[nodiscard]] Result<bool> has_newborns(const Transaction& transaction);

/// Part of the commit that writes `record` of `person`: opens work (`newborn_match`) for each
/// number listed under the person's mother, whichever of her numbers was told, whose child was born
/// on the same day, or the day before or after (midnight, and clocks). Of several at one birth
/// those are left out that another sex or place in the order tells apart; where all differ, all are
/// kept, and the text says so. Once for a number and a person, whatever is imported again. Returns
/// how many items were opened. Only records of Folkeregisteret with a mother and a birth date
/// match. Errors: `corrupt`, `storage`.
[[nodiscard]] Result<std::size_t> open_newborns_matching(Transaction& transaction,
                                                         const SourceRecord& record,
                                                         const EntityId& person);

/// What is wrong with an entry of the list, or of what was told; nothing when nothing is. For
/// `check`: keys of other kinds have no fault here.
[[nodiscard]] Result<std::optional<std::string_view>>
fault_of_newborn_key(const store::Store& store, const store::Snapshot* at, std::string_view key,
                     std::string_view value);

} // namespace grunndata::registry::candidates
