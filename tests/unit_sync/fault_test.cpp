// Faults on the way to Enhetsregisteret: nothing is lost, and nobody ends for them.
#include "tests/unit_sync/source.h"

#include <doctest/doctest.h>

#include <thread>

namespace grunndata::tests {

using registry::virksomhet::NodeStatus;
using std::chrono::milliseconds;

namespace {

constexpr int long_time_ms = 600'000;

/// Follows by itself until it is destroyed.
class Following {
public:
  explicit Following(UnitFollower& follower)
      : follower_(follower), thread_([&follower] { CHECK(follower.run()); }) {}
  ~Following() {
    follower_.stop = true;
    thread_.join();
    follower_.stop = false;
  }
  Following(const Following&) = delete;
  Following& operator=(const Following&) = delete;

private:
  UnitFollower& follower_;
  std::thread thread_;
};

template <typename Condition>
bool comes_true(const Condition& condition) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(milliseconds(5));
  }
  return true;
}

} // namespace

TEST_CASE("each fault is waited out from the first request on, and changes nothing") {
  for (const char* const fault : {"not-found", "gone", "busy", "html", "failing", "cut"}) {
    CAPTURE(fault);
    UnitSource source;
    UnitFollower follower(source);
    source.fault(fault, long_time_ms);
    {
      const Following following(follower);
      REQUIRE(comes_true([&] { return follower.totals.fetch.retries >= 3; }));
      source.fault(fault, 0);
      REQUIRE(comes_true([&] { return follower.totals.fresh_us != 0; }));
    }
    CHECK(follower.is_identical());
    CHECK(follower.totals.quarantined == 0);
  }
}

TEST_CASE("faults in the midst of following end nobody and lose nothing") {
  UnitSource source;
  UnitFollower follower(source);
  follower.catch_up();
  for (const char* const fault : {"not-found", "gone", "html", "failing", "cut"}) {
    CAPTURE(fault);
    source.happen("life", 60);
    source.fault(fault, 80);
    follower.catch_up();
    source.fault(fault, 0);
    follower.catch_up();
    CHECK(follower.is_identical());
    CHECK(follower.state().owed.empty());
  }
  CHECK(follower.totals.quarantined == 0);
}

TEST_CASE("a 410 that does not tell of the unit removes nobody; it is owed, and asked for again") {
  UnitSource source;
  UnitFollower follower(source);
  follower.catch_up();
  source.happen("renamed", 20);
  const std::string number = source.newest("enheter", "Endring");
  // The feed answers, the units do not.
  {
    follower.options.once = false;
    const Following following(follower);
    source.happen("resized", 200);
    source.fault("gone", 30);
    REQUIRE(comes_true([&] { return follower.totals.fresh_us != 0; }));
  }
  follower.options.once = true;
  follower.catch_up();
  CHECK(follower.status_of(number) == NodeStatus::aktiv);
  CHECK(follower.is_identical());
  CHECK(follower.state().owed.empty());
}

TEST_CASE("a page in another order is read whole") {
  UnitSource source;
  UnitFollower follower(source);
  follower.catch_up();
  source.happen("life", 300);
  source.fault("out-of-order", long_time_ms);
  follower.catch_up();
  source.fault("out-of-order", 0);
  follower.catch_up();
  CHECK(follower.is_identical());
}

TEST_CASE("while the disk is full nothing is written, and then it goes on") {
  UnitSource source;
  UnitFollower follower(source);
  std::atomic<int> refusals{0};
  follower.options.may_go_on = [&refusals]() -> registry::Result<void> {
    if (refusals++ < 2) return registry::fail(registry::ErrorCode::storage, "no room");
    return {};
  };
  follower.catch_up();
  CHECK(refusals > 2);
  CHECK(follower.was_noticed("waiting: no room"));
  CHECK(follower.is_identical());
}

TEST_CASE("an address that may not be asked is refused") {
  UnitSource source;
  UnitFollower follower(source);
  follower.options.transport.base_url = "http://data.brreg.example/enhetsregisteret/api";
  const auto end = follower.run();
  REQUIRE_FALSE(end);
  CHECK(end.error().code == registry::ErrorCode::invalid);
  CHECK(end.error().message.find("Enhetsregisteret") != std::string::npos);
}

} // namespace grunndata::tests
