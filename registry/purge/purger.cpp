#include "registry/purge/purger.h"

#include "registry/keys.h"
#include "registry/purge/beside.h"
#include "registry/registry_impl.h"
#include "registry/threads/thread_priority.h"
#include "registry/virksomhet/stored.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace grunndata::registry::purge {

namespace {

using store::Family;
using store::KeyRange;

constexpr std::int64_t hour_us = 3'600'000'000;
constexpr int service_niceness = 19;

/// When purges were carried out, and how many: what the hour's number is counted from.
struct Ran {
  std::int64_t when = 0;
  std::uint64_t purges = 0;
};
static_assert(sizeof(Ran) == 16);

struct State {
  std::vector<Pending> waiting;
  std::vector<Ran> ran;
  std::uint64_t confirmed = 0;
};

Result<State> state_of(const store::Store& store, Instant now) {
  State state;
  auto waiting = pending(store);
  if (!waiting) {
    return tl::unexpected(waiting.error());
  }
  state.waiting = std::move(*waiting);
  store::Pinned pin;
  auto found = store.get(Family::meta, meta::purge_ran, pin);
  if (found && *found) {
    for (std::size_t at = 0; at + sizeof(Ran) <= pin.view().size(); at += sizeof(Ran)) {
      Ran ran;
      std::memcpy(&ran, pin.view().data() + at, sizeof ran);
      if (ran.when > now.microseconds - hour_us) {
        state.ran.push_back(ran);
      }
    }
  }
  if (found) {
    found = store.get(Family::meta, meta::purge_confirmed, pin);
  }
  if (!found) {
    return tl::unexpected(found.error());
  }
  state.confirmed = *found ? number_of_key(pin.view()) : 0;
  return state;
}

/// How many of the waiting purges, oldest first, may go now.
std::size_t allowed_of(const State& state, const PurgerLimits& limits) {
  std::uint64_t in_hour = state.waiting.size();
  for (const Ran& ran : state.ran) {
    in_hour += ran.purges;
  }
  if (in_hour <= limits.purges_per_hour_max) {
    return state.waiting.size();
  }
  return static_cast<std::size_t>(std::ranges::count_if(
      state.waiting, [&](const Pending& one) { return one.number <= state.confirmed; }));
}

Result<std::vector<KeyRange>> ranges_of(const store::Store& store,
                                        std::span<const Pending> purges) {
  std::vector<KeyRange> ranges;
  std::string marks_end(meta::quarantined_prefix);
  ++marks_end.back();
  bool quarantine = false;
  for (const Pending& one : purges) {
    const std::string key = key_of(one.entity);
    ranges.push_back({Family::current, key, key});
    ranges.push_back({Family::past, key, key});
    ranges.push_back({Family::source, key, key + '\xFF'});
    ranges.push_back({Family::node, key, key}); // of a node those above hold nothing
    ranges.push_back({Family::node_past, key, key});
    ranges.push_back({Family::node_source, key, key + '\xFF'});
    const std::string relations = virksomhet::up_key(one.entity);
    ranges.push_back({Family::structure, relations, relations});
    auto beside = ranges_beside(store, one.entity);
    if (!beside) {
      return tl::unexpected(beside.error());
    }
    std::ranges::move(*beside, std::back_inserter(ranges));
    for (const std::uint64_t number : one.quarantine) {
      ranges.push_back({Family::quarantine, key_of_number(number), key_of_number(number)});
      quarantine = true;
    }
  }
  if (quarantine) { // hashes of records stand among the marks
    ranges.push_back({Family::meta, std::string(meta::quarantined_prefix), marks_end});
  }
  return ranges;
}

Result<void> take_off(Registry& registry, std::span<const Pending> purges, const State& state,
                      Instant now) {
  std::vector<Ran> ran = state.ran;
  ran.push_back({now.microseconds, purges.size()});
  return registry.impl().queue->run([&](Transaction& transaction) -> Result<void> {
    for (const Pending& one : purges) {
      transaction.erase(Family::meta, pending_key(one.number));
    }
    transaction.put(
        Family::meta, std::string(meta::purge_ran),
        std::string(reinterpret_cast<const char*>(ran.data()), ran.size() * sizeof(Ran)));
    return {};
  });
}

PurgerReport report_of(const State& state, std::size_t allowed) {
  PurgerReport report;
  report.waiting = state.waiting.size();
  report.needs_confirmation = allowed < state.waiting.size();
  if (!state.waiting.empty()) {
    report.oldest_waiting = state.waiting.front().time;
  }
  return report;
}

} // namespace

