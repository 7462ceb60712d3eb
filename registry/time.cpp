#include "registry/time.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <mutex>

#include <unicode/timezone.h>

namespace grunndata::registry {

namespace {

constexpr std::int64_t microseconds_per_second = 1'000'000;
constexpr std::int64_t seconds_per_day = 86'400;

constexpr bool digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// The number of `count` digits at `at`, or -1.
constexpr int number_at(std::string_view text, std::size_t at, std::size_t count) noexcept {
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (i >= text.size() || !digit(text[i])) {
      return -1;
    }
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

constexpr bool leap(int year) noexcept {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

constexpr bool exists(int year, int month, int day) noexcept {
  constexpr std::array<int, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year < 0 || month < 1 || month > 12 || day < 1) {
    return false;
  }
  return day <= days[static_cast<std::size_t>(month - 1)] + (month == 2 && leap(year) ? 1 : 0);
}

/// Days since 1970-01-01 (Howard Hinnant's civil calendar algorithm).
constexpr std::int64_t days_from_civil(int year, int month, int day) noexcept {
  const std::int64_t y = month <= 2 ? year - 1 : year;
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const std::int64_t yoe = y - era * 400;
  const std::int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146'097 + doe - 719'468;
}

struct Civil {
  int year, month, day;
};

std::optional<Civil> civil_at_start(std::string_view text) noexcept {
  const int year = number_at(text, 0, 4);
  const int month = number_at(text, 5, 2);
  const int day = number_at(text, 8, 2);
  if (text.size() < 10 || text[4] != '-' || text[7] != '-' || !exists(year, month, day)) {
    return std::nullopt;
  }
  return Civil{year, month, day};
}

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
  oslo().getOffset(static_cast<double>(day * seconds_per_day) * 1000.0, true, raw, summer, status);
  if (U_FAILURE(status) != 0) {
    return std::nullopt;
  }
  if (kept != nullptr) {
    kept->store(raw + summer + kept_mark, std::memory_order_relaxed);
  }
  return raw + summer;
}

/// Fraction `.d{1,9}` at `at`; moves `at` past it. Microseconds, or nothing when malformed.
std::optional<std::int64_t> fraction_at(std::string_view text, std::size_t& at) noexcept {
  if (at >= text.size() || text[at] != '.') {
    return 0;
  }
  ++at;
  std::int64_t value = 0;
  std::size_t digits = 0;
  while (at < text.size() && digit(text[at]) && digits < 9) {
    if (digits < 6) {
      value = value * 10 + (text[at] - '0');
    }
    ++digits;
    ++at;
  }
  if (digits == 0) {
    return std::nullopt;
  }
  for (std::size_t i = digits; i < 6; ++i) {
    value *= 10;
  }
  return value;
}

/// `Z` or `±hh:mm` filling the rest of `text` from `at`. Seconds east of UTC.
std::optional<std::int64_t> offset_at(std::string_view text, std::size_t at) noexcept {
  if (at + 1 == text.size() && (text[at] == 'Z' || text[at] == 'z')) {
    return 0;
  }
  if (at + 6 != text.size() || (text[at] != '+' && text[at] != '-') || text[at + 3] != ':') {
    return std::nullopt;
  }
  const int hours = number_at(text, at + 1, 2);
  const int minutes = number_at(text, at + 4, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) {
    return std::nullopt;
  }
  const std::int64_t seconds = hours * 3600 + minutes * 60;
  return text[at] == '-' ? -seconds : seconds;
}

} // namespace

Instant now() noexcept {
  return {std::chrono::duration_cast<std::chrono::microseconds>(
              std::chrono::system_clock::now().time_since_epoch())
              .count()};
}

std::optional<Instant> parse_date_time(std::string_view text) noexcept {
  const auto civil = civil_at_start(text);
  if (!civil || text.size() < 20 || (text[10] != 'T' && text[10] != 't') || text[13] != ':' ||
      text[16] != ':') {
    return std::nullopt;
  }
  const int hour = number_at(text, 11, 2);
  const int minute = number_at(text, 14, 2);
  const int second = number_at(text, 17, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
    return std::nullopt;
  }
  std::size_t at = 19;
  const auto fraction = fraction_at(text, at);
  if (!fraction) {
    return std::nullopt;
  }
  const auto offset = offset_at(text, at);
  if (!offset) {
    return std::nullopt;
  }
  const std::int64_t seconds =
      days_from_civil(civil->year, civil->month, civil->day) * seconds_per_day + hour * 3600 +
      minute * 60 + second - *offset;
  return Instant{seconds * microseconds_per_second + *fraction};
}

bool is_date(std::string_view text) noexcept {
  return text.size() == 10 && civil_at_start(text).has_value();
}

std::optional<Instant> oslo_midnight(std::string_view date) {
  const auto civil = date.size() == 10 ? civil_at_start(date) : std::nullopt;
  if (!civil) {
    return std::nullopt;
  }
  const std::int64_t day = days_from_civil(civil->year, civil->month, civil->day);
  const auto offset = offset_at_midnight(day);
  if (!offset) {
    return std::nullopt;
  }
  return Instant{day * seconds_per_day * microseconds_per_second - std::int64_t{*offset} * 1000};
}

std::optional<Instant> parse_instant(std::string_view text) {
  return is_date(text) ? oslo_midnight(text) : parse_date_time(text);
}

std::string format_instant(Instant instant) {
  std::int64_t seconds = instant.microseconds / microseconds_per_second;
  std::int64_t micros = instant.microseconds % microseconds_per_second;
  if (micros < 0) {
    micros += microseconds_per_second;
    --seconds;
  }
  const std::chrono::sys_seconds point{std::chrono::seconds{seconds}};
  const auto day = std::chrono::floor<std::chrono::days>(point);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{point - day};
  std::array<char, 64> buffer{};
  const int size =
      std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ",
                    static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                    static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                    static_cast<int>(time.minutes().count()),
                    static_cast<int>(time.seconds().count()), static_cast<int>(micros));
  return std::string(buffer.data(), static_cast<std::size_t>(size));
}

} // namespace grunndata::registry
