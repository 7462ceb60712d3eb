#include "api/access/rate_limiter.h"

#include "api/access/day.h"
#include "api/access/problems.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace grunndata::api::access {

namespace {

using registry::Client;
using registry::Instant;

constexpr std::int64_t second_us = 1'000'000;
/// A bucket's level is counted in requests times microseconds of a minute, so that every elapsed
/// microsecond adds exactly `requests_per_minute`.
constexpr std::int64_t request_level = 60 * second_us;

struct Name {
  std::string issuer;
  std::string id;
};
struct NameView {
  std::string_view issuer;
  std::string_view id;
};
struct HashOfName {
  using is_transparent = void;
  template <typename T>
  std::size_t operator()(const T& name) const noexcept {
    const std::hash<std::string_view> hash;
    return hash(name.id) * 31 + hash(name.issuer);
  }
};
struct SameName {
  using is_transparent = void;
  template <typename A, typename B>
  bool operator()(const A& a, const B& b) const noexcept {
    return a.id == b.id && a.issuer == b.issuer;
  }
};

struct State {
  std::int64_t level = 0;
  std::int64_t filled_at_us = 0; ///< when `level` was right; never falls
  std::int64_t day_begin_us = 0;
  std::uint64_t persons = 0; ///< given since
};

constexpr std::uint64_t whole_seconds(std::int64_t microseconds) noexcept {
  return microseconds <= 0 ? 0
                           : static_cast<std::uint64_t>((microseconds + second_us - 1) / second_us);
}

/// Microseconds until a bucket that gains `rate` each has gained `level`.
constexpr std::int64_t time_for(std::int64_t level, std::int64_t rate) noexcept {
  return level <= 0 ? 0 : (level + rate - 1) / rate;
}

void fill(State& state, std::int64_t now_us, std::int64_t rate, std::int64_t full) noexcept {
  const std::int64_t elapsed_us = std::max<std::int64_t>(now_us - state.filled_at_us, 0);
  const std::int64_t missing = full - state.level;
  state.level = elapsed_us >= time_for(missing, rate) ? full : state.level + elapsed_us * rate;
  state.filled_at_us = std::max(state.filled_at_us, now_us);
}

void begin_day(State& state, const Day& day) noexcept {
  if (state.day_begin_us < day.begin_us) {
    state.day_begin_us = day.begin_us;
    state.persons = 0;
  }
}

void refuse(Allowance& allowance, const http::ProblemKind& kind, std::uint64_t seconds) noexcept {
  allowance.refusal = &kind;
  allowance.retry_after_seconds = static_cast<std::uint32_t>(std::max<std::uint64_t>(seconds, 1));
}

/// Takes one request out of the bucket, or refuses.
void take_request(State& state, std::uint32_t per_minute, std::int64_t now_us,
                  Allowance& allowance) noexcept {
  const std::int64_t rate = per_minute;
  const std::int64_t full = request_level * burst_of(per_minute);
  fill(state, now_us, rate, full);
  if (state.level < request_level) {
    refuse(allowance, problem::rate_limited,
           whole_seconds(time_for(request_level - state.level, rate)));
  } else {
    state.level -= request_level;
  }
  allowance.limit = burst_of(per_minute);
  allowance.remaining = static_cast<std::uint64_t>(state.level / request_level);
  allowance.reset_seconds = whole_seconds(time_for(full - state.level, rate));
}

/// Tells what is left of the day's persons, or refuses.
void look_at_quota(const State& state, std::uint64_t per_day, const Day& day, std::int64_t now_us,
                   Counted counted, Allowance& allowance) noexcept {
  allowance.persons_remaining = per_day - std::min(state.persons, per_day);
  const std::uint64_t rest_of_day = whole_seconds(day.end_us - now_us);
  const bool used_up = counted == Counted::persons && allowance.persons_remaining == 0;
  if (used_up && allowance.refusal == nullptr) {
    refuse(allowance, problem::quota_used_up, rest_of_day);
  }
  if (allowance.limit == 0 || allowance.refusal == &problem::quota_used_up) {
    allowance.limit = per_day;
    allowance.remaining = allowance.persons_remaining;
    allowance.reset_seconds = rest_of_day;
  }
}

constexpr std::size_t shard_count = 16;

class Shard {
public:
  /// Runs `work` on the client's state and the present day, alone.
  template <typename Work>
  void with(const Client& client, Instant when, std::uint32_t per_minute, const Work& work) {
    const std::lock_guard lock(mutex_);
    if (!day_.holds(when)) {
      day_ = day_of(when);
    }
    State& state = state_of(client, when, per_minute);
    begin_day(state, day_);
    work(state, day_);
  }

private:
  static constexpr std::size_t states_max = RateLimiter::clients_counted_max / shard_count;

