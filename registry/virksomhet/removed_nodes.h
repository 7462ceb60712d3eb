// Nodes that their source took away for legal reasons: what was said of them goes everywhere, and
// goes again from a restored copy.
#pragma once

#include "registry/entity_id.h"
#include "registry/error.h"
#include "registry/purge/ledger.h"
#include "registry/store/store.h"
#include "registry/transaction.h"
#include "registry/virksomhet/identifier_system.h"
#include "registry/virksomhet/node_writer.h"

#include <string>

namespace grunndata::registry::virksomhet {

/// A node's number as the purge register hashes it; no person's identifier looks so.
[[nodiscard]] std::string purge_key_of(const NodeKey& key);
/// Of a key of the family `node_key`.
[[nodiscard]] std::string purge_key_of_stored(std::string_view key);

/// Takes records out of quarantine that tell of the node, which may be broken text: whatever holds
/// its number. Its note learns theirs. Errors: `corrupt`, `storage`.
[[nodiscard]] Result<void> purge_quarantined(Transaction& transaction, const store::Store& store,
                                             NodeWriter::Removed& removed);

/// Removes a node of a restored copy once more, as a record of `extracted_at` asked for. Without
/// effect, and with a note all the same, when the copy has it removed. Errors: `corrupt`,
/// `storage`.
[[nodiscard]] Result<purge::Note> remove_again(Transaction& transaction, const store::Store& store,
                                               const IdCipher& ids, const EntityId& node,
                                               Instant extracted_at);

} // namespace grunndata::registry::virksomhet
