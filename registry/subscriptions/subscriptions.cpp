#include "registry/subscriptions/subscriptions.h"

#include "registry/keys.h"
#include "registry/registry_impl.h"
#include "registry/subscriptions/stored.h"

#include <algorithm>
#include <map>
#include <mutex>

namespace grunndata::registry {

namespace {

using store::Family;

constexpr std::size_t erased_at_once_max = 10'000;
constexpr std::uint64_t oldest = 1; ///< the log begins there

tl::unexpected<Error> none() { return fail(ErrorCode::not_found, "there is no such subscription"); }

std::string count_key(std::uint64_t number) {
  return std::string(1, 'n').append(key_of_number(number));
}

std::string sentence_of(const SubscriptionFault& fault) {
  constexpr std::array<std::string_view, 5> fields{"purpose", "expires", "holdback", "webhookUrl",
                                                   "webhookSecret"};
  return std::string(fields[static_cast<std::size_t>(fault.field)]).append(" ").append(fault.rule);
}

bool is_over(const Subscription& subscription) noexcept {
  return subscription.state == SubscriptionState::ended ||
         subscription.state == SubscriptionState::removed;
}

} // namespace

struct Subscriptions::Impl {
  Registry& registry;
  std::function<Instant()> clock;
  CohortKey members_key;
  std::mutex changing;      ///< held over a commit, so that memory follows the store's order
  mutable std::mutex mutex; ///< of what follows
  std::map<std::uint64_t, SubscriptionNow> all;
  std::mutex telling;
  std::function<void()> told;

