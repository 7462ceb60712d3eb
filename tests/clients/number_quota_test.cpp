// Numbers a day, by client and by organisation, on a clock that moves when told to.
#include "api/access/number_quota.h"

#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

using namespace grunndata::api::access;
using grunndata::registry::Client;
using grunndata::registry::Instant;
using grunndata::registry::parse_date_time;

namespace {

constexpr const char* hospital = "974760673";
constexpr const char* other_hospital = "991825827";

class Clock {
public:
  explicit Clock(const char* start = "2026-03-02T12:00:00Z") { set(start); }
  void set(const char* time) { time_ = parse_date_time(time).value().microseconds; }
  std::function<Instant()> reader() {
    return [this] { return Instant{time_}; };
  }

private:
  std::atomic<std::int64_t> time_{0};
};

Client client(std::string id, std::uint32_t per_day = 0) {
  Client made;
  made.id = std::move(id);
  made.issuer = "helseid";
  made.numbers_per_day = per_day;
  return made;
}

} // namespace

TEST_CASE("a client may have its numbers, whole requests of them, and no more until midnight") {
  Clock clock;
  NumberQuota quota({.per_client = 600, .per_organisation = 0}, clock.reader());
  const Client app = client("app");
  CHECK(quota.take(app, hospital, 500).used_up == UsedUp::none);
  const NumberAllowance refused = quota.take(app, other_hospital, 101);
  CHECK(refused.used_up == UsedUp::client);
  CHECK(refused.retry_after_seconds == 11 * 3'600); // 13:00 in Oslo
  CHECK(quota.take(app, hospital, 100).used_up == UsedUp::none);
  CHECK(quota.take(app, hospital, 1).used_up == UsedUp::client);
  CHECK(quota.take(client("other"), hospital, 1).used_up == UsedUp::none);
  clock.set("2026-03-02T22:59:59.5Z");
  CHECK(quota.take(app, hospital, 1).retry_after_seconds == 1);
  clock.set("2026-03-02T23:00:00Z");
  CHECK(quota.take(app, hospital, 600).used_up == UsedUp::none);
}

TEST_CASE("an organisation's day is one, whichever clients ask") {
  Clock clock;
  NumberQuota quota({.per_client = 0, .per_organisation = 1'000}, clock.reader());
  CHECK(quota.take(client("a"), hospital, 500).used_up == UsedUp::none);
  CHECK(quota.take(client("b"), hospital, 500).used_up == UsedUp::none);
  CHECK(quota.take(client("c"), hospital, 1).used_up == UsedUp::organisation);
  CHECK(quota.take(client("c"), other_hospital, 1).used_up == UsedUp::none);
}

TEST_CASE("what one quota refuses is not counted in the other") {
  Clock clock;
  NumberQuota quota({.per_client = 10, .per_organisation = 15}, clock.reader());
  CHECK(quota.take(client("a"), hospital, 10).used_up == UsedUp::none);
  CHECK(quota.take(client("b"), hospital, 6).used_up == UsedUp::organisation);
  CHECK(quota.take(client("b"), hospital, 5).used_up == UsedUp::none);
  CHECK(quota.take(client("b"), other_hospital, 5).used_up == UsedUp::none);
  CHECK(quota.take(client("b"), other_hospital, 1).used_up == UsedUp::client);
}

TEST_CASE("a client's own quota goes before the server's, above and below it") {
  Clock clock;
  NumberQuota quota({.per_client = 100, .per_organisation = 0}, clock.reader());
  CHECK(quota.take(client("large", 5'000), hospital, 500).used_up == UsedUp::none);
  CHECK(quota.take(client("small", 3), hospital, 4).used_up == UsedUp::client);
  CHECK(quota.take(client("small", 3), hospital, 3).used_up == UsedUp::none);
  NumberQuota unlimited({}, clock.reader());
  CHECK(unlimited.take(client("app"), hospital, 1'000'000).used_up == UsedUp::none);
  CHECK(unlimited.take(client("app", 3), hospital, 4).used_up == UsedUp::client);
}

TEST_CASE("what is given back may be had again, but not for another day") {
  Clock clock;
  NumberQuota quota({.per_client = 10, .per_organisation = 10}, clock.reader());
  const Client app = client("app");
  const NumberAllowance all = quota.take(app, hospital, 10);
  quota.give_back(all, app, hospital, 10);
  CHECK(quota.take(app, hospital, 8).used_up == UsedUp::none);
  clock.set("2026-03-03T12:00:00Z");
  CHECK(quota.take(app, hospital, 10).used_up == UsedUp::none);
  quota.give_back(all, app, hospital, 10); // of yesterday
  CHECK(quota.take(app, hospital, 1).used_up == UsedUp::client);
}

TEST_CASE("a clock that is set back gives nothing twice") {
  Clock clock;
  NumberQuota quota({.per_client = 10, .per_organisation = 0}, clock.reader());
  CHECK(quota.take(client("app"), hospital, 10).used_up == UsedUp::none);
  clock.set("2026-02-27T12:00:00Z");
  CHECK(quota.take(client("app"), hospital, 1).used_up == UsedUp::client);
}

TEST_CASE("figures tell what was counted and refused, and how full the fullest quota is") {
  Clock clock;
  NumberQuota quota({.per_client = 100, .per_organisation = 200}, clock.reader());
  CHECK(quota.figures().fullest_percent == 0);
  static_cast<void>(quota.take(client("a"), hospital, 80));
  CHECK(quota.figures().fullest_percent == 80);
  static_cast<void>(quota.take(client("a"), hospital, 21));
  static_cast<void>(quota.take(client("b"), hospital, 90));
  static_cast<void>(quota.take(client("c"), hospital, 90));
  const NumberFigures figures = quota.figures();
  CHECK(figures.counted == 170);
  CHECK(figures.refused_by_client == 1);
  CHECK(figures.refused_by_organisation == 1);
  CHECK(figures.fullest_percent == 90);
  clock.set("2026-03-04T12:00:00Z");
  static_cast<void>(quota.take(client("a"), hospital, 1));
  CHECK(quota.figures().fullest_percent == 1);
}

TEST_CASE("many threads together get no more than the quota") {
  Clock clock;
  NumberQuota quota({.per_client = 1'000, .per_organisation = 1'000}, clock.reader());
  std::atomic<int> had{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 500; ++n) {
        had += quota.take(client("app"), hospital, 1).used_up == UsedUp::none ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  CHECK(had == 1'000);
}
