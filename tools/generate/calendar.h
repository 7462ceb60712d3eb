// Days, and what the clock in Oslo says on them.
#pragma once

#include <cstdint>
#include <limits>

namespace grunndata::generate {

/// Days since 1970-01-01.
using Day = std::int32_t;
inline constexpr Day no_day = std::numeric_limits<Day>::min();
inline constexpr Day days_a_year = 365; ///< good enough where a draw decides anyway

struct CivilDate {
  int year = 0;
  int month = 0; ///< 1 to 12
  int day = 0;
  friend constexpr bool operator==(const CivilDate&, const CivilDate&) = default;
};

/// Proleptic Gregorian; the date must exist.
[[nodiscard]] constexpr Day day_of(int year, int month, int day) noexcept {
  const int shifted = year - (month <= 2 ? 1 : 0);
  const int era = (shifted >= 0 ? shifted : shifted - 399) / 400;
  const int year_of_era = shifted - era * 400;
  const int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

[[nodiscard]] constexpr CivilDate civil_of(Day day) noexcept {
  const int shifted = day + 719468;
  const int era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  const int day_of_era = shifted - era * 146097;
  const int year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int month_index = (5 * day_of_year + 2) / 153;
  const int month = month_index < 10 ? month_index + 3 : month_index - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
          day_of_year - (153 * month_index + 2) / 5 + 1};
}

static_assert(day_of(1970, 1, 1) == 0 && day_of(2000, 3, 1) == 11017);
static_assert(civil_of(day_of(1904, 2, 29)) == CivilDate{1904, 2, 29});

/// Whole years old on `day`.
[[nodiscard]] constexpr int age_on(Day birth, Day day) noexcept {
  const CivilDate from = civil_of(birth);
  const CivilDate to = civil_of(day);
  const bool before_birthday =
      to.month < from.month || (to.month == from.month && to.day < from.day);
  return to.year - from.year - (before_birthday ? 1 : 0);
}

/// Whether Oslo is two hours ahead of UTC at 00:00 that day. Summer time as the law had it: the
/// war years, 1959 to 1965, and since 1980.
[[nodiscard]] bool summer_at_midnight(Day day) noexcept;

/// The same for the working day; it differs only on the two Sundays when the clock is moved.
[[nodiscard]] bool summer_at_noon(Day day) noexcept;

} // namespace grunndata::generate
