#include "api/webhooks/dispatcher.h"

#include "api/webhooks/delivery.h"
#include "registry/commit_listener.h"
#include "registry/threads/thread_priority.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <random>
#include <thread>

namespace grunndata::api::webhooks {

namespace {

using registry::DeliveryPlace;
using registry::ErrorCode;
using registry::Instant;
using registry::PauseReason;
using registry::Subscription;
using registry::SubscriptionNow;
using registry::SubscriptionState;
using std::chrono::milliseconds;

constexpr int dispatcher_niceness = 5; ///< it is woken by every commit

/// Rights, expiry and what is held back are looked at so often when nothing else happens.
constexpr milliseconds tick{1'000};
/// Looking for events that fail for a reason of ours.
constexpr milliseconds own_failure_pause{5'000};
/// A place that moved over nothing is kept on disk every so many numbers.
constexpr std::uint64_t kept_every = 10'000;
constexpr std::int64_t milli = 1'000; ///< microseconds
constexpr int status_gone = 410;

bool is_success(int status) noexcept { return status >= 200 && status < 300; }

std::string_view problem_of(const Ended& ended) noexcept {
  if (!ended.problem.empty()) return ended.problem;
  return ended.status >= 300 && ended.status < 400 ? "redirect" : "status";
}

Instant later(Instant when, milliseconds by) noexcept {
  return Instant{when.microseconds + by.count() * milli};
}

/// Until then, but not when it is further off than anything is put off: the clock was set back.
bool waits(Instant until, Instant when, milliseconds most) noexcept {
  return when < until && until.microseconds - when.microseconds <= most.count() * milli;
}

/// A subscription with a webhook, as the sender's thread has it.
struct Run {
  SubscriptionNow now;
  bool under_way = false;
  std::uint64_t tag = 0;
  Delivery delivery;             ///< under way
  bool more = false;             ///< events wait that were not looked at
  std::uint64_t looked_up_to = 0; ///< newest of the log when it was looked at last
  std::uint64_t kept_next = 0;   ///< the place that is on disk
  Instant not_before{0};
};

} // namespace

struct Dispatcher::Impl {
  registry::Registry& registry;
  const ApiOptions& api;
  DispatcherOptions options;
  registry::Subscriptions& subscriptions;
  Transfers transfers;
  std::mt19937_64 chance{std::random_device{}()};
  std::map<std::uint64_t, Run> runs;
  std::map<std::uint64_t, std::uint64_t> tags; ///< tag → subscription
  std::uint64_t newest_tag = 0;
  std::uint64_t first_served = 0; ///< whose turn it is when not all can be served
  Instant checked{0};             ///< rights and expiry
  std::atomic<bool> changed{true};
  std::atomic<bool> stopping{false};
  std::atomic<std::uint64_t> deliveries{0};
  std::atomic<std::uint64_t> events{0};
  std::atomic<std::uint64_t> failures{0};
  std::unique_ptr<registry::CommitListeners::Subscription> listening;
  std::thread thread;

  Impl(registry::Registry& of, const ApiOptions& given, DispatcherOptions wanted)
      : registry(of), api(given), options(std::move(wanted)),
        subscriptions(*given.subscriptions), transfers(options.transfers) {}

  void loop();
  void refresh();
  void check_all(Instant when);
  bool end_if_over(const Subscription& subscription, Instant when);
  void settle(const Ended& ended);
  void took(Run& run, const Ended& ended, Instant when);
  void failed(Run& run, const Ended& ended, Instant when);
  bool is_due(const Run& run, Instant when) const;
  void send(Run& run, Instant when);
  void drop(Run& run);
  milliseconds time_to_wait(Instant when) const;
  void tell(Notice::Kind kind, const Subscription& subscription, std::string_view why,
            int status = 0) const;
};

void Dispatcher::Impl::tell(Notice::Kind kind, const Subscription& subscription,
                            std::string_view why, int status) const {
  if (!options.told) return;
  Notice notice;
  notice.kind = kind;
  notice.subscription = subscription.number;
  if (subscription.webhook) notice.origin = origin_of(subscription.webhook->url);
  notice.why = why;
  notice.status = status;
  options.told(notice);
}

void Dispatcher::Impl::drop(Run& run) {
  if (!run.under_way) return;
  transfers.cancel(run.tag);
  tags.erase(run.tag);
  run.under_way = false;
}

/// What others changed: new ones, settings, places set by somebody.
void Dispatcher::Impl::refresh() {
  std::map<std::uint64_t, Run> fresh;
  for (SubscriptionNow& now : subscriptions.list()) {
    if (!now.subscription->webhook || now.subscription->state != SubscriptionState::active) {
      continue;
    }
    Run run;
    const auto known = runs.extract(now.subscription->number);
    if (!known.empty() && known.mapped().now.turn == now.turn) {
      run = std::move(known.mapped());
    } else {
      if (!known.empty()) drop(known.mapped());
      run.kept_next = now.place.next;
      run.more = true;
      run.now = std::move(now);
    }
    fresh.emplace(run.now.subscription->number, std::move(run));
  }
  for (auto& [number, run] : runs) drop(run);
  runs = std::move(fresh);
}

/// True when it ended here.
bool Dispatcher::Impl::end_if_over(const Subscription& subscription, Instant when) {
  const bool expired = subscription.expires <= when;
  const bool revoked = !standing_of(api, subscription, when).is_registered;
  if (!expired && !revoked) return false;
  const PauseReason reason = revoked ? PauseReason::client_revoked : PauseReason::expired;
  if (const auto ended = subscriptions.end(subscription.number, reason); !ended) return false;
  tell(Notice::Kind::ended, subscription, name_of(reason));
  return true;
}

/// Also those without a webhook: their cohorts must go as well.
void Dispatcher::Impl::check_all(Instant when) {
  const std::int64_t since_us = when.microseconds - checked.microseconds;
  if (since_us >= 0 && since_us < tick.count() * milli) return;
  checked = when;
  for (const SubscriptionNow& now : subscriptions.list()) {
    if (now.subscription->state == SubscriptionState::ended) continue;
    if (end_if_over(*now.subscription, when)) changed = true;
  }
}

bool Dispatcher::Impl::is_due(const Run& run, Instant when) const {
  const auto& next_try = run.now.place.next_try;
  if (run.under_way || !run.now.subscription->sends_at(when) ||
      waits(run.not_before, when, own_failure_pause) ||
      (next_try && waits(*next_try, when, options.retry_max))) {
    return false;
  }
  return run.more || registry.newest_sequence() > run.looked_up_to;
}

void Dispatcher::Impl::send(Run& run, Instant when) {
  const Subscription& subscription = *run.now.subscription;
  const Standing standing = standing_of(api, subscription, when);
  if (!standing.may_be_told) {
    run.not_before = later(when, tick);
    return;
  }
  const std::uint64_t newest = registry.newest_sequence();
  auto delivery =
      next_delivery(registry, api, run.now, standing.access, options.events_max, when);
  if (!delivery) {
    run.not_before = later(when, own_failure_pause);
    run.more = true;
    if (delivery.error().code != ErrorCode::out_of_range) { // a place ahead of all there is
      tell(Notice::Kind::failing, subscription, "registry");
    }
    return;
  }
  const bool is_held = subscription.holdback.count() != 0 && delivery->next <= newest;
  run.looked_up_to = newest;
  run.more = delivery->more || is_held;
  if (!delivery->post) {
    if (is_held) run.not_before = later(when, tick);
    if (delivery->next != run.now.place.next) {
      run.now.place.next = delivery->next;
      const bool kept = delivery->next >= run.kept_next + kept_every;
      if (kept) run.kept_next = delivery->next;
      subscriptions.advance(subscription.number, run.now.turn, run.now.place, kept);
    }
    return;
  }
  run.tag = ++newest_tag;
  run.under_way = true;
  tags[run.tag] = subscription.number;
  Post post = std::move(*delivery->post);
  run.delivery = std::move(*delivery);
  transfers.begin(run.tag, std::move(post));
}

void Dispatcher::Impl::took(Run& run, const Ended& ended, Instant when) {
  DeliveryPlace& place = run.now.place;
  const bool recovered = place.failures != 0;
  place.epoch = registry.epoch();
  place.next = run.delivery.next;
  place.deliveries += 1;
  place.events += run.delivery.events;
  place.failures = 0;
  place.last_status = static_cast<std::uint16_t>(ended.status);
  place.last_success = when;
  place.failing_since.reset();
  place.next_try.reset();
  place.problem.clear();
  run.kept_next = place.next;
  deliveries.fetch_add(1, std::memory_order_relaxed);
  events.fetch_add(run.delivery.events, std::memory_order_relaxed);
  subscriptions.advance(run.now.subscription->number, run.now.turn, place);
  if (recovered) tell(Notice::Kind::recovered, *run.now.subscription, {}, ended.status);
}

void Dispatcher::Impl::failed(Run& run, const Ended& ended, Instant when) {
  const Subscription& subscription = *run.now.subscription;
  DeliveryPlace& place = run.now.place;
  const std::string_view problem = problem_of(ended);
  place.failures += 1;
  place.last_status = static_cast<std::uint16_t>(ended.status);
  place.problem = problem;
  if (!place.failing_since) place.failing_since = when;
  const double part = std::uniform_real_distribution<double>(0, 1)(chance);
  const milliseconds asked(std::min<milliseconds>(ended.retry_after, options.retry_max));
  place.next_try =
      later(when, std::max(asked, retry_after(place.failures, options.retry_first,
                                              options.retry_max, part)));
  run.more = true;
  failures.fetch_add(1, std::memory_order_relaxed);
  subscriptions.advance(subscription.number, run.now.turn, place);
  const auto failing_us = when.microseconds - place.failing_since->microseconds;
  const bool gone = ended.status == status_gone;
  const bool given_up =
      failing_us >= std::chrono::microseconds(options.give_up_after).count();
  if (gone || given_up) {
    const PauseReason reason = gone ? PauseReason::receiver_gone : PauseReason::failing;
    // Copied: pausing it changes the list of runs.
    const Subscription paused = subscription;
    if (subscriptions.pause(paused.number, reason)) {
      tell(Notice::Kind::paused, paused, name_of(reason), ended.status);
    }
  } else if (place.failures == 1) {
    tell(Notice::Kind::failing, subscription, problem, ended.status);
  }
}

void Dispatcher::Impl::settle(const Ended& ended) {
  const auto tag = tags.find(ended.tag);
  if (tag == tags.end()) return;
  const auto found = runs.find(tag->second);
  tags.erase(tag);
  if (found == runs.end() || found->second.tag != ended.tag) return;
  Run& run = found->second;
  run.under_way = false;
  const Instant when = registry::now();
  if (ended.problem.empty() && is_success(ended.status)) {
    took(run, ended, when);
  } else {
    failed(run, ended, when);
  }
}

milliseconds Dispatcher::Impl::time_to_wait(Instant when) const {
  if (changed.load()) return milliseconds(0);
  std::int64_t wait_us = tick.count() * milli;
  const bool room = transfers.under_way() < options.under_way_max;
  for (const auto& [number, run] : runs) {
    if (run.under_way || !room) continue;
    if (is_due(run, when)) return milliseconds(0);
    if (!run.more) continue;
    Instant next = run.not_before;
    if (run.now.place.next_try) next = std::max(next, *run.now.place.next_try);
    wait_us = std::min(wait_us, std::max<std::int64_t>(0, next.microseconds - when.microseconds));
  }
  return milliseconds((wait_us + milli - 1) / milli);
}

void Dispatcher::Impl::loop() {
  registry::run_behind_lookups(dispatcher_niceness);
  while (!stopping) {
    for (const Ended& ended : transfers.ended()) settle(ended);
    const Instant when = registry::now();
    check_all(when);
    if (changed.exchange(false)) refresh();
    // From whoever comes after the last that was served, so that all get their turn.
    auto place = runs.lower_bound(first_served);
    for (std::size_t seen = 0; seen < runs.size() && !stopping; ++seen, ++place) {
      if (place == runs.end()) place = runs.begin();
      if (transfers.under_way() >= options.under_way_max) {
        first_served = place->first;
        break;
      }
      if (is_due(place->second, when)) send(place->second, when);
    }
    transfers.wait(time_to_wait(registry::now()));
  }
  for (auto& [number, run] : runs) drop(run);
}

Dispatcher::Dispatcher(registry::Registry& registry, const ApiOptions& api,
                       DispatcherOptions options)
    : impl_(std::make_unique<Impl>(registry, api, std::move(options))) {
  impl_->subscriptions.tell([impl = impl_.get()] {
    impl->changed = true;
    impl->transfers.wake();
  });
  impl_->listening = registry.commit_listeners().add(
      [impl = impl_.get()](std::uint64_t) { impl->transfers.wake(); });
  impl_->thread = std::thread([impl = impl_.get()] { impl->loop(); });
}

Dispatcher::~Dispatcher() {
  impl_->stopping = true;
  impl_->transfers.wake();
  impl_->thread.join();
  impl_->listening.reset();
  impl_->subscriptions.tell({});
}

DispatcherFigures Dispatcher::figures() const {
  DispatcherFigures figures;
  figures.deliveries = impl_->deliveries.load(std::memory_order_relaxed);
  figures.events = impl_->events.load(std::memory_order_relaxed);
  figures.failures = impl_->failures.load(std::memory_order_relaxed);
  const std::uint64_t newest = impl_->registry.newest_sequence();
  for (const SubscriptionNow& now : impl_->subscriptions.list()) {
    if (!now.subscription->webhook) continue;
    const bool active = now.subscription->state == SubscriptionState::active;
    figures.active += active ? 1 : 0;
    figures.paused += now.subscription->state == SubscriptionState::paused ? 1 : 0;
    if (!active) continue;
    figures.failing += now.place.failures != 0 ? 1 : 0;
    if (newest + 1 > now.place.next) {
      figures.behind = std::max(figures.behind, newest + 1 - now.place.next);
    }
  }
  return figures;
}

milliseconds retry_after(std::uint32_t failures, milliseconds first, milliseconds most,
                         double chance) {
  constexpr std::uint32_t doublings_max = 30;
  const std::uint32_t doublings = std::min(failures == 0 ? 0 : failures - 1, doublings_max);
  const auto whole = std::min<std::int64_t>(most.count(), first.count() << doublings);
  const double half = static_cast<double>(whole) / 2;
  return milliseconds(static_cast<std::int64_t>(half + chance * half));
}

} // namespace grunndata::api::webhooks
