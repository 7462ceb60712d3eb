// Subscriptions as records: made, changed, paused, moved, ended and removed, across restarts.
#include "registry/check.h"
#include "registry/keys.h"
#include "registry/registry_impl.h"
#include "registry/subscriptions/stored.h"
#include "registry/subscriptions/subscriptions.h"
#include "tests/registry/town.h"

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

const Instant noon = parse_instant("2024-06-01T12:00:00Z").value();

Subscription wanted(std::string client = "app") {
  Subscription subscription;
  subscription.client_id = std::move(client);
  subscription.issuer = "helseid";
  subscription.organisation = "974760673";
  subscription.purpose = "Deaths among our patients";
  subscription.expires = parse_instant("2025-01-01").value();
  subscription.types.set(static_cast<std::size_t>(EventType::change_in_death));
  subscription.webhook = Webhook{"https://hospital.example/hook", std::string(32, 's')};
  subscription.created_by.client_id = subscription.client_id;
  return subscription;
}

std::unique_ptr<Subscriptions> open(Town& town) {
  auto opened = Subscriptions::open(town.registry(), [] { return noon; });
  REQUIRE_MESSAGE(opened.has_value(), opened.error().message);
  return std::move(*opened);
}

MemberHash member(unsigned n) {
  MemberHash hash{};
  hash[0] = static_cast<char>(n);
  hash[1] = static_cast<char>(n >> 8U);
  return hash;
}

std::vector<MemberHash> members(unsigned from, unsigned to) {
  std::vector<MemberHash> list;
  for (unsigned n = from; n < to; ++n) list.push_back(member(n));
  return list;
}

std::size_t keys_kept(Town& town, char kind) {
  std::size_t count = 0;
  const auto cursor = town.registry().store().scan(store::Family::subscription);
  for (cursor->seek(""); cursor->valid(); cursor->next()) {
    count += cursor->key().front() == kind ? 1U : 0U;
  }
  return count;
}

} // namespace

TEST_CASE("a subscription is kept as it was made, and goes on where it stood after a restart") {
  on_every_engine([](Town& town) {
    auto subscriptions = open(town);
    Subscription asked = wanted();
    asked.holdback = std::chrono::seconds(3600);
    const auto made = subscriptions->add(asked, 17, members(0, 3));
    REQUIRE_MESSAGE(made.has_value(), made.error().message);
    CHECK(made->subscription->number == 1);
    CHECK(made->place.next == 17);
    CHECK(made->place.epoch == town.registry().epoch());
    CHECK(made->members == 3);
    DeliveryPlace place = made->place;
    place.next = 40;
    place.deliveries = 2;
    place.failures = 3;
    place.last_status = 503;
    place.last_success = noon;
    place.failing_since = noon;
    place.next_try = noon;
    place.problem = "status";
    subscriptions->advance(1, made->turn, place);
    CHECK(subscriptions->find(1)->place == place);
    for (int round = 0; round < 2; ++round) {
      subscriptions.reset();
      town.reopen();
      subscriptions = open(town);
      const auto found = subscriptions->find(1);
      REQUIRE(found.has_value());
      CHECK(found->place == place);
      CHECK(found->members == 3);
      const Subscription& kept = *found->subscription;
      CHECK(kept.client_id == "app");
      CHECK(kept.issuer == "helseid");
      CHECK(kept.organisation == "974760673");
      CHECK(kept.purpose == asked.purpose);
      CHECK(kept.types == asked.types);
      CHECK(kept.holdback == std::chrono::hours(1));
      CHECK(kept.webhook == asked.webhook);
      CHECK(kept.created == noon);
      CHECK(kept.expires == asked.expires);
      CHECK(kept.state == SubscriptionState::active);
      CHECK_FALSE(kept.everyone);
      CHECK_FALSE(kept.legal_basis);
    }
    CHECK(subscriptions->add(wanted(), 1)->subscription->number == 2);
    CHECK(subscriptions->list().size() == 2);
  });
}