  Result<void> read();
  Result<void> write(const Subscription& subscription, const DeliveryPlace& place);
  Result<SubscriptionNow> live(std::uint64_t number) const;
  Result<SubscriptionNow> put(SubscriptionNow changed);
  Result<void> drop_cohort(std::uint64_t number);
  Result<void> erase(std::uint64_t number);
  std::uint64_t apply(Transaction& transaction, std::uint64_t number,
                      std::span<const MemberHash> add, std::span<const MemberHash> remove,
                      std::uint64_t count, Result<void>& done) const;
  void tell() {
    const std::lock_guard lock(telling);
    if (told) {
      told();
    }
  }
};

Result<void> Subscriptions::Impl::read() {
  const auto cursor = registry.store().scan(Family::subscription);
  const auto corrupt = [] { return fail(ErrorCode::corrupt, "a subscription cannot be read"); };
  for (cursor->seek("s"); cursor->valid() && cursor->key().starts_with('s'); cursor->next()) {
    auto subscription = read_subscription(cursor->key(), cursor->value());
    if (!subscription) {
      return corrupt();
    }
    SubscriptionNow& now = all[subscription->number];
    now.subscription = std::make_shared<const Subscription>(std::move(*subscription));
  }
  if (auto status = cursor->status(); !status) {
    return status;
  }
  store::Pinned pin;
  for (auto& [number, now] : all) {
    const auto placed = registry.store().get(Family::subscription, delivery_key(number), pin);
    if (!placed) {
      return tl::unexpected(placed.error());
    }
    if (*placed) {
      const auto place = read_place(pin.view());
      if (!place) {
        return corrupt();
      }
      now.place = *place;
    }
    const auto counted = registry.store().get(Family::subscription, count_key(number), pin);
    if (!counted) {
      return tl::unexpected(counted.error());
    }
    if (*counted && pin.view().size() != sizeof number) {
      return corrupt();
    }
    now.members = *counted ? number_of_key(pin.view()) : 0;
  }
  return {};
}

/// Requires `changing`.
Result<SubscriptionNow> Subscriptions::Impl::live(std::uint64_t number) const {
  const std::lock_guard lock(mutex);
  const auto found = all.find(number);
  if (found == all.end() || found->second.subscription->state == SubscriptionState::removed) {
    return none();
  }
  if (is_over(*found->second.subscription)) {
    return fail(ErrorCode::conflict, "the subscription has ended");
  }
  return found->second;
}

Result<void> Subscriptions::Impl::write(const Subscription& subscription,
                                        const DeliveryPlace& place) {
  return registry.impl().queue->run([&](Transaction& transaction) -> Result<void> {
    transaction.put(Family::subscription, subscription_key(subscription.number),
                    write_subscription(subscription));
    transaction.put(Family::subscription, delivery_key(subscription.number), write_place(place));
    return {};
  });
}

/// In the store, then at hand, with a turn of its own. Requires `changing`.
Result<SubscriptionNow> Subscriptions::Impl::put(SubscriptionNow changed) {
  const std::uint64_t number = changed.subscription->number;
  {
    // What a delivery under way would note is void from here on: it must not come after.
    const std::lock_guard lock(mutex);
    changed.turn = ++all[number].turn;
  }
  if (auto written = write(*changed.subscription, changed.place); !written) {
    return tl::unexpected(written.error());
  }
  {
    const std::lock_guard lock(mutex);
    all[number] = changed;
  }
  tell();
  return changed;
}

std::uint64_t Subscriptions::Impl::apply(Transaction& transaction, std::uint64_t number,
                                         std::span<const MemberHash> add,
                                         std::span<const MemberHash> remove, std::uint64_t count,
                                         Result<void>& done) const {
  store::Pinned pin;
  const auto each = [&](std::span<const MemberHash> members, bool wanted) {
    for (const MemberHash& member : members) {
      std::string place = registry::cohort_key(number, member);
      const auto there = transaction.get(Family::subscription, place, pin);
      if (!there) {
        done = tl::unexpected(there.error());
        return;
      }
      if (there->has_value() == wanted) {
        continue;
      }
      count += wanted ? 1 : std::uint64_t(-1);
      if (wanted) {
        transaction.put(Family::subscription, std::move(place), {});
      } else {
        transaction.erase(Family::subscription, std::move(place));
      }
    }
  };
  each(add, true);
  each(remove, false);
  if (done && count > cohort_members_max) {
    done = fail(ErrorCode::invalid, "the cohort would be larger than 2000000 members");
  }
  transaction.put(Family::subscription, count_key(number), key_of_number(count));
  return count;
}

/// Requires `changing`. What a crash leaves of it is erased at the next start.
Result<void> Subscriptions::Impl::drop_cohort(std::uint64_t number) {
  const std::string prefix = registry::cohort_key(number);
  std::vector<std::string> keys;
  do {
    keys.clear();
    const auto cursor = registry.store().scan(Family::subscription);
    for (cursor->seek(prefix); cursor->valid() && cursor->key().starts_with(prefix) &&
                               keys.size() < erased_at_once_max;
         cursor->next()) {
      keys.emplace_back(cursor->key());
    }
    if (auto status = cursor->status(); !cursor->valid() && !status) {
      return status;
    }
    auto erased = registry.impl().queue->run([&](Transaction& transaction) -> Result<void> {
      for (std::string& key : keys) {
        transaction.erase(Family::subscription, std::move(key));
      }
      transaction.erase(Family::subscription, count_key(number));
      return {};
    });
    if (!erased) {
      return erased;
    }
  } while (keys.size() == erased_at_once_max);
  return {};
}

/// Requires `changing`.
Result<void> Subscriptions::Impl::erase(std::uint64_t number) {
  if (auto dropped = drop_cohort(number); !dropped) {
    return dropped;
  }
  return registry.impl().queue->run([&](Transaction& transaction) -> Result<void> {
    transaction.erase(Family::subscription, subscription_key(number));
    transaction.erase(Family::subscription, delivery_key(number));
    return {};
  });
}

Subscriptions::Subscriptions(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}

Subscriptions::~Subscriptions() { // what `advance` submitted is done after this
  static_cast<void>(impl_->registry.impl().queue->run([](Transaction&) { return Result<void>{}; }));
}

Result<std::unique_ptr<Subscriptions>> Subscriptions::open(Registry& registry,
                                                           std::function<Instant()> clock) {
  auto key = CohortKey::of(registry);
  if (!key) {
    return tl::unexpected(key.error());
  }
  auto impl = std::unique_ptr<Impl>(
      new Impl{registry, clock ? std::move(clock) : now, *key, {}, {}, {}, {}, {}});
  if (auto read = impl->read(); !read) {
    return tl::unexpected(read.error());
  }
  for (auto place = impl->all.begin(); place != impl->all.end();) {
    const Subscription& subscription = *place->second.subscription;
    const bool removed = subscription.state == SubscriptionState::removed;
    const bool left = subscription.state == SubscriptionState::ended && place->second.members != 0;
    if (removed || left) {
      const auto erased = removed ? impl->erase(place->first) : impl->drop_cohort(place->first);
      if (!erased) {
        return tl::unexpected(erased.error());
      }
      place->second.members = 0;
    }
    place = removed ? impl->all.erase(place) : std::next(place);
  }
  return std::unique_ptr<Subscriptions>(new Subscriptions(std::move(impl)));
}

Result<SubscriptionNow> Subscriptions::add(Subscription subscription, std::uint64_t from,
                                           std::span<const MemberHash> members) {
  const std::lock_guard changing(impl_->changing);
  const Instant when = impl_->clock();
  if (const auto fault = fault_of(subscription, when)) {
    return fail(ErrorCode::invalid, sentence_of(*fault));
  }
  if (members.size() > members_per_change_max || (subscription.everyone && !members.empty())) {
    return fail(ErrorCode::invalid, "a cohort of these members cannot be made");
  }
  {
    const std::lock_guard lock(impl_->mutex);
    const auto own = std::ranges::count_if(impl_->all, [&subscription](const auto& entry) {
      const Subscription& other = *entry.second.subscription;
      return other.client_id == subscription.client_id && other.issuer == subscription.issuer;
    });
    if (impl_->all.size() >= subscriptions_max ||
        static_cast<std::size_t>(own) >= subscriptions_per_client_max) {
      return fail(ErrorCode::conflict, "there are as many subscriptions as there may be");
    }
  }
  subscription.created = subscription.changed = when;
  SubscriptionNow added;
  added.place.epoch = impl_->registry.epoch();
  added.place.next = std::max(from, oldest);
  const auto written =
      impl_->registry.impl().queue->run([&](Transaction& transaction) -> Result<void> {
        store::Pinned pin;
        const auto newest = transaction.get(Family::meta, meta::subscription_newest, pin);
        if (!newest) {
          return tl::unexpected(newest.error());
        }
        subscription.number = *newest ? number_of_key(**newest) + 1 : 1;
        const std::uint64_t number = subscription.number;
        transaction.put(Family::meta, std::string(meta::subscription_newest),
                        key_of_number(number));
        transaction.put(Family::subscription, subscription_key(number),
                        write_subscription(subscription));
        transaction.put(Family::subscription, delivery_key(number), write_place(added.place));
        Result<void> done;
        added.members = impl_->apply(transaction, number, members, {}, 0, done);
        return done;
      });
  if (!written) {
    return tl::unexpected(written.error());
  }
  added.subscription = std::make_shared<const Subscription>(std::move(subscription));
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->all[added.subscription->number] = added;
  }
  impl_->tell();
  return added;
}

