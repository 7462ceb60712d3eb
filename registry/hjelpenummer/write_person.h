// Brings the rows, identifier and claims of an entity in line with its hjelpenummer.
#pragma once

#include "registry/hjelpenummer/record.h"
#include "registry/transaction.h"

namespace grunndata::registry::hjelpenummer {

/// `forget`: rows that vanish leave no trace, instead of being withdrawn; those withdrawn before go
/// as well. A number that is not in use any more loses its claim: it cannot be looked up. `type` is
/// the event. `is_new`: the entity is made. Errors: `corrupt`, `storage`, `invalid`.
[[nodiscard]] Result<void> write_person(Transaction& transaction, const IdCipher& ids,
                                        const HelpNumber& number, EventType type, bool is_new,
                                        bool forget = false);

} // namespace grunndata::registry::hjelpenummer
