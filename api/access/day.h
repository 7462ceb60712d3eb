// The day that quotas count in.
#pragma once

#include "registry/time.h"

#include <cstdint>

namespace grunndata::api::access {

/// Midnight to midnight in Europe/Oslo, 23 to 25 hours.
struct Day {
  std::int64_t begin_us = 0;
  std::int64_t end_us = 0; ///< the first moment of the next one

  [[nodiscard]] bool holds(registry::Instant when) const noexcept {
    return begin_us <= when.microseconds && when.microseconds < end_us;
  }
};

[[nodiscard]] Day day_of(registry::Instant when);

} // namespace grunndata::api::access
