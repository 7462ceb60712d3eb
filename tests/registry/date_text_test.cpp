// Dates as they are shown again.
#include "registry/date_text.h"

#include <doctest/doctest.h>

using namespace grunndata::registry;

TEST_CASE("midnight in Oslo is shown as the date it was given as, in summer, winter and long ago") {
  for (const char* date : {"2007-12-31", "2008-01-01", "2026-03-29", "2026-03-30", "2026-07-01",
                           "2026-10-25", "2026-10-26", "1943-04-04", "1890-01-01", "0001-01-01"}) {
    CAPTURE(date);
    const auto midnight = oslo_midnight(date);
    REQUIRE(midnight.has_value());
    CHECK(format_date_or_instant(*midnight) == date);
    const std::string later = format_date_or_instant(Instant{midnight->microseconds + 1});
    CHECK(later == format_instant(Instant{midnight->microseconds + 1}));
    CHECK(parse_instant(later) == Instant{midnight->microseconds + 1});
  }
  CHECK(format_date_or_instant(*parse_instant("2007-12-31T23:00:00Z")) == "2008-01-01");
  CHECK(format_date_or_instant(*parse_instant("2008-01-01T00:00:00Z")) ==
        "2008-01-01T00:00:00.000000Z");
}
