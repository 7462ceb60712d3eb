#include "registry/time.h"

#include "registry/calendar.h"

#include <array>
#include <chrono>

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
  return oslo_midnight_of(days_from_civil(civil->year, civil->month, civil->day));
}

std::optional<Instant> parse_instant(std::string_view text) {
  return is_date(text) ? oslo_midnight(text) : parse_date_time(text);
}

std::string format_instant(Instant instant) {
  std::int64_t day = instant.microseconds / microseconds_per_day;
  std::int64_t rest = instant.microseconds % microseconds_per_day;
  if (rest < 0) {
    --day;
    rest += microseconds_per_day;
  }
  const std::int64_t micros = rest % microseconds_per_second;
  rest /= microseconds_per_second;
  std::string text;
  text.reserve(27);
  append_date(text, day);
  text += 'T';
  append_digits(text, rest / 3600, 2);
  text += ':';
  append_digits(text, rest / 60 % 60, 2);
  text += ':';
  append_digits(text, rest % 60, 2);
  text += '.';
  append_digits(text, micros, 6);
  text += 'Z';
  return text;
}

} // namespace grunndata::registry
