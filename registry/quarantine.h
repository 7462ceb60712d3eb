// The stored form of a quarantined record.
#pragma once

#include "registry/registry.h"

#include <optional>
#include <string>
#include <string_view>

namespace grunndata::registry {

[[nodiscard]] std::string write_quarantine(const QuarantineEntry& entry);
/// Without `raw` unless asked; nothing when the bytes are bad.
[[nodiscard]] std::optional<QuarantineEntry> read_quarantine(std::uint64_t number,
                                                             std::string_view value,
                                                             bool with_raw);

} // namespace grunndata::registry