Result<PurgerReport> look_at_purger(Registry& registry, const PurgerLimits& limits, Instant now) {
  const auto state = state_of(*registry.impl().store, now);
  if (!state) {
    return tl::unexpected(state.error());
  }
  return report_of(*state, allowed_of(*state, limits));
}

Result<PurgerReport> run_purger(Registry& registry, const PurgerLimits& limits, Instant now) {
  std::atomic<bool> stop{false};
  return run_purger(registry, limits, now, stop);
}

Result<PurgerReport> run_purger(Registry& registry, const PurgerLimits& limits, Instant now,
                                std::atomic<bool>& stop) {
  Registry::Impl& impl = registry.impl();
  const std::lock_guard lock(impl.purges.running);
  const auto state = state_of(*impl.store, now);
  if (!state) {
    return tl::unexpected(state.error());
  }
  const std::size_t allowed = allowed_of(*state, limits);
  PurgerReport report = report_of(*state, allowed);
  if (allowed == 0) {
    return report;
  }
  const auto purges = std::span(state->waiting).first(allowed);
  const auto ranges = ranges_of(*impl.store, purges);
  if (!ranges) {
    return tl::unexpected(ranges.error());
  }
  const auto scrubbed = impl.store->scrub(*ranges, stop);
  if (!scrubbed && scrubbed.error().code == ErrorCode::unavailable && impl.queue->can_write()) {
    report.reader_in_the_way = true;
    return report;
  }
  if (!scrubbed) {
    return tl::unexpected(scrubbed.error());
  }
  if (auto taken = take_off(registry, purges, *state, now); !taken) {
    return tl::unexpected(taken.error());
  }
  report.purged = allowed;
  report.waiting -= allowed;
  if (report.waiting == 0) {
    report.oldest_waiting.reset();
  } else {
    report.oldest_waiting = state->waiting[allowed].time;
  }
  return report;
}

Result<void> confirm_pending(Registry& registry) {
  const auto waiting = pending(*registry.impl().store);
  if (!waiting) {
    return tl::unexpected(waiting.error());
  }
  if (waiting->empty()) {
    return {};
  }
  const std::uint64_t newest = waiting->back().number;
  return registry.impl().queue->run([newest](Transaction& transaction) -> Result<void> {
    transaction.put(Family::meta, std::string(meta::purge_confirmed), key_of_number(newest));
    return {};
  });
}

PurgeService::PurgeService(Registry& registry, PurgerLimits limits, Told told)
    : registry_(registry), limits_(limits), told_(std::move(told)), thread_([this] { loop(); }) {}

PurgeService::~PurgeService() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void PurgeService::loop() {
  run_behind_lookups(service_niceness);
  std::string told;
  while (true) {
    const auto report = run_purger(registry_, limits_, now(), stopping_);
    std::string state = "idle";
    if (!report) {
      state = "failed " + report.error().message;
    } else if (report->waiting != 0) {
      state = report->needs_confirmation ? "unconfirmed" : "waiting";
      state += std::to_string(report->waiting);
    }
    if (stopping_) {
      return;
    }
    const bool purged = report && report->purged != 0;
    if (told_ && (purged || (state != "idle" && state != told))) {
      told_(report);
    }
    told = std::move(state);
    std::unique_lock lock(mutex_);
    if (wake_.wait_for(lock, interval, [this] { return stopping_.load(); })) {
      return;
    }
  }
}

} // namespace grunndata::registry::purge
