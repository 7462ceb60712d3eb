// Rates and quotas, on a clock that moves when told to.
#include "api/access/problems.h"
#include "api/access/rate_limiter.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

using namespace grunndata::api::access;
using grunndata::api::http::Response;
using grunndata::registry::Client;
using grunndata::registry::Instant;
using grunndata::registry::parse_date_time;

namespace {

constexpr std::int64_t second_us = 1'000'000;

class Clock {
public:
  explicit Clock(const char* start = "2026-03-02T12:00:00Z") { set(start); }
  void set(const char* time) { microseconds_ = parse_date_time(time).value().microseconds; }
  void wait(std::int64_t microseconds) { microseconds_ += microseconds; }
  std::function<Instant()> reader() {
    return [this] { return Instant{microseconds_}; };
  }

private:
  std::atomic<std::int64_t> microseconds_{0};
};

Client client(std::uint32_t per_minute, std::uint64_t per_day = 0, std::string id = "app") {
  Client made;
  made.id = std::move(id);
  made.requests_per_minute = per_minute;
  made.persons_per_day = per_day;
  return made;
}

std::string told(const Allowance& allowance) {
  std::string text = allowance.refusal == nullptr ? "ok" : std::string(allowance.refusal->code);
  text += " " + std::to_string(allowance.limit) + " " + std::to_string(allowance.remaining) + " " +
          std::to_string(allowance.reset_seconds);
  if (allowance.retry_after_seconds != 0) {
    text += " retry " + std::to_string(allowance.retry_after_seconds);
  }
  return text;
}

} // namespace

