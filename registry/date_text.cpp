#include "registry/date_text.h"

#include "registry/calendar.h"

#include <limits>

namespace grunndata::registry {

namespace {
/// Midnight in Oslo, with any offset that ever held there, lies on the same day in this zone.
constexpr std::int64_t eastward = std::int64_t{2} * 3'600 * 1'000'000;
} // namespace

void append_date_or_instant(std::string& out, Instant instant) {
  if (instant.microseconds <= std::numeric_limits<std::int64_t>::max() - eastward) {
    const std::int64_t moved = instant.microseconds + eastward;
    const std::int64_t day =
        moved / microseconds_per_day - (moved % microseconds_per_day < 0 ? 1 : 0);
    if (oslo_midnight_of(day) == instant) {
      append_date(out, day);
      return;
    }
  }
  out += format_instant(instant);
}

std::string format_date_or_instant(Instant instant) {
  std::string text;
  append_date_or_instant(text, instant);
  return text;
}

} // namespace grunndata::registry
