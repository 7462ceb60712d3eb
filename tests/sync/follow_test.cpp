#include "registry/import_batch.h"
#include "tests/sync/source.h"

#include <doctest/doctest.h>

#include <thread>

namespace grunndata::tests {

using simulate::Happening;
using std::chrono::milliseconds;

TEST_CASE("a complete extract and the feed make the registry what the source is") {
  Source source;
  Follower follower(source);
  follower.catch_up();
  CHECK(follower.totals.written == 300);
  CHECK(follower.totals.unchanged == 4); // documents that the extract names twice
  CHECK(follower.is_identical());
  CHECK(follower.state().phase == sync::Phase::following);

  source.service().live(500);
  follower.catch_up();
  CHECK(follower.totals.events >= 500);
  CHECK(follower.is_identical());
}

TEST_CASE("every kind of happening reaches the registry") {
  Source source;
  Follower follower(source);
  follower.catch_up();
  source.service().happen(Happening::merged, 20); // so that there is something to part
  for (std::size_t i = 0; i < simulate::happening_count; ++i) {
    const auto what = static_cast<Happening>(i);
    if (what == Happening::silently_changed) continue;
    CAPTURE(simulate::name_of(what));
    CHECK(source.service().happen(what, 5));
    follower.catch_up();
    CHECK(follower.is_identical());
  }
}

TEST_CASE("what changed without an event is found and repaired by a sweep, and only that") {
  Source source;
  Follower follower(source);
  follower.catch_up();
  CHECK(source.service().happen(Happening::silently_changed, 10));
  follower.catch_up();
  const std::uint64_t differing = follower.compare().differences;
  CHECK(differing > 0);
  const auto swept = sync::sweep(follower.registry(), {follower.options, 0});
  REQUIRE(swept);
  CHECK(swept->compared == 300);
  CHECK(swept->repaired == differing);
  CHECK(swept->unknown == 0);
  CHECK(swept->complete);
  CHECK(follower.is_identical());
}

TEST_CASE("a sweep that is stopped goes on where it stood") {
  Source source;
  Follower follower(source);
  follower.catch_up();
  std::uint64_t compared = 0;
  sync::SweepOptions options{follower.options, 100};
  options.sync.may_go_on = [&follower]() -> registry::Result<void> {
    follower.stop = true; // after the first hundred
    return {};
  };
  auto swept = sync::sweep(follower.registry(), options);
  REQUIRE(swept);
  CHECK_FALSE(swept->complete);
  compared += swept->compared;
  CHECK(compared == 100);
  follower.stop = false;
  options.sync.may_go_on = nullptr;
  swept = sync::sweep(follower.registry(), options);
  REQUIRE(swept);
  CHECK(swept->complete);
  CHECK(compared + swept->compared == 300);
}

TEST_CASE("following goes on for ever, and stops when it is told to") {
  Source source;
  Follower follower(source);
  follower.options.once = false;
  std::thread running([&follower] {
    const auto end = follower.run();
    CHECK(end);
    CHECK((end && *end == sync::SyncEnd::stopped));
  });
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (follower.totals.phase != static_cast<std::uint8_t>(sync::Phase::following) &&
         std::chrono::steady_clock::now() < patience) {
    std::this_thread::sleep_for(milliseconds(5));
  }
  for (std::uint64_t round = 1; round <= 5; ++round) {
    CHECK(source.service().happen(Happening::updated, 40)); // an event each, unlike others
    while (follower.totals.events < round * 40 && std::chrono::steady_clock::now() < patience) {
      std::this_thread::sleep_for(milliseconds(5));
    }
    CHECK(follower.totals.events == round * 40);
  }
  follower.stop = true;
  running.join();
  CHECK_FALSE(follower.totals.running);
  follower.stop = false;
  follower.options.once = true;
  follower.catch_up();
  CHECK(follower.is_identical());
}

TEST_CASE("a bootstrap that is stopped at any commit goes on without reading all again") {
  Source source;
  Follower follower(source);
  int commits = 0;
  follower.options.may_go_on = [&]() -> registry::Result<void> {
    follower.stop = ++commits % 2 == 0;
    return {};
  };
  int runs = 0;
  for (; runs < 20; ++runs) {
    follower.stop = false;
    const auto end = follower.run();
    REQUIRE(end);
    if (*end == sync::SyncEnd::caught_up) break;
    source.service().live(10);
  }
  CHECK(runs > 0);
  CHECK(runs < 20);
  CHECK(follower.is_identical());
}

TEST_CASE("a clock that jumps back does not make what comes later look older") {
  Source source;
  Follower follower(source);
  std::int64_t jump_us = 0;
  follower.options.clock = [&jump_us] {
    return registry::Instant{registry::now().microseconds + jump_us};
  };
  follower.catch_up();
  for (const std::int64_t jump : {86'400'000'000LL, -86'400'000'000LL, -1'000'000LL}) {
    jump_us = jump;
    source.service().live(60);
    follower.catch_up();
    CHECK(follower.is_identical());
  }
}

TEST_CASE("who hides is hidden before what was told earlier is dealt with") {
  Source source;
  Follower follower(source);
  follower.catch_up();
  source.service().live(2'500); // three pages
  CHECK(source.service().happen(Happening::protected_strengt, 1));
  // The commit of the first page is held back until the hidden person has been written.
  std::vector<std::uint64_t> pointers;
  follower.options.may_go_on = [&]() -> registry::Result<void> {
    pointers.push_back(follower.state().pointer);
    return {};
  };
  follower.options.connections = 8;
  const std::uint64_t before = follower.state().pointer;
  follower.catch_up();
  // More commits than pages: one came first, and moved no pointer.
  REQUIRE(pointers.size() >= 3);
  CHECK(pointers[0] == before);
  CHECK(pointers[1] == before);
  CHECK(follower.is_identical());
}

TEST_CASE("a source that stands still is noticed by the age of its newest event") {
  Source source;
  Follower follower(source);
  follower.catch_up();
  source.service().live(5);
  follower.catch_up();
  CHECK_FALSE(follower.totals.frozen);
  const auto fresh = follower.registry().figures()->newest_extracted_at;
  source.service().begin(simulate::Fault::freeze, std::chrono::minutes(5));
  source.service().live(50);
  follower.options.clock = [] {
    return registry::Instant{registry::now().microseconds + 7 * 3'600'000'000LL};
  };
  follower.catch_up();
  CHECK(follower.totals.frozen);
  // It is as old as it was, however often it is asked.
  CHECK(follower.registry().figures()->newest_extracted_at == fresh);
}

TEST_CASE("a person whom the source does not give is put into quarantine, and nobody else waits") {
  Source source;
  Follower follower(source);
  follower.catch_up();
  source.service().forget_somebody();
  source.service().live(20);
  follower.catch_up();
  CHECK(follower.totals.unknown == 1);
  const auto entries = registry::quarantined(follower.registry(), 0, 10, false);
  REQUIRE(entries);
  REQUIRE(entries->size() == 1);
  CHECK(entries->front().reason == "unknown_at_source");
  // Nobody was removed.
  CHECK(follower.compare().persons <= 320);
}

} // namespace grunndata::tests
