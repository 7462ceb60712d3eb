// Points in time as the registers write them, and dates as people mean them.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::registry {

/// A point in time: microseconds since 1970-01-01T00:00:00Z. Finer digits of a source are kept in
/// its rendered text, not here.
struct Instant {
  std::int64_t microseconds = 0;
  auto operator<=>(const Instant&) const = default;
};

/// The present time of the system clock.
[[nodiscard]] Instant now() noexcept;

/// Parses an RFC 3339 date-time with 0 to 9 fractional digits and `Z` or `±hh:mm`.
/// Nothing for anything else, dates that do not exist included.
[[nodiscard]] std::optional<Instant> parse_date_time(std::string_view text) noexcept;

/// True for a calendar date `YYYY-MM-DD` that exists (proleptic Gregorian).
[[nodiscard]] bool is_date(std::string_view text) noexcept;

/// A date means 00:00 in Europe/Oslo on that day. Nothing unless `is_date(text)`.
[[nodiscard]] std::optional<Instant> oslo_midnight(std::string_view date);

/// A date-time or a date, as `asOf` takes them.
[[nodiscard]] std::optional<Instant> parse_instant(std::string_view text);

/// `YYYY-MM-DDThh:mm:ss.ffffffZ`, always UTC.
[[nodiscard]] std::string format_instant(Instant instant);

} // namespace grunndata::registry