TEST_CASE("paused, resumed and replayed; a delivery of before does not move the place set since") {
  on_every_engine([](Town& town) {
    auto subscriptions = open(town);
    const auto made = subscriptions->add(wanted(), 17);
    REQUIRE(made.has_value());
    DeliveryPlace failed = made->place;
    failed.failures = 9;
    failed.failing_since = noon;
    failed.next_try = Instant{noon.microseconds + 1};
    subscriptions->advance(1, made->turn, failed);
    REQUIRE(subscriptions->pause(1, PauseReason::receiver_gone));
    CHECK(subscriptions->find(1)->subscription->reason == PauseReason::receiver_gone);
    CHECK_FALSE(subscriptions->find(1)->subscription->sends_at(noon));
    REQUIRE(subscriptions->pause(1, PauseReason::asked)); // the first reason stays
    CHECK(subscriptions->find(1)->subscription->reason == PauseReason::receiver_gone);
    const auto resumed = subscriptions->resume(1);
    REQUIRE(resumed.has_value());
    CHECK(resumed->subscription->sends_at(noon));
    CHECK(resumed->place.failures == 0);
    CHECK_FALSE(resumed->place.next_try.has_value());
    CHECK(resumed->place.next == 17);

    const auto replayed = subscriptions->replay(1, 3);
    REQUIRE(replayed.has_value());
    DeliveryPlace late = resumed->place;
    late.next = 99;
    subscriptions->advance(1, resumed->turn, late);
    CHECK(subscriptions->find(1)->place.next == 3);
    subscriptions->advance(1, replayed->turn, late);
    CHECK(subscriptions->find(1)->place.next == 99);
    subscriptions.reset();
    town.reopen();
    subscriptions = open(town);
    CHECK(subscriptions->find(1)->place.next == 99);
    CHECK(subscriptions->replay(7, 1).error().code == ErrorCode::not_found);
    CHECK(subscriptions->resume(7).error().code == ErrorCode::not_found);
  });
}

TEST_CASE("members are counted once, taken out again, and gone with what ends or is removed") {
  on_every_engine([](Town& town) {
    auto subscriptions = open(town);
    REQUIRE(subscriptions->add(wanted(), 1));
    REQUIRE(subscriptions->add(wanted(), 1, members(0, 5)));
    CHECK(subscriptions->change_members(1, members(0, 4), {}) == 4);
    CHECK(subscriptions->change_members(1, members(2, 6), members(0, 1)) == 5);
    CHECK(subscriptions->change_members(1, members(7, 8), members(7, 8)) == 5);
    CHECK(subscriptions->change_members(1, {}, members(90, 99)) == 5);
    CHECK(keys_kept(town, 'c') == 10);

    REQUIRE(subscriptions->end(1, PauseReason::client_revoked));
    REQUIRE(subscriptions->end(1, PauseReason::expired)); // once is enough
    const auto ended = subscriptions->find(1);
    REQUIRE(ended.has_value());
    CHECK(ended->subscription->state == SubscriptionState::ended);
    CHECK(ended->subscription->reason == PauseReason::client_revoked);
    CHECK_FALSE(ended->subscription->webhook.has_value());
    CHECK(ended->members == 0);
    CHECK(keys_kept(town, 'c') == 5);
    CHECK(subscriptions->resume(1).error().code == ErrorCode::conflict);
    CHECK(subscriptions->replay(1, 1).error().code == ErrorCode::conflict);
    CHECK(subscriptions->change_members(1, members(0, 1), {}).error().code == ErrorCode::conflict);

    REQUIRE(subscriptions->remove(2));
    CHECK_FALSE(subscriptions->find(2).has_value());
    CHECK(subscriptions->remove(2).error().code == ErrorCode::not_found);
    CHECK(keys_kept(town, 'c') == 0);
    CHECK(keys_kept(town, 's') == 1);
    subscriptions.reset();
    town.reopen();
    subscriptions = open(town);
    CHECK(subscriptions->list().size() == 1);
    CHECK(subscriptions->add(wanted(), 1)->subscription->number == 3); // numbers are not used again
  });
}

TEST_CASE("what a crash left of an ended or removed subscription is erased at the next start") {
  on_every_engine([](Town& town) {
    auto subscriptions = open(town);
    for (int n = 0; n < 2; ++n) REQUIRE(subscriptions->add(wanted(), 1, members(0, 9)));
    subscriptions.reset();
    std::vector<store::Change> changes;
    for (const std::uint64_t number : {1, 2}) {
      store::Pinned pin;
      const std::string key = subscription_key(number);
      REQUIRE(town.registry().store().get(store::Family::subscription, key, pin).value_or(false));
      auto subscription = read_subscription(key, pin.view());
      REQUIRE(subscription.has_value());
      subscription->state = number == 1 ? SubscriptionState::ended : SubscriptionState::removed;
      changes.push_back({store::Family::subscription, key, write_subscription(*subscription)});
    }
    REQUIRE(town.registry().store().commit(changes, store::Durability::synced));
    subscriptions = open(town);
    CHECK(subscriptions->list().size() == 1);
    CHECK(subscriptions->find(1)->members == 0);
    CHECK(keys_kept(town, 'c') == 0);
    CHECK(keys_kept(town, 's') == 1);
  });
}

TEST_CASE("check finds a place without its subscription, and members that nobody counted") {
  on_every_engine([](Town& town) {
    auto subscriptions = open(town);
    REQUIRE(subscriptions->add(wanted(), 1, members(0, 9)));
    check_whole(town.registry());
    const auto faults_with = [&](const std::string& key, const std::string& value) {
      const store::Change put{store::Family::subscription, key, value};
      REQUIRE(town.registry().store().commit({&put, 1}, store::Durability::synced));
      const auto report = check(town.registry(), {});
      REQUIRE(report.has_value());
      const store::Change erase{store::Family::subscription, key, std::nullopt};
      REQUIRE(town.registry().store().commit({&erase, 1}, store::Durability::synced));
      return report->figures.faults;
    };
    CHECK(faults_with(cohort_key(1, member(77)), {}) == 1);
    CHECK(faults_with(delivery_key(2), write_place({})) == 1);
    CHECK(faults_with(subscription_key(2), "x") == 1);
    CHECK(faults_with("s", {}) == 1);
    check_whole(town.registry());
  });
}

