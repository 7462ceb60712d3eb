#include "importers/virksomhet/source_time.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <string>

namespace grunndata::importers::virksomhet {

using registry::Instant;

namespace {

constexpr std::size_t date_bytes = 10;
constexpr std::size_t local_time_bytes = 19;
constexpr std::int64_t hour = 3'600'000'000;
constexpr std::int64_t ordinary_day = 24 * hour;
constexpr std::int64_t clock_changed_at = 3 * hour; ///< by then, on days when it is changed
constexpr std::string_view midnight = "T00:00:00";

int number_in(std::string_view digits) noexcept {
  int number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

/// The zone's Z, + or - after a local time and its decimals; empty when there is none.
std::string_view zone_of(std::string_view text) noexcept {
  const std::size_t at = text.find_first_of("Z+-", date_bytes);
  return at == text.npos ? std::string_view{} : text.substr(at);
}

/// Microseconds since midnight by the clock on the wall; also whether the text is one.
std::optional<std::int64_t> wall_clock(std::string_view local) {
  // The parser of date-times knows what an hour, a minute and a decimal may be.
  const auto day = registry::parse_date_time(std::string("1970-01-01").append(local).append("Z"));
  if (!day) return std::nullopt;
  return day->microseconds;
}

} // namespace

std::optional<Instant> day_after(std::string_view date) {
  if (!registry::is_date(date)) return std::nullopt;
  const std::chrono::year_month_day given{
      std::chrono::year{number_in(date.substr(0, 4))},
      std::chrono::month{static_cast<unsigned>(number_in(date.substr(5, 2)))},
      std::chrono::day{static_cast<unsigned>(number_in(date.substr(8, 2)))}};
  const std::chrono::year_month_day next{std::chrono::sys_days{given} + std::chrono::days{1}};
  std::array<char, 32> text{};
  const int size = std::snprintf(text.data(), text.size(), "%04d-%02u-%02u",
                                 static_cast<int>(next.year()), static_cast<unsigned>(next.month()),
                                 static_cast<unsigned>(next.day()));
  return registry::oslo_midnight({text.data(), static_cast<std::size_t>(size)});
}

std::optional<Instant> source_instant(std::string_view text) {
  if (text.size() == date_bytes) return registry::oslo_midnight(text);
  if (text.size() < local_time_bytes || text[date_bytes] != 'T') return std::nullopt;
  if (!zone_of(text).empty()) return registry::parse_date_time(text);
  const std::string_view date = text.substr(0, date_bytes);
  const auto begin = registry::oslo_midnight(date);
  const auto clock = wall_clock(text.substr(date_bytes));
  if (!begin || !clock) return std::nullopt;
  std::int64_t since = *clock;
  const auto end = day_after(date);
  if (end && since >= clock_changed_at) {
    since += end->microseconds - begin->microseconds - ordinary_day;
  }
  return Instant{begin->microseconds + since};
}

bool is_endless(std::string_view text) noexcept { return text.starts_with("9999-"); }

std::optional<Instant> inclusive_end(std::string_view text) {
  if (is_endless(text)) return std::nullopt;
  const bool is_day = text.size() == date_bytes ||
                      (text.substr(std::min(date_bytes, text.size())).starts_with(midnight) &&
                       text.find_first_not_of("0.", local_time_bytes) == text.npos);
  return is_day ? day_after(text.substr(0, date_bytes)) : source_instant(text);
}

} // namespace grunndata::importers::virksomhet