  State& state_of(const Client& client, Instant when, std::uint32_t per_minute) {
    const auto found = states_.find(NameView{client.issuer, client.id});
    if (found != states_.end()) {
      return found->second;
    }
    if (states_.size() >= states_max) {
      make_room();
    }
    State fresh;
    fresh.level = request_level * burst_of(per_minute);
    fresh.filled_at_us = when.microseconds;
    return states_.emplace(Name{client.issuer, client.id}, fresh).first->second;
  }

  /// Forgets the half that has been idle longer; at least one.
  void make_room() {
    std::vector<std::int64_t> times;
    times.reserve(states_.size());
    for (const auto& [name, state] : states_) {
      times.push_back(state.filled_at_us);
    }
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::ranges::nth_element(times, middle);
    std::erase_if(states_, [&](const auto& entry) { return entry.second.filled_at_us < *middle; });
    if (states_.size() >= states_max) {
      states_.erase(states_.begin());
    }
  }

  std::mutex mutex_;
  Day day_;
  std::unordered_map<Name, State, HashOfName, SameName> states_;
};

} // namespace

struct RateLimiter::Impl {
  Limits defaults;
  std::function<Instant()> clock;
  std::array<Shard, shard_count> shards;

  Shard& shard_of(const Client& client) {
    return shards[HashOfName{}(NameView{client.issuer, client.id}) % shard_count];
  }
  [[nodiscard]] std::uint32_t per_minute(const Client& client) const noexcept {
    return client.requests_per_minute != 0 ? client.requests_per_minute
                                           : defaults.requests_per_minute;
  }
  [[nodiscard]] std::uint64_t per_day(const Client& client) const noexcept {
    return client.persons_per_day != 0 ? client.persons_per_day : defaults.persons_per_day;
  }
};

RateLimiter::RateLimiter(const Limits& defaults, std::function<Instant()> clock)
    : impl_(new Impl{defaults, clock ? std::move(clock) : registry::now, {}}) {}
RateLimiter::~RateLimiter() = default;

Allowance RateLimiter::take(const Client& client, Counted counted) {
  const std::uint32_t per_minute = impl_->per_minute(client);
  const std::uint64_t per_day = impl_->per_day(client);
  Allowance allowance;
  if (per_minute == 0 && per_day == 0) {
    return allowance;
  }
  const Instant when = impl_->clock();
  impl_->shard_of(client).with(client, when, per_minute, [&](State& state, const Day& day) {
    if (per_minute != 0) {
      take_request(state, per_minute, when.microseconds, allowance);
    }
    if (per_day != 0) {
      look_at_quota(state, per_day, day, when.microseconds, counted, allowance);
    }
  });
  return allowance;
}

void RateLimiter::charge(const Client& client, std::uint64_t persons) {
  if (persons == 0 || impl_->per_day(client) == 0) {
    return;
  }
  const Instant when = impl_->clock();
  impl_->shard_of(client).with(client, when, impl_->per_minute(client),
                               [&](State& state, const Day&) { state.persons += persons; });
}

void add_rate_limit_header(const Allowance& allowance, http::Response& response) {
  if (allowance.limit == 0) {
    return;
  }
  std::array<char, 96> text{};
  const int size = std::snprintf(text.data(), text.size(), "limit=%llu, remaining=%llu, reset=%llu",
                                 static_cast<unsigned long long>(allowance.limit),
                                 static_cast<unsigned long long>(allowance.remaining),
                                 static_cast<unsigned long long>(allowance.reset_seconds));
  response.add_header("RateLimit", {text.data(), static_cast<std::size_t>(size)});
}

Denial denial_of(const Allowance& allowance) {
  return {.kind = allowance.refusal,
          .detail = {},
          .challenge = {},
          .retry_after_seconds = allowance.retry_after_seconds};
}

} // namespace grunndata::api::access
