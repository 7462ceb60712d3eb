// Dates as points in time, held against the zone's rules as ICU knows them.
#include "registry/time.h"

#include <chrono>
#include <cstdio>
#include <doctest/doctest.h>
#include <memory>
#include <unicode/calendar.h>
#include <unicode/timezone.h>

using namespace grunndata::registry;
using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

namespace {

/// As a calendar counts it, which `oslo_midnight` does not use.
class OsloCalendar {
public:
  OsloCalendar() {
    UErrorCode status = U_ZERO_ERROR;
    calendar_.reset(icu::Calendar::createInstance(
        icu::TimeZone::createTimeZone(icu::UnicodeString("Europe/Oslo")), status));
    REQUIRE(U_SUCCESS(status));
  }

  std::int64_t midnight(const year_month_day& date) {
    UErrorCode status = U_ZERO_ERROR;
    calendar_->clear();
    calendar_->set(static_cast<int>(date.year()), static_cast<int>(unsigned{date.month()}) - 1,
                   static_cast<int>(unsigned{date.day()}), 0, 0, 0);
    const double milliseconds = calendar_->getTime(status);
    REQUIRE(U_SUCCESS(status));
    return static_cast<std::int64_t>(milliseconds) * 1000;
  }

private:
  std::unique_ptr<icu::Calendar> calendar_;
};

} // namespace

TEST_CASE("a date is midnight in Oslo on every day of three centuries, asked once and again") {
  OsloCalendar calendar;
  const sys_days first{std::chrono::year{1850} / 1 / 1};
  const sys_days last{std::chrono::year{2150} / 12 / 31};
  std::size_t wrong = 0;
  for (int round = 0; round < 2; ++round) {
    for (sys_days day = first; day <= last; day += days{1}) {
      const year_month_day date{day};
      char text[32];
      std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                    unsigned{date.month()}, unsigned{date.day()});
      const auto midnight = oslo_midnight(text);
      wrong += midnight && midnight->microseconds == calendar.midnight(date) ? 0 : 1;
    }
  }
  CHECK(wrong == 0);
}
