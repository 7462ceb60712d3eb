#include "tools/simulate/time_text.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace grunndata::simulate {

namespace {

constexpr std::int64_t oslo_winter_s = 3'600;

struct Clock {
  int year, month, day, hour, minute, second, micros;
};

Clock clock_of(std::int64_t us) {
  using namespace std::chrono;
  const sys_time<microseconds> time{microseconds(us) + seconds(oslo_winter_s)};
  const auto day_point = floor<days>(time);
  const year_month_day date{day_point};
  const hh_mm_ss clock{time - day_point};
  return {static_cast<int>(date.year()),
          static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day())),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count()),
          static_cast<int>(clock.subseconds().count())};
}

} // namespace

std::string date_text(std::int64_t us) {
  const Clock c = clock_of(us);
  std::array<char, 40> text{};
  const int size =
      std::snprintf(text.data(), text.size(), "%04d-%02d-%02d", c.year, c.month, c.day);
  return {text.data(), static_cast<std::size_t>(size)};
}

std::string time_text(std::int64_t us) {
  const Clock c = clock_of(us);
  std::array<char, 60> text{};
  const int size =
      std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%06d+01:00", c.year,
                    c.month, c.day, c.hour, c.minute, c.second, c.micros);
  return {text.data(), static_cast<std::size_t>(size)};
}

} // namespace grunndata::simulate
