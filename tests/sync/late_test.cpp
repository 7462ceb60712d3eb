// Events that the source shows late, below what was read: numbers passed over are remembered.
#include "importers/folkeregisteret/sync/feed_gaps.h"
#include "registry/import_batch.h"
#include "tests/sync/source.h"

#include <doctest/doctest.h>

namespace grunndata::tests {

using simulate::Fault;
using std::chrono::milliseconds;

namespace {

constexpr std::int64_t hour_us = 3'600'000'000;

sync::FeedEvent event(std::uint64_t sequence, std::int64_t recorded_us = 0) {
  sync::FeedEvent one;
  one.sequence = sequence;
  one.recorded = registry::Instant{recorded_us};
  return one;
}

sync::FeedGaps gaps_of(std::uint64_t after, const std::vector<sync::FeedEvent>& events,
                       std::int64_t now_us = 0) {
  sync::FeedGaps gaps;
  sync::add_gaps(gaps, after, events, {now_us}, std::chrono::hours(1));
  return gaps;
}

} // namespace

TEST_CASE("numbers passed over are gaps, whatever order their neighbours come in") {
  const sync::FeedGaps gaps = gaps_of(4, {event(9), event(5), event(6), event(9), event(12)});
  REQUIRE(gaps.size() == 2);
  CHECK(gaps[0] == sync::FeedGap{7, 8, {hour_us}});
  CHECK(gaps[1] == sync::FeedGap{10, 11, {hour_us}});
  CHECK(sync::is_in_gap(gaps, 7));
  CHECK(sync::is_in_gap(gaps, 11));
  for (const std::uint64_t number : {0, 4, 5, 6, 9, 12, 13}) {
    CHECK_FALSE(sync::is_in_gap(gaps, number));
  }
  CHECK(gaps_of(4, {event(5), event(4), event(3)}).empty());
  // What lies so far back has come, if it ever comes.
  CHECK(gaps_of(4, {event(9)}, hour_us).empty());
}

TEST_CASE("a number that came parts its gap, and gaps end when their time is over") {
  sync::FeedGaps gaps = gaps_of(0, {event(10), event(20)});
  sync::fill_gaps(gaps, std::vector{event(5), event(9), event(10), event(11), event(15)});
  CHECK(gaps ==
        sync::FeedGaps{
            {1, 4, {hour_us}}, {6, 8, {hour_us}}, {12, 14, {hour_us}}, {16, 19, {hour_us}}});
  sync::drop_gaps(gaps, 13, {hour_us});
  CHECK(gaps.size() == 4); // not yet
  sync::drop_gaps(gaps, 13, {hour_us + 1});
  CHECK(gaps == sync::FeedGaps{{12, 14, {hour_us}}, {16, 19, {hour_us}}});
}

TEST_CASE("only so many gaps are remembered, the newest, and it is told") {
  std::vector<sync::FeedEvent> events;
  for (std::uint64_t i = 1; i <= sync::feed_gaps_max + 3; ++i) events.push_back(event(2 * i));
  sync::FeedGaps gaps;
  CHECK(sync::add_gaps(gaps, 0, events, {0}, std::chrono::hours(1)) == 3);
  CHECK(gaps.size() == sync::feed_gaps_max);
  CHECK(gaps.front().first == 7);
  CHECK(gaps.back().last == 2 * sync::feed_gaps_max + 5);
}

TEST_CASE("events that appear late below the pointer reach the registry, without a sweep") {
  Source source;
  Follower follower(source);
  follower.catch_up();
  source.service().begin(Fault::late, milliseconds(600'000));
  source.service().live(60);
  follower.catch_up();
  CHECK(follower.compare().differences > 0);
  CHECK(follower.totals.gaps > 0);
  source.service().live(1'500); // more than one page beyond
  follower.catch_up();
  CHECK(follower.compare().differences > 0);
  source.service().begin(Fault::late, milliseconds(0));
  follower.catch_up();
  CHECK(follower.totals.late > 20);
  CHECK(follower.is_identical());
  CHECK(follower.state().gaps.size() <= 1); // that before the extract, where there was nothing
  CHECK(follower.totals.fetch.retries == 0);
}

TEST_CASE("late events are found after a stop too, however often it is stopped meanwhile") {
  Source source;
  Follower follower(source);
  follower.catch_up();
  source.service().begin(Fault::late, milliseconds(600'000));
  source.service().live(900);
  follower.catch_up();
  source.service().begin(Fault::late, milliseconds(0));
  int commits = 0;
  follower.options.may_go_on = [&]() -> registry::Result<void> {
    follower.stop = ++commits % 2 == 0;
    return {};
  };
  for (int runs = 0; runs < 20; ++runs) {
    follower.stop = false;
    const auto end = follower.run();
    REQUIRE(end);
    if (*end == sync::SyncEnd::caught_up) break;
  }
  CHECK(follower.is_identical());
}

TEST_CASE("events that come late below where an extract began reach the registry") {
  Source source;
  source.service().live(30);
  source.service().begin(Fault::late, milliseconds(600'000));
  Follower follower(source);
  follower.catch_up();
  REQUIRE(follower.state().gaps.size() == 1);
  const std::uint64_t read = follower.totals.late;
  CHECK(read > 0); // those told just before the extract, once more
  follower.catch_up();
  CHECK(follower.totals.late == read); // and only once
  CHECK(follower.is_identical());
}

TEST_CASE("numbers that never come are asked for until their time is over") {
  Source source;
  Follower follower(source);
  std::int64_t ahead_us = 0;
  follower.options.clock = [&ahead_us] {
    return registry::Instant{registry::now().microseconds + ahead_us};
  };
  follower.catch_up();
  source.service().live(5);
  source.service().gap(17);
  source.service().live(5);
  follower.catch_up();
  CHECK(follower.totals.gaps == 2);
  ahead_us = 7 * hour_us;
  const std::uint64_t requests = follower.totals.fetch.requests;
  follower.catch_up();
  CHECK(follower.totals.gaps == 0);
  CHECK(follower.totals.fetch.requests > requests + 1); // once more, then never
  CHECK(follower.totals.gaps_given_up == 0);
  CHECK(follower.is_identical());
}

TEST_CASE("a feed that was filled anew before any event of it was read is noticed") {
  Source source;
  Follower follower(source);
  follower.catch_up();
  source.service().respool();
  source.service().live(10);
  follower.catch_up();
  CHECK(follower.totals.respools == 1);
  CHECK(follower.is_identical());
}

TEST_CASE("a document that an extract names and the source does not give waits in quarantine") {
  Source source;
  source.service().forget_document();
  Follower follower(source);
  follower.catch_up();
  CHECK(follower.totals.unknown == 1);
  CHECK(follower.totals.written == 299);
  const auto entries = registry::quarantined(follower.registry(), 0, 10, true);
  REQUIRE(entries);
  REQUIRE(entries->size() == 1);
  CHECK(entries->front().reason == "document_not_given");
  CHECK(entries->front().raw.find("dokumentidentifikator") != std::string::npos);
}

TEST_CASE("how far behind it is counts from the newest that the source has, not what was read") {
  Source source;
  Follower follower(source);
  follower.catch_up();
  CHECK(follower.totals.fresh_us > 0);
  CHECK(follower.totals.newest == follower.totals.pointer);
  source.service().live(5'000);
  std::uint64_t lag_max = 0;
  follower.options.may_go_on = [&]() -> registry::Result<void> {
    lag_max = std::max(lag_max, follower.totals.newest - follower.totals.pointer);
    return {};
  };
  follower.options.connections = 1;
  follower.catch_up();
  CHECK(lag_max > 4'000);
  CHECK(follower.totals.newest == follower.totals.pointer);
  CHECK(follower.totals.event_rate.per_second() > 50);
  CHECK(follower.totals.person_rate.per_second() > 5);
}

TEST_CASE("a rate is that of the last minute") {
  importers::following::RecentRate rate;
  const importers::following::RecentRate::Clock::time_point begin{std::chrono::hours(5)};
  rate.add(60, begin);
  CHECK(rate.per_second(begin) == doctest::Approx(1));
  rate.add(120, begin + std::chrono::seconds(30));
  CHECK(rate.per_second(begin + std::chrono::seconds(59)) == doctest::Approx(3));
  CHECK(rate.per_second(begin + std::chrono::seconds(60)) == doctest::Approx(2));
  CHECK(rate.per_second(begin + std::chrono::minutes(5)) == doctest::Approx(0));
}

} // namespace grunndata::tests
