// Blocks and reports as a commit reads and writes them.
#pragma once

#include "registry/hjelpenummer/block_record.h"

namespace grunndata::registry::hjelpenummer {

/// A key of a block, not of reports.
[[nodiscard]] bool is_block_key(std::string_view key) noexcept;

/// `not_found`, `corrupt`.
[[nodiscard]] Result<Block> find_block(const Transaction& transaction, std::uint64_t number);
void put_block(Transaction& transaction, const Block& block);

/// Empty when none ever came. `number`: eleven digits.
[[nodiscard]] Result<std::vector<StoredReport>> find_reports(const Transaction& transaction,
                                                             std::string_view number);
void put_reports(Transaction& transaction, std::string_view number,
                 const std::vector<StoredReport>& reports);

/// A note beside a report or a decision; `invalid`, with `field` first in the message.
[[nodiscard]] Result<void> check_note(std::string_view field, std::string_view note);

[[nodiscard]] inline IdentifierKey fhn_of(std::string_view number) noexcept {
  return {IdentifierType::fhn, number, {}};
}

} // namespace grunndata::registry::hjelpenummer
