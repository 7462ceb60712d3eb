// What is kept of persons beside their rows: hjelpenumre with free text, reports of downtime,
// evidence and reasons of links, notes on work, and answers to idempotency keys.
#pragma once

#include "registry/entity_id.h"
#include "registry/error.h"
#include "registry/store/store.h"
#include "registry/transaction.h"

#include <vector>

namespace grunndata::registry::purge {

/// Forgets whatever of it may tell where `person` is, in the commit that learns that they hide:
/// the reason, address, place found, description and note of their hjelpenummer (an event tells of
/// it, and its rows are written anew) and of reports about it, the evidence and all reasons of
/// their links, what people noted on work about them, and the bodies of answers that name them.
/// Who did what, and when, stays. `store`: what is committed is walked. Errors: `corrupt`,
/// `storage`.
[[nodiscard]] Result<void> forget_beside(Transaction& transaction, const store::Store& store,
                                         const IdCipher& ids, const EntityId& person);

/// Where it stands in the files.
[[nodiscard]] Result<std::vector<store::KeyRange>> ranges_beside(const store::Store& store,
                                                                 const EntityId& person);

} // namespace grunndata::registry::purge