TEST_CASE("a subscription that cannot be is refused, and nothing is kept of it") {
  Town town;
  auto subscriptions = open(town);
  const auto refused = [&](const std::function<void(Subscription&)>& spoil) {
    Subscription subscription = wanted();
    spoil(subscription);
    const auto made = subscriptions->add(subscription, 1);
    REQUIRE_FALSE(made.has_value());
    CHECK(made.error().code == ErrorCode::invalid);
    return made.error().message.substr(0, made.error().message.find(' '));
  };
  CHECK(refused([](auto& s) { s.purpose.clear(); }) == "purpose");
  CHECK(refused([](auto& s) { s.purpose = "for 01810000001"; }) == "purpose");
  CHECK(refused([](auto& s) { s.expires = noon; }) == "expires");
  CHECK(refused([](auto& s) { s.expires = parse_instant("2028-01-01").value(); }) == "expires");
  CHECK(refused([](auto& s) { s.holdback = std::chrono::hours(169); }) == "holdback");
  CHECK(refused([](auto& s) { s.webhook->url = std::string(2001, 'u'); }) == "webhookUrl");
  CHECK(refused([](auto& s) { s.webhook->secret = std::string(23, 's'); }) == "webhookSecret");
  CHECK(keys_kept(town, 's') == 0);
  REQUIRE(subscriptions->add(wanted(), 1));
  const auto changed = subscriptions->change(1, [](Subscription& s) -> Result<void> {
    s.purpose.clear();
    return {};
  });
  CHECK(changed.error().code == ErrorCode::invalid);
  CHECK(subscriptions->find(1)->subscription->purpose == wanted().purpose);
  Subscription everyone = wanted();
  everyone.everyone = true;
  CHECK(subscriptions->add(everyone, 1, members(0, 1)).error().code == ErrorCode::invalid);
  REQUIRE(subscriptions->add(everyone, 1));
  CHECK(subscriptions->change_members(2, members(0, 1), {}).error().code == ErrorCode::invalid);
  for (std::size_t n = 2; n < subscriptions_per_client_max; ++n) {
    REQUIRE(subscriptions->add(wanted(), 1));
  }
  CHECK(subscriptions->add(wanted(), 1).error().code == ErrorCode::conflict);
  CHECK(subscriptions->add(wanted("other"), 1).has_value());
}

TEST_CASE("who listens hears of every change but of deliveries") {
  Town town;
  auto subscriptions = open(town);
  int told = 0;
  subscriptions->tell([&told] { ++told; });
  const auto made = subscriptions->add(wanted(), 1);
  REQUIRE(made.has_value());
  subscriptions->advance(1, made->turn, made->place);
  CHECK(told == 1);
  REQUIRE(subscriptions->pause(1, PauseReason::asked));
  REQUIRE(subscriptions->resume(1));
  REQUIRE(subscriptions->replay(1, 2));
  CHECK(told == 4);
  subscriptions->tell({});
  REQUIRE(subscriptions->remove(1));
  CHECK(told == 4);
}

TEST_CASE("stored subscriptions and places are read back, and nothing else is") {
  Subscription subscription = wanted();
  const std::string written = write_subscription(subscription);
  for (std::size_t bytes = 0; bytes < written.size(); ++bytes) {
    CHECK_FALSE(read_subscription(subscription_key(1), written.substr(0, bytes)).has_value());
  }
  CHECK_FALSE(read_subscription(subscription_key(1), written + "x").has_value());
  CHECK_FALSE(read_subscription("s", written).has_value());
  CHECK(read_subscription(subscription_key(9), written)->number == 9);
  subscription.webhook.emplace();
  subscription.webhook->url = "https://hospital.example/";
  subscription.webhook->secret = std::string(32, 'a');
  CHECK(read_subscription(subscription_key(1), write_subscription(subscription))->webhook ==
        subscription.webhook);
  subscription.webhook->former_secret = std::string(32, 'b');
  subscription.webhook->former_until = Instant{1'700'000'000'000'000};
  CHECK(read_subscription(subscription_key(1), write_subscription(subscription))->webhook ==
        subscription.webhook);
  DeliveryPlace place;
  place.problem = "timeout";
  const std::string stood = write_place(place);
  for (std::size_t bytes = 0; bytes < stood.size(); ++bytes) {
    CHECK_FALSE(read_place(stood.substr(0, bytes)).has_value());
  }
  CHECK(read_place(stood) == place);
}
