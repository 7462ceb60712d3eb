// Days of the calendar, counted from 1970-01-01 (proleptic Gregorian).
#pragma once

#include "registry/time.h"

#include <cstdint>
#include <optional>
#include <string>

namespace grunndata::registry {

inline constexpr std::int64_t microseconds_per_day = std::int64_t{86'400} * 1'000'000;

/// Of a date that exists (Howard Hinnant's civil calendar algorithm).
[[nodiscard]] constexpr std::int64_t days_from_civil(int year, int month, int day) noexcept {
  const std::int64_t y = month <= 2 ? year - 1 : year;
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const std::int64_t yoe = y - era * 400;
  const std::int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146'097 + doe - 719'468;
}

/// 00:00 in Europe/Oslo on that day; nothing when the zone's rules are not there.
[[nodiscard]] std::optional<Instant> oslo_midnight_of(std::int64_t day);

/// `YYYY-MM-DD`
void append_date(std::string& out, std::int64_t day);
/// A number that is not negative, with zeros in front up to `width`, which is at most 20.
void append_digits(std::string& out, std::int64_t value, int width);

} // namespace grunndata::registry
