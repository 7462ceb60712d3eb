// Whom a subscription is about: found by hash, followed wherever a number leads, never read back.
#include "registry/keys.h"
#include "registry/subscriptions/subscribed_events.h"
#include "registry/subscriptions/subscriptions.h"
#include "tests/links/desk.h"
#include "tests/registry/town.h"

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

struct Told {
  Texts events; ///< name of the type and whose, by the number asked for
  std::uint64_t next = 0;
  bool more = false;
};

/// One subscription in a town, opened anew for each use: a town's registry is reopened at any time.
class Subscriber {
public:
  explicit Subscriber(Town& town, bool everyone = false) : town_(town) {
    Subscription wanted;
    wanted.client_id = "app";
    wanted.purpose = "Our patients";
    wanted.everyone = everyone;
    wanted.expires = Instant{now().microseconds + 1'000'000'000};
    REQUIRE(open()->add(wanted, 1));
  }

  void about(const IdentifierKey& key) { change(key, true); }
  void about(const std::string& number) { change(key_of_number_text(number), true); }
  void no_more_about(const std::string& number) { change(key_of_number_text(number), false); }
  void wants(EventType type) {
    REQUIRE(open()->change(1, [type](Subscription& subscription) -> Result<void> {
      subscription.types.set(static_cast<std::size_t>(type));
      return {};
    }));
  }
  void holds_back(std::chrono::seconds holdback) {
    REQUIRE(open()->change(1, [holdback](Subscription& subscription) -> Result<void> {
      subscription.holdback = holdback;
      return {};
    }));
  }

  Told told(std::uint64_t from = 1, Access access = Access::legal_basis, std::size_t limit = 1'000,
            Instant when = now()) {
    const auto subscriptions = open();
    const auto page =
        subscribed_events(town_.registry(), subscriptions->cohort_key(),
                          *subscriptions->find(1)->subscription, from, limit, access, when);
    REQUIRE_MESSAGE(page.has_value(), page.error().message);
    Told told{{}, page->next, page->more};
    for (const Event& event : page->events) told.events.emplace_back(name_of(event.type));
    return told;
  }

private:
  std::unique_ptr<Subscriptions> open() {
    auto opened = Subscriptions::open(town_.registry());
    REQUIRE(opened.has_value());
    return std::move(*opened);
  }
  void change(const IdentifierKey& key, bool add) {
    const auto subscriptions = open();
    const std::vector<MemberHash> member{subscriptions->cohort_key().hash_of(key_of(key))};
    const std::span<const MemberHash> one(member);
    REQUIRE(subscriptions->change_members(1, add ? one : one.first(0), add ? one.first(0) : one));
  }

  Town& town_;
};

PersonBuilder person(unsigned n, std::string_view name) {
  PersonBuilder builder(fnr(n));
  builder.named(name);
  return builder;
}

} // namespace

TEST_CASE("only members are told of, also those who appear later, and the cohort holds no number") {
  on_every_engine([](Town& town) {
    town.import({person(1, "A").record(), person(2, "B").record()}, "2024-01-01");
    Subscriber subscriber(town);
    CHECK(subscriber.told().events.empty());
    CHECK(subscriber.told().next == 3);
    subscriber.about(fnr(2));
    subscriber.about(fnr(3));
    CHECK(subscriber.told().events == Texts{"PersonPopulated"});
    const auto before = town.newest();
    town.import({person(1, "C").record(), person(3, "D").record()}, "2024-01-02");
    CHECK(subscriber.told(before + 1).events == Texts{"PersonPopulated"});
    town.import(person(3, "E"), "2024-01-03");
    CHECK(subscriber.told(before + 1).events == Texts{"PersonPopulated", "ChangeInName"});
    subscriber.no_more_about(fnr(3));
    CHECK(subscriber.told(before + 1).events.empty());
    const auto cursor = town.registry().store().scan(store::Family::subscription);
    for (cursor->seek(""); cursor->valid(); cursor->next()) {
      CHECK(cursor->key().find(fnr(2)) == std::string_view::npos);
      CHECK(cursor->value().find(fnr(2)) == std::string_view::npos);
    }
  });
}

TEST_CASE("a member is followed from the D-number to the foedselsnummer, asked for by either") {
  for (const bool by_new : {true, false}) {
  on_every_engine([by_new](Town& town) {
    const std::string number = dnr(1);
    PersonBuilder before(dnr(1), IdentifierType::dnr);
    before.named("Novak");
    town.import(before, "2024-01-01");
    Subscriber subscriber(town);
    if (by_new) {
      subscriber.about(fnr(1));
    } else {
      subscriber.about({IdentifierType::dnr, number, {}});
    }
    CHECK(subscriber.told().events.size() == (by_new ? 0 : 1));
    PersonBuilder after(fnr(1));
    after.formerly(dnr(1), IdentifierType::dnr).named("Novak");
    after.has(PersonPart::norwegian_identification_number, R"("note":"new")");
    town.import(after, "2024-02-01");
    CHECK(subscriber.told(2).events == Texts{"ChangeInNorwegianIdentificationNumber"});
    CHECK(subscriber.told().events.size() == 2); // also what was before the numbers changed
  });
  }
}

