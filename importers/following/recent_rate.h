// How many of something there were lately.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>

namespace grunndata::importers::following {

/// Over the last minute, counted by the second. Thread-safe.
class RecentRate {
public:
  using Clock = std::chrono::steady_clock;

  void add(std::uint64_t count, Clock::time_point now = Clock::now()) {
    const std::lock_guard lock(mutex_);
    forget(now);
    counts_[place_of(newest_)] += count;
  }
  [[nodiscard]] double per_second(Clock::time_point now = Clock::now()) {
    const std::lock_guard lock(mutex_);
    forget(now);
    std::uint64_t sum = 0;
    for (const std::uint64_t count : counts_) sum += count;
    return static_cast<double>(sum) / seconds;
  }

private:
  static constexpr int seconds = 60;

  static std::size_t place_of(std::int64_t second) {
    return static_cast<std::size_t>(second) % seconds;
  }
  void forget(Clock::time_point now) {
    const std::int64_t second =
        std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    if (second - newest_ >= seconds) {
      counts_.fill(0);
      newest_ = second;
    }
    while (newest_ < second) counts_[place_of(++newest_)] = 0;
  }

  std::mutex mutex_;
  std::array<std::uint64_t, seconds> counts_{};
  std::int64_t newest_ = 0;
};

} // namespace grunndata::importers::following
