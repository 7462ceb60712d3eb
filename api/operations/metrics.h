// Counters and latency histograms that cost a request a few plain stores, summed when scraped.
#pragma once

#include "api/http/server.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

namespace grunndata::api {

/// Upper bounds of the latency buckets, in seconds; one more bucket holds the rest.
inline constexpr std::array<double, 15> latency_bounds_s{
    0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01,
    0.025,   0.05,   0.1,     0.25,   0.5,   1.0,    2.5};
inline constexpr std::size_t latency_buckets = latency_bounds_s.size() + 1;
/// 2xx, 3xx, 4xx, 5xx.
inline constexpr std::size_t status_classes = 4;

/// One (route, status class).
struct LatencyTotals {
  std::array<std::uint64_t, latency_buckets> counts{}; ///< not cumulative
  double seconds = 0;
  std::uint64_t request_bytes = 0;
  std::uint64_t response_bytes = 0;
  [[nodiscard]] std::uint64_t count() const noexcept;
};

struct MetricsTotals {
  std::vector<std::array<LatencyTotals, status_classes>> routes; ///< the last: no route matched
  std::vector<std::uint64_t> in_flight;                          ///< by route
  std::uint64_t unknown_fields = 0;
};

/// Each thread writes its own counters without locks; reading adds them up. Threads may come and
/// go: their counters stay. Must outlive every thread's last call.
class Metrics {
public:
  explicit Metrics(std::size_t route_count);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// A handler of this route starts, or has ended.
  void begin(std::size_t route) noexcept;
  void end(std::size_t route) noexcept;
  void observe(const http::Observation& observation) noexcept;
  /// Persontjenesten ignores field names it does not know; here they are counted.
  void count_unknown_fields(std::uint64_t count) noexcept;

  [[nodiscard]] MetricsTotals totals() const;

private:
  struct ThreadCounters;
  ThreadCounters& mine() noexcept;
  ThreadCounters& join();

  const std::size_t route_count_;
  const std::uint64_t instance_;
  mutable std::mutex mutex_;
  std::unordered_map<std::thread::id, std::unique_ptr<ThreadCounters>> threads_;
};

} // namespace grunndata::api