TEST_CASE("a merge: who asked for the loser hears of the survivor, and the other way round") {
  for (const bool by_loser : {true, false}) {
    on_every_engine([by_loser](Town& town) {
      town.import({person(1, "Loser").record(), person(2, "Survivor").record()}, "2024-01-01");
      Subscriber subscriber(town);
      subscriber.about(fnr(by_loser ? 1 : 2));
      const auto before = town.newest();
      PersonBuilder survivor = person(2, "Survivor");
      survivor.formerly(fnr(1));
      town.import(survivor, "2024-02-01");
      CHECK(subscriber.told(before + 1).events ==
            town.events(before + 1)); // of both: what happened to either is theirs
      const auto merged = town.newest();
      PersonBuilder renamed = person(2, "Renamed");
      renamed.formerly(fnr(1));
      town.import(renamed, "2024-03-01");
      CHECK(subscriber.told(merged + 1).events == Texts{"ChangeInName"});
    });
  }
}

TEST_CASE("a linked hjelpenummer is followed to the survivor, and back when the two are parted") {
  on_every_engine([](Town& town) {
    Desk desk(town);
    town.import(person(1, "Hansen"), "2024-01-01");
    const std::string number = desk.issue("Ukjent");
    Subscriber subscriber(town);
    subscriber.about(fhn(number));
    const auto issued = town.newest();
    const std::string one = fnr(1);
    const IdentifierKey first = key_of_number_text(one);
    town.import(person(1, "Not ours"), "2024-01-02");
    CHECK(subscriber.told(issued + 1).events.empty());
    const Link link = desk.link(fhn(number), first);
    const auto linked = town.newest();
    town.import(person(1, "Ours"), "2024-01-03");
    CHECK(subscriber.told(linked + 1).events == Texts{"ChangeInName"});
    desk.undo(link);
    const auto parted = town.newest();
    town.import(person(1, "Not ours any more"), "2024-01-04");
    CHECK(subscriber.told(parted + 1).events.empty());
    REQUIRE(desk.try_tell(number, "Kjent"));
    CHECK_FALSE(subscriber.told(parted + 1).events.empty());
  });
}

TEST_CASE("types are those the caller is told; pages go on where they end, without a gap") {
  on_every_engine([](Town& town) {
    Subscriber subscriber(town, true);
    for (int day = 1; day < 8; ++day) {
      town.import({person(1, "N" + std::to_string(day)).record(),
                   person(2, "M" + std::to_string(day)).record()},
                  "2024-01-0" + std::to_string(day));
    }
    const Texts all = subscriber.told().events;
    CHECK(all == town.events(1));
    Texts paged;
    std::uint64_t from = 1;
    for (bool more = true; more;) {
      const Told page = subscriber.told(from, Access::legal_basis, 3);
      CHECK(page.events.size() <= 3);
      paged.insert(paged.end(), page.events.begin(), page.events.end());
      from = page.next;
      more = page.more;
    }
    CHECK(paged == all);
    CHECK(from == town.newest() + 1);
    subscriber.wants(EventType::change_in_name);
    CHECK(subscriber.told().events == Texts(12, "ChangeInName"));
    CHECK(subscriber.told(1, Access::legal_basis, 5).more);
    subscriber.wants(EventType::change_in_death);
    CHECK(subscriber.told().events == Texts(12, "ChangeInName"));
    CHECK(subscriber.told().next == town.newest() + 1);
  });
}

TEST_CASE("a holdback holds events back until they are old enough, and loses none") {
  on_every_engine([](Town& town) {
    Subscriber subscriber(town, true);
    subscriber.holds_back(std::chrono::hours(1));
    town.import({person(1, "A").record(), person(2, "B").record()}, "2024-01-01");
    const Told held = subscriber.told();
    CHECK(held.events.empty());
    CHECK(held.next == 1);
    CHECK_FALSE(held.more);
    const Instant later{now().microseconds + 3'601'000'000};
    const Told told = subscriber.told(held.next, Access::legal_basis, 1'000, later);
    CHECK(told.events == Texts{"PersonPopulated", "PersonPopulated"});
    CHECK(told.next == 3);
  });
}

TEST_CASE("what somebody hides is told to no subscriber without legal basis, place included") {
  on_every_engine([](Town& town) {
    PersonBuilder moved = person(1, "Hansen");
    moved.lives_at("A");
    town.import(moved, "2024-01-01");
    Subscriber subscriber(town);
    subscriber.about(fnr(1));
    const auto before = town.newest();
    PersonBuilder again = person(1, "Hansen");
    again.lives_at("B");
    town.import(again, "2024-01-02");
    CHECK(subscriber.told(before + 1, Access::no_legal_basis).events ==
          Texts{"ChangeInResidentialAddress"});
    PersonBuilder hidden = person(1, "Hansen");
    hidden.protection(Grading::strictly_confidential)
        .has(PersonPart::address_protection, R"("level":"strict")");
    town.import(hidden, "2024-01-03");
    CHECK(subscriber.told(before + 1, Access::no_legal_basis).events == Texts{"ChangeInPerson"});
    const auto hides = town.newest();
    town.import(hidden.remark(R"("x":1)"), "2024-01-04");
    const Told open = subscriber.told(hides + 1, Access::no_legal_basis);
    CHECK(open.events.empty());
    CHECK(open.next <= hides + 1);
    CHECK_FALSE(subscriber.told(before + 1).events.empty());
  });
}
