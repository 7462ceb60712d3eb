// Readers of clients and grants beside whoever changes them.
#include "registry/clients/break_glass.h"
#include "registry/clients/clients.h"
#include "tests/registry/town.h"

#include <atomic>
#include <thread>

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

constexpr unsigned changes = 200;
constexpr unsigned readers = 3;

/// Name and number of requests tell the same version.
Client version(unsigned number) {
  Client client;
  client.id = "app";
  client.name = std::to_string(number);
  client.organisation = "974760673";
  client.purpose = "Treatment";
  client.parts.set(0);
  client.requests_per_minute = number;
  client.break_glass_parts.set(1);
  return client;
}

/// Reads until the last version is seen; false when one was torn or went back.
bool reads_rising(const Clients& clients) {
  for (unsigned seen = 0; seen < changes;) {
    const auto client = clients.find("app", "some-issuer");
    if (client == nullptr || client->name != std::to_string(client->requests_per_minute) ||
        client->requests_per_minute < seen) {
      return false;
    }
    seen = client->requests_per_minute;
  }
  return true;
}

} // namespace

TEST_CASE("readers see whole clients, each change at once and none undone") {
  Town town;
  const auto clients = Clients::open(town.registry());
  REQUIRE(clients.has_value());
  REQUIRE((*clients)->add({version(0)}));
  std::atomic<unsigned> right{0};
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < readers; ++i) {
    threads.emplace_back([&] { right += reads_rising(**clients) ? 1 : 0; });
  }
  bool written = true;
  for (unsigned number = 1; number <= changes; ++number) {
    written = (*clients)->add({version(number)}, IfRegistered::replace).has_value() && written;
    written = (*clients)->find("app", "")->requests_per_minute == number && written;
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(written);
  CHECK(right == readers);
  const auto reopened = Clients::open(town.registry());
  REQUIRE(reopened.has_value());
  CHECK((*reopened)->find("app", "")->requests_per_minute == changes);
}

TEST_CASE("clients added by many at once are all there, in memory and in the store") {
  Town town;
  const auto clients = Clients::open(town.registry());
  REQUIRE(clients.has_value());
  constexpr unsigned callers = 4, each = 25;
  std::atomic<unsigned> added{0};
  std::vector<std::thread> threads;
  for (unsigned caller = 0; caller < callers; ++caller) {
    threads.emplace_back([&, caller] {
      for (unsigned i = 0; i < each; ++i) {
        Client client = version(i);
        client.id = std::to_string(caller * each + i);
        added += (*clients)->add({client}).has_value() ? 1 : 0;
        Client contested = version(caller);
        contested.id = "contested-" + std::to_string(i);
        added += (*clients)->add({contested}).has_value() ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(added == callers * each + each); // one of the callers got each contested id
  const auto reopened = Clients::open(town.registry());
  REQUIRE(reopened.has_value());
  const auto kept = (*reopened)->list();
  const auto known = (*clients)->list();
  REQUIRE(kept.size() == known.size());
  for (std::size_t i = 0; i < kept.size(); ++i) {
    CHECK(kept[i]->id == known[i]->id);
    CHECK(kept[i]->name == known[i]->name);
  }
}

TEST_CASE("a grant is found by every reader as soon as it is given") {
  Town town;
  const auto glass = BreakGlass::open(town.registry());
  REQUIRE(glass.has_value());
  const Client client = version(1);
  constexpr unsigned users = 4, each = grants_open_per_user_max;
  std::atomic<bool> done{false};
  std::atomic<unsigned> found{0}, strangers{0};
  std::thread stranger([&] {
    while (!done) strangers += (*glass)->find({"app", "i", "nobody", {}}) != nullptr ? 1 : 0;
  });
  std::vector<std::thread> threads;
  for (unsigned user = 0; user < users; ++user) {
    threads.emplace_back([&, user] {
      const std::string key = "user-" + std::to_string(user);
      for (unsigned i = 0; i < each; ++i) {
        EntityId entity;
        entity.bytes.fill(static_cast<std::uint8_t>(i));
        const auto grant = (*glass)->grant({client, "i", key, "", "", "", entity,
                                            EmergencyPurpose::btg, "a reason that is long enough"});
        const auto seen = (*glass)->find({"app", "i", key, entity});
        found += grant && seen && seen->number == grant->number ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  done = true;
  stranger.join();
  CHECK(found == users * each);
  CHECK(strangers == 0);
  const auto all = (*glass)->list(GrantQueue::all, 0, 1'000);
  REQUIRE(all.has_value());
  REQUIRE(all->size() == users * each);
  for (std::size_t i = 0; i < all->size(); ++i) CHECK((*all)[i].number == i + 1);
}