std::optional<SubscriptionNow> Subscriptions::find(std::uint64_t number) const {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->all.find(number);
  if (found == impl_->all.end() ||
      found->second.subscription->state == SubscriptionState::removed) {
    return std::nullopt;
  }
  return found->second;
}

std::vector<SubscriptionNow> Subscriptions::list() const {
  const std::lock_guard lock(impl_->mutex);
  std::vector<SubscriptionNow> listed;
  for (const auto& [number, now] : impl_->all) {
    if (now.subscription->state != SubscriptionState::removed) {
      listed.push_back(now);
    }
  }
  return listed;
}

Result<SubscriptionNow>
Subscriptions::change(std::uint64_t number,
                      const std::function<Result<void>(Subscription&)>& edit) {
  const std::lock_guard changing(impl_->changing);
  auto found = impl_->live(number);
  if (!found) {
    return found;
  }
  Subscription changed = *found->subscription;
  if (auto edited = edit(changed); !edited) {
    return tl::unexpected(edited.error());
  }
  const Instant when = impl_->clock();
  if (const auto fault = fault_of(changed, when)) {
    return fail(ErrorCode::invalid, sentence_of(*fault));
  }
  changed.changed = when;
  found->subscription = std::make_shared<const Subscription>(std::move(changed));
  return impl_->put(std::move(*found));
}

Result<SubscriptionNow> Subscriptions::pause(std::uint64_t number, PauseReason reason) {
  const std::lock_guard changing(impl_->changing);
  auto found = impl_->live(number);
  if (!found || found->subscription->state == SubscriptionState::paused) {
    return found; // paused before: keeps its reason
  }
  Subscription paused = *found->subscription;
  paused.state = SubscriptionState::paused;
  paused.reason = reason;
  paused.changed = impl_->clock();
  found->subscription = std::make_shared<const Subscription>(std::move(paused));
  return impl_->put(std::move(*found));
}

