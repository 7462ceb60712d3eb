#include "registry/date_text.h"

namespace grunndata::registry {

namespace {
/// Midnight in Oslo, with any offset that ever held there, lies on the same day in this zone.
constexpr std::int64_t eastward = std::int64_t{2} * 3'600 * 1'000'000;
constexpr std::size_t date_size = 10;
} // namespace

std::string format_date_or_instant(Instant instant) {
  std::string date = format_instant(Instant{instant.microseconds + eastward}).substr(0, date_size);
  const auto midnight = oslo_midnight(date);
  return midnight && *midnight == instant ? date : format_instant(instant);
}

} // namespace grunndata::registry
