#include "tools/generate/calendar.h"

#include <array>
#include <cstddef>

namespace grunndata::generate {
namespace {

inline constexpr int first_year = 1940;
inline constexpr int last_year = 2040;

// The day summer time begins and the day it ends, each early in the morning.
struct Summer {
  Day begins = no_day;
  Day ends = no_day;
};

constexpr Day sunday_from(Day day) {
  const Day weekday = ((day % 7) + 7 + 4) % 7; // 1970-01-01 was a Thursday; 0 is Sunday
  return day + (7 - weekday) % 7;
}

constexpr Day last_sunday(int year, int month, int days) {
  return sunday_from(day_of(year, month, days - 6));
}

constexpr Summer summer_of(int year) {
  switch (year) {
    case 1940: return {day_of(1940, 8, 11), day_of(1941, 1, 1)};
    case 1941: return {day_of(1940, 12, 31), day_of(1942, 1, 1)};
    case 1942: return {day_of(1941, 12, 31), day_of(1942, 11, 2)};
    case 1943: return {day_of(1943, 3, 29), day_of(1943, 10, 4)};
    case 1944: return {day_of(1944, 4, 3), day_of(1944, 10, 2)};
    case 1945: return {day_of(1945, 4, 2), day_of(1945, 10, 1)};
    case 1965: return {day_of(1965, 4, 25), sunday_from(day_of(1965, 9, 15))};
    case 1980: return {day_of(1980, 4, 6), last_sunday(1980, 9, 30)};
    default: break;
  }
  if (year >= 1959 && year <= 1964) {
    return {sunday_from(day_of(year, 3, 15)), sunday_from(day_of(year, 9, 15))};
  }
  if (year < 1981) return {};
  return {last_sunday(year, 3, 31),
          year < 1996 ? last_sunday(year, 9, 30) : last_sunday(year, 10, 31)};
}

constexpr auto summers = [] {
  std::array<Summer, last_year - first_year + 1> all{};
  for (int year = first_year; year <= last_year; ++year) {
    all[static_cast<std::size_t>(year - first_year)] = summer_of(year);
  }
  return all;
}();

Summer summer_around(Day day) noexcept {
  const int year = civil_of(day).year;
  if (year < first_year || year > last_year) return {};
  return summers[static_cast<std::size_t>(year - first_year)];
}

} // namespace

bool summer_at_midnight(Day day) noexcept {
  const Summer summer = summer_around(day);
  return day > summer.begins && day <= summer.ends;
}

bool summer_at_noon(Day day) noexcept {
  const Summer summer = summer_around(day);
  return day >= summer.begins && day < summer.ends;
}

} // namespace grunndata::generate