TEST_CASE("a bucket empties by request and fills by time, exactly") {
  struct Step {
    std::int64_t wait_us;
    const char* told;
  };
  // 120 a minute: one each half second, twelve at once.
  const std::vector<Step> steps{
      {0, "ok 12 11 1"},
      {0, "ok 12 10 1"},
      {0, "ok 12 9 2"},
      {0, "ok 12 8 2"},
      {0, "ok 12 7 3"},
      {0, "ok 12 6 3"},
      {0, "ok 12 5 4"},
      {0, "ok 12 4 4"},
      {0, "ok 12 3 5"},
      {0, "ok 12 2 5"},
      {0, "ok 12 1 6"},
      {0, "ok 12 0 6"},
      {0, "rate_limited 12 0 6 retry 1"},
      {499'999, "rate_limited 12 0 6 retry 1"},
      {1, "ok 12 0 6"},
      {second_us, "ok 12 1 6"},
      {3 * second_us, "ok 12 6 3"},
      {3'600 * second_us, "ok 12 11 1"},
  };
  Clock clock;
  RateLimiter limiter({}, clock.reader());
  const Client app = client(120);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    CAPTURE(i);
    clock.wait(steps[i].wait_us);
    CHECK(told(limiter.take(app)) == steps[i].told);
  }
}

TEST_CASE("a slow rate still lets ten through at once, and says when the next may come") {
  Clock clock;
  RateLimiter limiter({}, clock.reader());
  const Client slow = client(1);
  for (int i = 0; i < 10; ++i) CHECK(limiter.take(slow).refusal == nullptr);
  CHECK(told(limiter.take(slow)) == "rate_limited 10 0 600 retry 60");
  clock.wait(30 * second_us);
  CHECK(told(limiter.take(slow)) == "rate_limited 10 0 570 retry 30");
  clock.wait(30 * second_us);
  CHECK(told(limiter.take(slow)) == "ok 10 0 600");
}

TEST_CASE("over a long time a client gets its rate and not one request more") {
  Clock clock;
  RateLimiter limiter({}, clock.reader());
  const Client app = client(700);
  unsigned let_in = 0;
  for (int i = 0; i < 60 * 100; ++i) { // a minute, a hundred tries a second
    let_in += limiter.take(app).refusal == nullptr ? 1 : 0;
    clock.wait(second_us / 100);
  }
  CHECK(let_in == 70 + 699);
}

TEST_CASE("defaults hold for clients without limits of their own, and 0 means none") {
  Clock clock;
  RateLimiter with_defaults({600, 50}, clock.reader());
  CHECK(told(with_defaults.take(client(0))) == "ok 60 59 1");
  CHECK(with_defaults.take(client(0)).persons_remaining == 50);
  CHECK(told(with_defaults.take(client(100, 5, "own"))) == "ok 10 9 1");
  CHECK(with_defaults.take(client(100, 5, "own")).persons_remaining == 5);
  RateLimiter without({}, clock.reader());
  const Client free = client(0);
  for (int i = 0; i < 10'000; ++i) REQUIRE(without.take(free).refusal == nullptr);
  without.charge(free, 1'000'000);
  CHECK(told(without.take(free)) == "ok 0 0 0");
  CHECK(without.take(free).persons_remaining == Allowance::no_limit);
}

TEST_CASE("clients do not share a bucket, whatever their names") {
  Clock clock;
  RateLimiter limiter({}, clock.reader());
  Client one = client(1, 1), other = client(1, 1, "other"), issued = client(1, 1);
  issued.issuer = "helseid";
  for (int i = 0; i < 10; ++i) static_cast<void>(limiter.take(one));
  limiter.charge(one, 1);
  CHECK(limiter.take(one).refusal == &problem::rate_limited);
  CHECK(limiter.take(other).refusal == nullptr);
  CHECK(limiter.take(issued).refusal == nullptr);
}

TEST_CASE("a changed agreement counts at once") {
  Clock clock;
  RateLimiter limiter({}, clock.reader());
  CHECK(told(limiter.take(client(6'000))) == "ok 600 599 1");
  CHECK(told(limiter.take(client(60))) == "ok 10 9 1");
  CHECK(told(limiter.take(client(6'000))) == "ok 600 8 6");
}

TEST_CASE("persons are counted after the answer, and a used quota refuses until Oslo's midnight") {
  Clock clock("2026-03-02T12:00:00Z"); // 13:00 in Oslo
  RateLimiter limiter({}, clock.reader());
  const Client app = client(0, 100);
  CHECK(told(limiter.take(app)) == "ok 100 100 39600");
  limiter.charge(app, 99);
  CHECK(told(limiter.take(app)) == "ok 100 1 39600");
  limiter.charge(app, 500); // the answer that reaches the quota
  CHECK(told(limiter.take(app)) == "quota_used_up 100 0 39600 retry 39600");
  CHECK(limiter.take(app, Counted::requests).refusal == nullptr);
  clock.set("2026-03-02T22:59:59.999999Z");
  CHECK(told(limiter.take(app)) == "quota_used_up 100 0 1 retry 1");
  clock.set("2026-03-02T23:00:00Z");
  CHECK(told(limiter.take(app)) == "ok 100 100 86400");
}

TEST_CASE("days are as long as they are in Oslo") {
  struct Row {
    const char* time;
    std::uint64_t left_hours;
  };
  const std::vector<Row> rows{
      {"2026-03-28T23:00:00Z", 23},                               // the clock goes forward
      {"2026-03-29T22:00:00Z", 24}, {"2026-10-24T22:00:00Z", 25}, // and back
      {"2026-10-25T23:00:00Z", 24}, {"2026-12-31T22:30:00Z", 0},  // half an hour left
      {"2027-01-01T00:00:00Z", 23}};
  for (const Row& row : rows) {
    CAPTURE(row.time);
    Clock clock(row.time);
    RateLimiter limiter({}, clock.reader());
    CHECK(limiter.take(client(0, 1)).reset_seconds / 3'600 == row.left_hours);
  }
}

TEST_CASE("a rate refuses before a quota, and takes nothing from the bucket when it does") {
  Clock clock;
  RateLimiter limiter({}, clock.reader());
  const Client app = client(60, 1);
  limiter.charge(app, 1);
  const Allowance refused = limiter.take(app);
  CHECK(refused.refusal == &problem::quota_used_up);
  CHECK(told(limiter.take(app, Counted::requests)) ==
        "ok 10 8 2"); // a place was taken by the first
  for (int i = 0; i < 8; ++i) static_cast<void>(limiter.take(app, Counted::requests));
  for (int i = 0; i < 100; ++i) CHECK(limiter.take(app).refusal == &problem::rate_limited);
  clock.wait(second_us);
  CHECK(limiter.take(app, Counted::requests).refusal == nullptr);
}

TEST_CASE("a clock set back gives nothing twice and holds nobody for good") {
  Clock clock("2026-03-02T12:00:00Z");
  RateLimiter limiter({}, clock.reader());
  const Client app = client(60, 5);
  for (int i = 0; i < 10; ++i) CHECK(limiter.take(app).refusal == nullptr);
  limiter.charge(app, 5);
  clock.set("2026-02-01T12:00:00Z");
  CHECK(limiter.take(app).refusal == &problem::rate_limited);
  clock.set("2026-03-02T12:00:01Z");
  CHECK(limiter.take(app, Counted::requests).refusal == nullptr);
  clock.wait(10 * second_us);
  CHECK(limiter.take(app).refusal == &problem::quota_used_up);
}

TEST_CASE("headers say what is left, and a refusal when to come back") {
  Clock clock;
  RateLimiter limiter({}, clock.reader());
  const Client app = client(600);
  Response response;
  add_rate_limit_header(limiter.take(app), response);
  CHECK(response.header("RateLimit").value_or("") == "limit=60, remaining=59, reset=1");
  for (int i = 0; i < 59; ++i) static_cast<void>(limiter.take(app));
  const Denial denial = denial_of(limiter.take(app));
  REQUIRE(denial.kind != nullptr);
  CHECK(denial.kind->status == 429);
  CHECK(denial.kind->code == "rate_limited");
  CHECK(denial.retry_after_seconds == 1);
  CHECK(denial.challenge.empty());
  Response bare;
  add_rate_limit_header(RateLimiter({}, clock.reader()).take(client(0)), bare);
  CHECK(bare.header_lines().empty());
}

TEST_CASE("the number of clients counted is bounded: the longest idle makes room") {
  Clock clock;
  RateLimiter limiter({1, 0}, clock.reader());
  const Client busy = client(1, 0, "busy");
  for (int i = 0; i < 10; ++i) static_cast<void>(limiter.take(busy));
  for (std::size_t i = 0; i < RateLimiter::clients_counted_max * 2; ++i) {
    REQUIRE(limiter.take(client(1, 0, "client-" + std::to_string(i))).refusal == nullptr);
    if (i % 1'024 == 0) {
      clock.wait(1);
      REQUIRE(limiter.take(busy).refusal == &problem::rate_limited);
    }
  }
}

TEST_CASE("many threads together get the burst and no more") {
  Clock clock;
  RateLimiter limiter({}, clock.reader());
  const Client app = client(6'000, 1'000'000);
  std::atomic<unsigned> let_in{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int turn = 0; turn < 1'000; ++turn) {
        let_in += limiter.take(app).refusal == nullptr ? 1 : 0;
        limiter.charge(app, 1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(let_in == 600);
  CHECK(limiter.take(app).persons_remaining == 1'000'000 - 4'000);
}
