// How often a client may ask, and how many persons it may be given in a day.
#pragma once

#include "api/access/denial.h"
#include "api/http/message.h"
#include "registry/clients/client.h"
#include "registry/time.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>

namespace grunndata::api::access {

/// A client without a rate or quota of its own gets these; 0: no limit.
struct Limits {
  std::uint32_t requests_per_minute = 0;
  std::uint64_t persons_per_day = 0;
};

inline constexpr std::uint32_t burst_requests_min = 10;
/// Requests that a client may send at once: a tenth of those for a minute, at least 10.
[[nodiscard]] constexpr std::uint32_t burst_of(std::uint32_t requests_per_minute) noexcept {
  const std::uint32_t tenth = requests_per_minute / 10;
  return tenth < burst_requests_min ? burst_requests_min : tenth;
}

/// What came of asking for a place.
struct Allowance {
  static constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

  const http::ProblemKind* refusal = nullptr; ///< null: go on; else rate_limited or quota_used_up
  /// What `RateLimit` tells: of requests that can be sent at once, or, when the quota refuses or
  /// there is no rate, of persons for the day. 0: the client has no limit, and no header is due.
  std::uint64_t limit = 0;
  std::uint64_t remaining = 0;
  std::uint64_t reset_seconds = 0;       ///< until `remaining` is `limit` again
  std::uint32_t retry_after_seconds = 0; ///< set on a refusal, at least 1
  /// Persons that may still be given today.
  std::uint64_t persons_remaining = no_limit;
};

/// Which limits a request is held to.
enum class Counted : std::uint8_t {
  requests, ///< its answer gives no persons
  persons,  ///< refused as well when the day's quota is used up
};

/// Thread-safe; a call holds one of several locks for some tens of nanoseconds. What is counted
/// lives in memory: a new process starts with full buckets and unused quotas. A day is one in
/// Europe/Oslo. A clock that is set back gives nothing twice.
class RateLimiter {
public:
  static constexpr std::size_t clients_counted_max = 1u << 17; ///< the longest idle make room

  /// `clock`: unset is the system's.
  explicit RateLimiter(const Limits& defaults, std::function<registry::Instant()> clock = {});
  ~RateLimiter();
  RateLimiter(const RateLimiter&) = delete;
  RateLimiter& operator=(const RateLimiter&) = delete;

  /// Takes a place for one request of a registered client; none when the rate refuses.
  [[nodiscard]] Allowance take(const registry::Client& client, Counted counted = Counted::persons);
  /// Counts persons that an answer gave. The answer that reaches the quota may go beyond it.
  void charge(const registry::Client& client, std::uint64_t persons);

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Adds `RateLimit: limit=…, remaining=…, reset=…` (draft-ietf-httpapi-ratelimit-headers-07);
/// nothing for a client without limits.
void add_rate_limit_header(const Allowance& allowance, http::Response& response);

/// The refusal as the request is answered, with Retry-After. Requires `allowance.refusal`.
[[nodiscard]] Denial denial_of(const Allowance& allowance);

} // namespace grunndata::api::access