Result<SubscriptionNow> Subscriptions::resume(std::uint64_t number) {
  const std::lock_guard changing(impl_->changing);
  auto found = impl_->live(number);
  if (!found) {
    return found;
  }
  Subscription resumed = *found->subscription;
  resumed.state = SubscriptionState::active;
  resumed.reason = PauseReason::none;
  resumed.changed = impl_->clock();
  found->subscription = std::make_shared<const Subscription>(std::move(resumed));
  found->place.failures = 0;
  found->place.failing_since.reset();
  found->place.next_try.reset();
  return impl_->put(std::move(*found));
}

Result<SubscriptionNow> Subscriptions::replay(std::uint64_t number, std::uint64_t from) {
  const std::lock_guard changing(impl_->changing);
  auto found = impl_->live(number);
  if (!found) {
    return found;
  }
  found->place.next = std::max(from, oldest);
  found->place.epoch = impl_->registry.epoch();
  found->place.next_try.reset();
  return impl_->put(std::move(*found));
}

Result<std::uint64_t> Subscriptions::change_members(std::uint64_t number,
                                                    std::span<const MemberHash> add,
                                                    std::span<const MemberHash> remove) {
  const std::lock_guard changing(impl_->changing);
  const auto found = impl_->live(number);
  if (!found) {
    return tl::unexpected(found.error());
  }
  if (found->subscription->everyone || add.size() + remove.size() > members_per_change_max) {
    return fail(ErrorCode::invalid, "the subscription is about everyone, or these are too many");
  }
  std::uint64_t count = 0;
  const auto written =
      impl_->registry.impl().queue->run([&](Transaction& transaction) -> Result<void> {
        Result<void> done;
        count = impl_->apply(transaction, number, add, remove, found->members, done);
        return done;
      });
  if (!written) {
    return tl::unexpected(written.error());
  }
  const std::lock_guard lock(impl_->mutex);
  impl_->all[number].members = count;
  return count;
}

Result<void> Subscriptions::end(std::uint64_t number, PauseReason reason) {
  const std::lock_guard changing(impl_->changing);
  auto found = impl_->live(number);
  if (!found) {
    return found.error().code == ErrorCode::conflict ? Result<void>{}
                                                     : tl::unexpected(found.error());
  }
  Subscription ended = *found->subscription;
  ended.state = SubscriptionState::ended;
  ended.reason = reason;
  ended.webhook.reset();
  ended.changed = impl_->clock();
  found->subscription = std::make_shared<const Subscription>(std::move(ended));
  found->place = {};
  if (auto put = impl_->put(std::move(*found)); !put) {
    return tl::unexpected(put.error());
  }
  auto dropped = impl_->drop_cohort(number);
  const std::lock_guard lock(impl_->mutex);
  if (dropped) {
    impl_->all[number].members = 0;
  }
  return dropped;
}

Result<void> Subscriptions::remove(std::uint64_t number) {
  const std::lock_guard changing(impl_->changing);
  auto found = find(number);
  if (!found) {
    return none();
  }
  Subscription removed = *found->subscription;
  removed.state = SubscriptionState::removed;
  removed.webhook.reset();
  found->subscription = std::make_shared<const Subscription>(std::move(removed));
  if (auto put = impl_->put(std::move(*found)); !put) {
    return tl::unexpected(put.error());
  }
  if (auto erased = impl_->erase(number); !erased) {
    return erased;
  }
  const std::lock_guard lock(impl_->mutex);
  impl_->all.erase(number);
  return {};
}

void Subscriptions::advance(std::uint64_t number, std::uint64_t turn, DeliveryPlace place,
                            bool kept) {
  {
    const std::lock_guard lock(impl_->mutex);
    const auto found = impl_->all.find(number);
    if (found == impl_->all.end() || found->second.turn != turn) {
      return;
    }
    found->second.place = place;
  }
  if (!kept) {
    return;
  }
  const auto write = [impl = impl_.get(), number, turn, place = std::move(place)](
                         Transaction& transaction) -> Result<void> {
    const std::lock_guard lock(impl->mutex);
    const auto found = impl->all.find(number);
    if (found != impl->all.end() && found->second.turn == turn) {
      transaction.put(Family::subscription, delivery_key(number), write_place(place));
    }
    return {};
  };
  // A failure shows in the registry's health; the place of before counts after a restart.
  impl_->registry.impl().queue->submit(write, [](const Result<void>&) {});
}

const CohortKey& Subscriptions::cohort_key() const noexcept { return impl_->members_key; }

void Subscriptions::tell(std::function<void()> told) {
  const std::lock_guard lock(impl_->telling);
  impl_->told = std::move(told);
}

} // namespace grunndata::registry
