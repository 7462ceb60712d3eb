// When a source was asked, for what came of it.
#pragma once

#include "registry/time.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <utility>

namespace grunndata::importers::following {

/// Stamps that rise whatever the clock does. Thread-safe.
class Stamps {
public:
  Stamps(std::function<registry::Instant()> clock, registry::Instant after)
      : clock_(std::move(clock)), newest_(after.microseconds) {}

  registry::Instant next() {
    const std::int64_t now = clock_().microseconds;
    std::int64_t before = newest_.load();
    std::int64_t stamp = 0;
    do {
      stamp = std::max(now, before + 1);
    } while (!newest_.compare_exchange_weak(before, stamp));
    return {stamp};
  }

private:
  std::function<registry::Instant()> clock_;
  std::atomic<std::int64_t> newest_;
};

} // namespace grunndata::importers::following
