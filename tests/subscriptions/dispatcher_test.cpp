// Sending to receivers that take, fail, hang, close and disappear: what they got in the end.
#include "api/webhooks/signature.h"
#include "registry/keys.h"
#include "tests/subscriptions/sending.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <set>

using namespace grunndata;
using namespace grunndata::tests;
using registry::Access;
using registry::Grading;
using registry::PauseReason;
using registry::PersonPart;
using registry::Subscription;
using registry::SubscriptionState;
using registry::stories::fnr;
using registry::stories::PersonBuilder;
using std::chrono::milliseconds;

namespace {

std::vector<std::uint64_t> up_to(std::uint64_t newest) {
  std::vector<std::uint64_t> all(newest);
  std::iota(all.begin(), all.end(), 1);
  return all;
}

/// A receiver that takes all, or what `answer` says.
struct Taker {
  Ledger ledger;
  std::atomic<int> status{204};
  Receiver receiver{[this](const Received& received) {
    if (status < 300) ledger.note(received);
    return Reply{.status = status};
  }};
  [[nodiscard]] std::string url() const { return receiver.url("/hook?token=secret"); }
  [[nodiscard]] bool got(std::uint64_t newest) const { return ledger.sequences() == up_to(newest); }
};

} // namespace

TEST_CASE("events are sent as they come, in order, signed, within a moment of their commit") {
  Sending sending;
  Taker taker;
  for (unsigned n = 0; n < 5; ++n) sending.import(n, "Before");
  sending.subscribe(taker.url());
  sending.start();
  REQUIRE(eventually([&] { return taker.got(5); }));
  for (unsigned n = 0; n < 20; ++n) {
    sending.import(n, "Name" + std::to_string(n));
    const auto newest = sending.town().newest();
    CHECK(eventually([&] { return taker.got(newest); }, milliseconds(1'000)));
  }
  for (const Received& received : taker.ledger.deliveries()) {
    CHECK(is_signed(received, Sending::secret));
    CHECK(received.path == "/hook?token=secret");
    CHECK(received.headers.at("content-type") == "application/json");
    CHECK(received.body.starts_with(R"({"type":"events","subscription":"1","events":[{"seq)"));
    CHECK(received.body.find(fnr(1)) == std::string::npos);
  }
  const auto now = sending.now(1);
  REQUIRE(eventually([&] { return sending.now(1).place.next == sending.town().newest() + 1; }));
  CHECK(sending.figures().events == sending.town().newest());
  CHECK(sending.figures().active == 1);
  CHECK(sending.notices().empty());
}

TEST_CASE("while a secret and the one before both count, deliveries are signed with both") {
  constexpr std::string_view former = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  const auto raw = api::webhooks::secret_of_text(former);
  REQUIRE(raw);
  for (const bool is_over : {false, true}) {
    Sending sending;
    Taker taker;
    sending.import(1, "Hansen");
    sending.subscribe(taker.url(), [&](registry::Subscription& subscription) {
      subscription.webhook->former_secret = *raw;
      const std::int64_t hour_us = 3'600'000'000;
      subscription.webhook->former_until =
          registry::Instant{registry::now().microseconds + (is_over ? -hour_us : hour_us)};
    });
    sending.start();
    REQUIRE(eventually([&] { return taker.got(1); }));
    for (const Received& received : taker.ledger.deliveries()) {
      CHECK(is_signed(received, Sending::secret));
      CHECK(is_signed(received, former) != is_over);
    }
  }
}

TEST_CASE("what a receiver does not take is tried again under its id, and nothing overtakes it") {
  for (const Reply& bad : {Reply{.status = 500}, Reply{.status = 404}, Reply{.status = 302},
                           Reply{.status = 204, .cut = true}, Reply{.status = 100}}) {
    CAPTURE(bad.status);
    Sending sending;
    sending.options().events_max = 2;
    Ledger ledger;
    std::mutex mutex;
    std::vector<std::string> ids;
    std::atomic<int> tries{0};
    Receiver receiver([&](const Received& received) {
      if (++tries % 4 != 0) { // three of four fail
        const std::lock_guard lock(mutex);
        ids.push_back(received.headers.at("webhook-id"));
        return bad;
      }
      const std::lock_guard lock(mutex);
      CHECK(std::set(ids.begin(), ids.end()) == std::set{received.headers.at("webhook-id")});
      ids.clear();
      ledger.note(received);
      return Reply{};
    });
    for (unsigned n = 0; n < 6; ++n) sending.import(n, "A");
    sending.subscribe(receiver.url());
    sending.start();
    CHECK(eventually([&] { return ledger.sequences() == up_to(6); }));
    CHECK(ledger.count() == 3);
    REQUIRE(eventually([&] { return sending.now(1).place.failures == 0; }));
    CHECK(sending.now(1).place.problem.empty());
    // On a connection that was kept, libcurl tries once more by itself when it is cut.
    CHECK(sending.figures().failures >= (bad.cut ? 3U : 9U));
    CHECK(sending.figures().failures <= 9);
    // Told after the place is kept.
    CHECK(eventually([&] { return std::ranges::count(sending.notices(), "recovered ") == 3; }));
  }
}

TEST_CASE("a receiver that is gone pauses its subscription, which goes on when it is resumed") {
  Sending sending;
  Taker taker;
  taker.status = 410;
  sending.import(1, "A");
  sending.subscribe(taker.url());
  sending.start();
  REQUIRE(eventually([&] {
    return sending.now(1).subscription->state == SubscriptionState::paused;
  }));
  CHECK(sending.now(1).subscription->reason == PauseReason::receiver_gone);
  CHECK(sending.now(1).place.last_status == 410);
  taker.status = 204;
  sending.import(2, "B");
  CHECK_FALSE(eventually([&] { return taker.ledger.count() != 0; }, milliseconds(200)));
  CHECK(sending.figures().paused == 1);
  REQUIRE(sending.subscriptions().resume(1));
  CHECK(eventually([&] { return taker.got(2); }));
  REQUIRE(sending.subscriptions().replay(1, 1));
  CHECK(eventually([&] { return taker.ledger.sequences().size() == 4; }));
}

TEST_CASE("after failing for as long as is tried, a subscription is paused and says why") {
  Sending sending;
  sending.options().give_up_after = std::chrono::seconds(1);
  Taker taker;
  taker.status = 503;
  sending.import(1, "A");
  sending.subscribe(taker.url());
  sending.start();
  REQUIRE(eventually([&] {
    return sending.now(1).subscription->state == SubscriptionState::paused;
  }));
  CHECK(sending.now(1).subscription->reason == PauseReason::failing);
  CHECK(sending.now(1).place.problem == "status");
  CHECK(sending.now(1).place.failures > 3);
  CHECK(sending.notices() == std::vector<std::string>{"failing status", "paused failing"});
}

TEST_CASE("a receiver that hangs, and one that is slow, delay no other") {
  Sending sending;
  Taker quick;
  Receiver hangs([](const Received&) { return Reply{.delay = std::chrono::seconds(60)}; });
  Receiver slow([](const Received&) { return Reply{.delay = milliseconds(300)}; });
  sending.subscribe(hangs.url());
  sending.subscribe(slow.url());
  sending.subscribe(quick.url());
  sending.subscribe("http://127.0.0.1:1/");
  sending.start();
  for (unsigned n = 0; n < 20; ++n) {
    sending.import(n, "A");
    const auto newest = sending.town().newest();
    CHECK(eventually([&] { return quick.got(newest); }, milliseconds(250)));
  }
  CHECK(eventually([&] { return sending.now(1).place.problem == "timeout"; }));
  CHECK(sending.now(4).place.problem == "connect");
}

TEST_CASE("more subscriptions than may be under way at once all get their turn") {
  Sending sending;
  sending.options().under_way_max = 2;
  Receiver hangs([](const Received&) { return Reply{.delay = milliseconds(50)}; });
  std::vector<std::unique_ptr<Taker>> takers;
  sending.import(1, "A");
  for (int i = 0; i < 8; ++i) {
    takers.push_back(std::make_unique<Taker>());
    sending.subscribe(takers.back()->url());
    sending.subscribe(hangs.url());
  }
  sending.start();
  CHECK(eventually([&] {
    return std::ranges::all_of(takers, [](const auto& taker) { return taker->got(1); });
  }));
}

TEST_CASE("a sender that is stopped in the midst goes on where it stood, and loses nothing") {
  Sending sending;
  sending.options().events_max = 1;
  Taker taker;
  sending.subscribe(taker.url());
  for (unsigned round = 0; round < 20; ++round) {
    sending.import(round, "A");
    sending.start();
    std::this_thread::sleep_for(milliseconds(round % 5));
    sending.stop();
  }
  sending.start();
  const auto newest = sending.town().newest();
  REQUIRE(eventually([&] { return sending.now(1).place.next == newest + 1; }));
  auto got = taker.ledger.sequences();
  std::uint64_t highest = 0;
  for (const std::uint64_t sequence : got) {
    CHECK(sequence <= highest + 1); // again perhaps, never ahead
    highest = std::max(highest, sequence);
  }
  CHECK(highest == newest);
}

TEST_CASE("the revoked client's subscription ends at once, with its cohort and what waits") {
  Sending sending;
  Taker taker;
  taker.status = 500;
  sending.subscribe(taker.url(), [](Subscription& s) { s.everyone = false; });
  const std::string number = fnr(1);
  const std::vector<registry::MemberHash> member{sending.subscriptions().cohort_key().hash_of(
      registry::key_of(registry::stories::key_of_number_text(number)))};
  REQUIRE(sending.subscriptions().change_members(1, member, {}) == 1);
  sending.import(1, "A");
  sending.start();
  REQUIRE(eventually([&] { return sending.now(1).place.failures > 0; }));
  REQUIRE(sending.clients().revoke("app", ""));
  taker.status = 204;
  REQUIRE(eventually([&] {
    return sending.now(1).subscription->state == SubscriptionState::ended;
  }));
  CHECK(sending.now(1).subscription->reason == PauseReason::client_revoked);
  CHECK(eventually([&] { return sending.now(1).members == 0; })); // in a commit behind the end's
  const auto taken = taker.ledger.count(); // at most what was under way when it was revoked
  sending.import(1, "B");
  CHECK_FALSE(eventually([&] { return taker.ledger.count() != taken; }, milliseconds(300)));
}

TEST_CASE("an agreement that has ended stops the sending, and a new one lets it go on") {
  Sending sending;
  Taker taker;
  registry::Client client = *sending.clients().find("app", "helseid");
  client.expires = registry::Instant{registry::now().microseconds + 300'000};
  REQUIRE(sending.clients().add({client}, registry::IfRegistered::replace));
  sending.subscribe(taker.url());
  std::this_thread::sleep_for(milliseconds(350));
  sending.start();
  sending.import(1, "A");
  CHECK_FALSE(eventually([&] { return taker.ledger.count() != 0; }, milliseconds(300)));
  client.expires.reset();
  REQUIRE(sending.clients().add({client}, registry::IfRegistered::replace));
  CHECK(eventually([&] { return taker.got(1); }));
}

TEST_CASE("legal basis that was taken away is missing from the next delivery on") {
  Sending sending;
  Taker taker;
  sending.subscribe(taker.url());
  sending.start();
  const auto relate = [&](std::string_view day, const std::string& body) {
    PersonBuilder person(fnr(1));
    person.named("A").has(PersonPart::family_relation, body);
    sending.town().import(person, day);
  };
  relate("2024-01-01", R"("a":1)");
  relate("2024-01-02", R"("a":2)");
  REQUIRE(eventually([&] { return taker.got(2); }));
  CHECK(taker.ledger.all().find("ChangeInFamilyRelation") != std::string::npos);
  registry::Client client = *sending.clients().find("app", "helseid");
  client.legal_basis = false;
  REQUIRE(sending.clients().add({client}, registry::IfRegistered::replace));
  relate("2024-01-03", R"("a":3)");
  REQUIRE(eventually([&] { return taker.got(3); }));
  CHECK(taker.ledger.deliveries().back().body.find("ChangeInPerson") != std::string::npos);
  CHECK(taker.ledger.deliveries().back().body.find("FamilyRelation") == std::string::npos);
}

TEST_CASE("who hides while a delivery waits is told of as /v1/events tells it at that moment") {
  Sending sending;
  Taker taker;
  taker.status = 500;
  sending.subscribe(taker.url(), [](Subscription& s) { s.legal_basis = false; });
  sending.start();
  const auto live_at = [&](std::string_view day, std::string_view street, Grading grading) {
    PersonBuilder person(fnr(1));
    person.named("A");
    if (grading == Grading::unclassified) {
      person.lives_at(street);
    } else {
      person.protection(grading).has(PersonPart::address_protection, R"("level":"strict")");
    }
    sending.town().import(person, day);
  };
  live_at("2024-01-01", "Storgata", Grading::unclassified);
  live_at("2024-01-02", "Plantestubben", Grading::unclassified);
  REQUIRE(eventually([&] { return sending.now(1).place.failures > 0; }));
  live_at("2024-01-03", "", Grading::strictly_confidential);
  taker.status = 204;
  const auto told = sending.town().registry().events(1, 100, Access::no_legal_basis);
  REQUIRE(told.has_value());
  std::vector<std::uint64_t> expected;
  for (const auto& event : told->events) expected.push_back(event.sequence);
  CHECK(eventually([&] { return taker.ledger.sequences() == expected; }));
  CHECK(taker.ledger.all().find("ResidentialAddress") == std::string::npos);
}

TEST_CASE("a mistaken death that is annulled before it is told is told as such") {
  Sending sending;
  Taker taker;
  sending.subscribe(taker.url(), [](Subscription& s) {
    s.holdback = std::chrono::seconds(2);
    s.types = registry::find_event_group("death").value();
  });
  sending.start();
  PersonBuilder lives(fnr(1));
  lives.is("Resident", {.from = "1980-01-01"});
  PersonBuilder dead(fnr(1));
  dead.is("Deceased", {.from = "2024-01-09"})
      .is("Resident", registry::stories::superseded("1980-01-01"))
      .died("2024-01-09");
  sending.town().import(lives, "2024-01-01");
  sending.town().import(dead, "2024-01-10");
  const auto death = sending.town().newest();
  sending.town().import(lives, "2024-01-11");
  const auto annulment = sending.town().newest();
  CHECK_FALSE(eventually([&] { return taker.ledger.count() != 0; }, milliseconds(500)));
  REQUIRE(eventually([&] {
    const auto told = taker.ledger.sequences();
    return !told.empty() && told.back() == annulment;
  }));
  const std::string all = taker.ledger.all();
  CAPTURE(all);
  CHECK(all.find("\"correctedBy\":{\"sequenceNumber\":" + std::to_string(annulment) +
                 ",\"cause\":\"annulment\"}") != std::string::npos);
  CHECK(all.find("\"corrects\":" + std::to_string(death)) != std::string::npos);
}

TEST_CASE("after a restore a receiver is told so first, and then what follows") {
  Sending sending;
  Taker taker;
  sending.import(1, "A");
  sending.import(2, "B");
  const auto number = sending.subscribe(taker.url());
  auto place = sending.now(number).place;
  place.epoch += 1; // of the directory before
  sending.subscriptions().advance(number, sending.now(number).turn, place);
  sending.start();
  REQUIRE(eventually([&] { return taker.got(2); }));
  const auto deliveries = taker.ledger.deliveries();
  REQUIRE(deliveries.size() == 2);
  CHECK(deliveries[0].body.starts_with(
      R"({"type":"history-changed","subscription":"1","events":[],"nextCursor":")"));
  CHECK(is_signed(deliveries[0], Sending::secret));
}
