#include "tools/generate/calendar.h"
#include "tools/generate/random.h"

#include <doctest/doctest.h>

#include <chrono>
#include <vector>

namespace grunndata::generate {

TEST_CASE("every day from 1880 to 2060 is the day the standard library makes of it") {
  for (Day day = day_of(1880, 1, 1); day <= day_of(2060, 1, 1); ++day) {
    const std::chrono::year_month_day expected{std::chrono::sys_days{std::chrono::days{day}}};
    const CivilDate civil = civil_of(day);
    REQUIRE(civil.year == int(expected.year()));
    REQUIRE(civil.month == int(unsigned(expected.month())));
    REQUIRE(civil.day == int(unsigned(expected.day())));
    REQUIRE(day_of(civil.year, civil.month, civil.day) == day);
  }
}

TEST_CASE("age counts birthdays") {
  CHECK(age_on(day_of(2008, 1, 2), day_of(2026, 1, 1)) == 17);
  CHECK(age_on(day_of(2008, 1, 1), day_of(2026, 1, 1)) == 18);
}

TEST_CASE("the clock in Oslo is moved on the days the law said") {
  CHECK_FALSE(summer_at_midnight(day_of(2024, 3, 31)));
  CHECK(summer_at_noon(day_of(2024, 3, 31)));
  CHECK(summer_at_midnight(day_of(2024, 4, 1)));
  CHECK(summer_at_midnight(day_of(2024, 10, 27)));
  CHECK_FALSE(summer_at_noon(day_of(2024, 10, 27)));
  CHECK_FALSE(summer_at_midnight(day_of(2024, 10, 28)));
  CHECK(summer_at_midnight(day_of(1995, 9, 24)));
  CHECK_FALSE(summer_at_midnight(day_of(1995, 10, 1)));
  CHECK(summer_at_midnight(day_of(1962, 6, 16)));
  CHECK_FALSE(summer_at_midnight(day_of(1974, 9, 1)));
  CHECK(summer_at_midnight(day_of(1941, 12, 24)));
  CHECK_FALSE(summer_at_midnight(day_of(1938, 7, 1)));
  CHECK(summer_at_midnight(day_of(2039, 7, 1)));
}

TEST_CASE("a permutation takes every place once") {
  for (const std::uint64_t size : {1U, 2U, 3U, 17U, 1000U, 4096U, 70001U}) {
    const Permutation permutation(size, 99);
    std::vector<bool> taken(size);
    for (std::uint64_t index = 0; index < size; ++index) {
      const std::uint64_t place = permutation(index);
      REQUIRE(place < size);
      REQUIRE_FALSE(taken[place]);
      taken[place] = true;
    }
  }
}

} // namespace grunndata::generate
