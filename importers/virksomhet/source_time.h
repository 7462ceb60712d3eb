// Dates as the sector's registers write them, on the registry's half-open axis.
#pragma once

#include "registry/time.h"

#include <optional>
#include <string_view>

namespace grunndata::importers::virksomhet {

/// 00:00 in Oslo on the day after. Nothing unless it is a date.
[[nodiscard]] std::optional<registry::Instant> day_after(std::string_view date);

/// `YYYY-MM-DD`, `YYYY-MM-DDThh:mm:ss` with up to nine decimals, which is Oslo's own time, or the
/// same with a zone. Nothing for anything else.
[[nodiscard]] std::optional<registry::Instant> source_instant(std::string_view text);

/// As `source_instant`, of an inclusive end: a date, or midnight without a zone, is over when the
/// day is. From the year 9999 on it is no end: nothing, as for anything else.
[[nodiscard]] std::optional<registry::Instant> inclusive_end(std::string_view text);
/// Whether the text stands for "no end".
[[nodiscard]] bool is_endless(std::string_view text) noexcept;

} // namespace grunndata::importers::virksomhet
