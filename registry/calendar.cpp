#include "registry/calendar.h"

#include <array>
#include <atomic>
#include <chrono>
#include <memory>

#include <unicode/timezone.h>

namespace grunndata::registry {

namespace {

const icu::TimeZone& oslo() {
  static const std::unique_ptr<icu::TimeZone> zone(
      icu::TimeZone::createTimeZone(icu::UnicodeString("Europe/Oslo")));
  return *zone;
}

/// Of the days that registers write, what the zone's rules say is kept: dates come by millions.
constexpr std::int64_t kept_from = days_from_civil(1880, 1, 1);
constexpr std::int64_t kept_to = days_from_civil(2120, 1, 1);
constexpr std::int32_t kept_mark = 1 << 30; ///< with an offset; without it, none is kept yet
constinit std::array<std::atomic<std::int32_t>, kept_to - kept_from> kept_offsets{};

/// Milliseconds that Oslo's clocks are ahead of UTC where the day begins.
std::optional<std::int32_t> offset_at_midnight(std::int64_t day) {
  std::atomic<std::int32_t>* const kept =
      day >= kept_from && day < kept_to ? &kept_offsets[static_cast<std::size_t>(day - kept_from)]
                                        : nullptr;
  if (const auto known = kept == nullptr ? 0 : kept->load(std::memory_order_relaxed); known != 0) {
    return known - kept_mark;
  }
  std::int32_t raw = 0;
  std::int32_t summer = 0;
  UErrorCode status = U_ZERO_ERROR;
  oslo().getOffset(static_cast<double>(day) * 86'400'000.0, true, raw, summer, status);
  if (U_FAILURE(status) != 0) {
    return std::nullopt;
  }
  if (kept != nullptr) {
    kept->store(raw + summer + kept_mark, std::memory_order_relaxed);
  }
  return raw + summer;
}

} // namespace

std::optional<Instant> oslo_midnight_of(std::int64_t day) {
  const auto offset = offset_at_midnight(day);
  if (!offset) {
    return std::nullopt;
  }
  return Instant{day * microseconds_per_day - std::int64_t{*offset} * 1000};
}

void append_digits(std::string& out, std::int64_t value, int width) {
  std::array<char, 20> digits{};
  auto at = digits.size();
  for (; value > 0 || width > 0; value /= 10, --width) {
    digits[--at] = static_cast<char>('0' + value % 10);
  }
  out.append(digits.data() + at, digits.size() - at);
}

void append_date(std::string& out, std::int64_t day) {
  const std::chrono::year_month_day date{std::chrono::sys_days{
      std::chrono::days{static_cast<std::chrono::days::rep>(day)}}};
  const int year = static_cast<int>(date.year());
  out.append(year < 0 ? "-" : "");
  append_digits(out, year < 0 ? -year : year, year < 0 ? 3 : 4);
  out += '-';
  append_digits(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  append_digits(out, static_cast<unsigned>(date.day()), 2);
}

} // namespace grunndata::registry
