#include "api/operations/metrics.h"

#include <algorithm>
#include <numeric>

namespace grunndata::api {
namespace {

/// Written by one thread only, read by any: no locked instruction is needed.
template <typename Number>
class OwnCounter {
public:
  void add(Number amount) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }
  [[nodiscard]] Number get() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
  std::atomic<Number> value_{};
};

struct Latencies {
  std::array<OwnCounter<std::uint64_t>, latency_buckets> counts;
  OwnCounter<double> seconds;
  OwnCounter<std::uint64_t> request_bytes;
  OwnCounter<std::uint64_t> response_bytes;
};

std::size_t status_class(int status) noexcept {
  return static_cast<std::size_t>(std::clamp(status / 100, 2, 5) - 2);
}

std::atomic<std::uint64_t> instances{0};

} // namespace

struct Metrics::ThreadCounters {
  explicit ThreadCounters(std::size_t route_count)
      : routes(route_count + 1), in_flight(route_count) {}
  std::vector<std::array<Latencies, status_classes>> routes;
  std::vector<OwnCounter<std::uint64_t>> in_flight; // wraps below zero on purpose: sums fit
  OwnCounter<std::uint64_t> unknown_fields;
};

std::uint64_t LatencyTotals::count() const noexcept {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

Metrics::Metrics(std::size_t route_count)
    : route_count_(route_count), instance_(instances.fetch_add(1) + 1) {}
Metrics::~Metrics() = default;

Metrics::ThreadCounters& Metrics::mine() noexcept {
  struct Last {
    std::uint64_t instance = 0;
    ThreadCounters* counters = nullptr;
  };
  static thread_local Last last;
  if (last.instance != instance_) last = {instance_, &join()};
  return *last.counters;
}

Metrics::ThreadCounters& Metrics::join() {
  const std::scoped_lock lock(mutex_);
  auto& counters = threads_[std::this_thread::get_id()];
  if (!counters) counters = std::make_unique<ThreadCounters>(route_count_);
  return *counters;
}

void Metrics::begin(std::size_t route) noexcept { mine().in_flight[route].add(1); }

void Metrics::end(std::size_t route) noexcept {
  mine().in_flight[route].add(static_cast<std::uint64_t>(-1));
}

void Metrics::observe(const http::Observation& observation) noexcept {
  const std::size_t route = observation.route == nullptr ? route_count_ : observation.route_index;
  Latencies& latencies = mine().routes[route][status_class(observation.status)];
  std::size_t bucket = 0;
  while (bucket < latency_bounds_s.size() && observation.seconds > latency_bounds_s[bucket]) {
    ++bucket;
  }
  latencies.counts[bucket].add(1);
  latencies.seconds.add(observation.seconds);
  latencies.request_bytes.add(observation.request_body_bytes);
  latencies.response_bytes.add(observation.response_body_bytes);
}

void Metrics::count_unknown_fields(std::uint64_t count) noexcept {
  mine().unknown_fields.add(count);
}

MetricsTotals Metrics::totals() const {
  MetricsTotals sum;
  sum.routes.resize(route_count_ + 1);
  sum.in_flight.resize(route_count_);
  const std::scoped_lock lock(mutex_);
  for (const auto& [thread, counters] : threads_) {
    sum.unknown_fields += counters->unknown_fields.get();
    for (std::size_t route = 0; route < route_count_; ++route) {
      sum.in_flight[route] += counters->in_flight[route].get();
    }
    for (std::size_t route = 0; route <= route_count_; ++route) {
      for (std::size_t status = 0; status < status_classes; ++status) {
        const Latencies& from = counters->routes[route][status];
        LatencyTotals& to = sum.routes[route][status];
        for (std::size_t bucket = 0; bucket < latency_buckets; ++bucket) {
          to.counts[bucket] += from.counts[bucket].get();
        }
        to.seconds += from.seconds.get();
        to.request_bytes += from.request_bytes.get();
        to.response_bytes += from.response_bytes.get();
      }
    }
  }
  return sum;
}

} // namespace grunndata::api
