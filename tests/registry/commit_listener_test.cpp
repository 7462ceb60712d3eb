// Who is told of commits, and who waits for them.
#include "registry/commit_listener.h"
#include "tests/registry/town.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;
using namespace std::chrono_literals;

TEST_CASE("a listener hears of what can be read, and of nothing once its subscription ended") {
  for (const Engine engine : {Engine::memory, Engine::disk}) {
    Town town(engine);
    PersonBuilder person(fnr(1));
    std::atomic<std::uint64_t> newest = 0;
    std::atomic<bool> too_early = false;
    auto subscription = town.registry().commit_listeners().add([&](std::uint64_t told) {
      too_early = too_early || town.registry().newest_sequence() < told;
      newest = told;
    });
    town.import(person.named("One"), "2024-01-01");
    CHECK(newest == 1);
    town.import(person, "2024-01-02"); // nothing changed
    CHECK(newest == 1);
    CHECK_FALSE(too_early);
    subscription.reset();
    PersonBuilder other(fnr(1));
    town.import(other.named("Two"), "2024-01-03");
    CHECK(newest == 1);
  }
}

TEST_CASE("whoever waits goes on at the commit, at the end of patience, or when woken") {
  Town town;
  CommitWaiter waiter(town.registry());
  CHECK_FALSE(waiter.wait_beyond(0, 1ms));
  waiter.wake();
  CHECK_FALSE(waiter.wait_beyond(0, 1h));
  std::thread writer([&town] {
    PersonBuilder person(fnr(1));
    town.import(person.named("One"), "2024-01-01");
  });
  CHECK(waiter.wait_beyond(0, 1h));
  writer.join();
  CHECK(waiter.wait_beyond(0, 1h));
  CHECK_FALSE(waiter.wait_beyond(1, 1ms));
}
