// The stored form of a quarantined record.
#pragma once

#include "registry/registry.h"
#include "registry/transaction.h"

#include <optional>
#include <string>
#include <string_view>

namespace grunndata::registry {

/// The mark under which the record's number is kept, so that it is quarantined once: source,
/// reason, place and record tell it from others.
[[nodiscard]] std::string quarantine_mark(const QuarantineEntry& entry);

[[nodiscard]] std::string write_quarantine(const QuarantineEntry& entry);
/// Without `raw` unless asked; nothing when the bytes are bad.
[[nodiscard]] std::optional<QuarantineEntry> read_quarantine(std::uint64_t number,
                                                             std::string_view value,
                                                             bool with_raw);

/// Keeps the entry under a new number, which it returns; nothing when the same record was
/// quarantined for the same reason before. Errors: `corrupt`, `storage`.
[[nodiscard]] Result<std::optional<std::uint64_t>> keep_quarantined(Transaction& transaction,
                                                                    const QuarantineEntry& entry);

} // namespace grunndata::registry
