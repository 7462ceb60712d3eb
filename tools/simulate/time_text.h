// Moments as Folkeregisteret writes them, in Norwegian winter time all year round.
#pragma once

#include <cstdint>
#include <string>

namespace grunndata::simulate {

/// `YYYY-MM-DD` of so many microseconds since 1970.
[[nodiscard]] std::string date_text(std::int64_t us);
/// `YYYY-MM-DDThh:mm:ss.ffffff+01:00`
[[nodiscard]] std::string time_text(std::int64_t us);

} // namespace grunndata::simulate
