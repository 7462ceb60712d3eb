// Quarantined records of people who hide: they wait with everything the source said.
#pragma once

#include "registry/entity_id.h"
#include "registry/purge/ledger.h"
#include "registry/registry.h"
#include "registry/store/store.h"
#include "registry/transaction.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace grunndata::registry::purge {

/// Runs of as many digits as a number of a person has, as they stand in text that may be broken.
[[nodiscard]] std::vector<std::string_view> numbers_in(std::string_view text);

/// Takes the text out of a record that is about to be quarantined when a number in it belongs to
/// somebody strictly protected; `{"purged":"<outside id>"}` stands there instead. A relative's
/// record that only names the person goes too: what cannot be read cannot be told apart, and its
/// source can be imported again.
[[nodiscard]] Result<void> purge_before_quarantine(Transaction& transaction, const IdCipher& ids,
                                                   QuarantineEntry& entry);

/// The same for records that wait already, and those numbered `fresh` that this transaction put
/// there: of everybody in `notes`, which learn the numbers. Walks over all that is quarantined.
[[nodiscard]] Result<void> purge_quarantined(Transaction& transaction, const store::Store& store,
                                             const IdCipher& ids, std::span<Note> notes,
                                             std::span<const std::uint64_t> fresh);

} // namespace grunndata::registry::purge
