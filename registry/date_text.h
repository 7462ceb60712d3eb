// How times of the valid axis are shown to people and programs.
#pragma once

#include "registry/time.h"

#include <string>

namespace grunndata::registry {

/// `YYYY-MM-DD` when it is 00:00 in Europe/Oslo on that day, which is what a date means here
/// (`oslo_midnight`); any other time as `format_instant`. `parse_instant` reads both.
[[nodiscard]] std::string format_date_or_instant(Instant instant);
/// The same, behind what is there.
void append_date_or_instant(std::string& out, Instant instant);

} // namespace grunndata::registry
