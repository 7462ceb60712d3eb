#include "api/access/day.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace grunndata::api::access {

namespace {

using registry::Instant;

std::int64_t oslo_midnight_us(std::chrono::sys_days date) {
  const std::chrono::year_month_day day(date);
  std::array<char, 24> text{};
  const int size =
      std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(day.year()),
                    static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
  const auto midnight = registry::oslo_midnight({text.data(), static_cast<std::size_t>(size)});
  return midnight.value_or(Instant{}).microseconds;
}

} // namespace

Day day_of(Instant when) {
  const std::chrono::sys_time<std::chrono::microseconds> point(
      std::chrono::microseconds(when.microseconds));
  auto date = std::chrono::floor<std::chrono::days>(point) - std::chrono::days(1);
  Day day{oslo_midnight_us(date), oslo_midnight_us(date + std::chrono::days(1))};
  while (day.end_us <= when.microseconds) {
    date += std::chrono::days(1);
    day = {day.end_us, oslo_midnight_us(date + std::chrono::days(1))};
  }
  return day;
}

} // namespace grunndata::api::access
