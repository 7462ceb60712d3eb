#include "tests/sync/source.h"

#include <doctest/doctest.h>

namespace grunndata::tests {

using simulate::Fault;
using std::chrono::milliseconds;

TEST_CASE("whatever the source does, it is waited for, and nothing is lost") {
  for (const Fault fault : {Fault::not_found, Fault::busy, Fault::html, Fault::failing, Fault::cut,
                            Fault::out_of_order, Fault::gone, Fault::expired_token}) {
    CAPTURE(simulate::name_of(fault));
    Source source;
    Follower follower(source);
    source.service().begin(fault, milliseconds(80)); // from the first question on
    follower.catch_up();
    CHECK(follower.is_identical());
    source.service().live(1'200);
    source.service().begin(fault, milliseconds(80));
    follower.catch_up();
    CHECK(follower.is_identical());
    CHECK(follower.registry().figures()->quarantined == 0);
    if (fault == Fault::busy) {
      CHECK(follower.totals.fetch.busy > 0);
    } else if (fault == Fault::expired_token) {
      CHECK(follower.totals.fetch.retries > 0);
    } else if (fault != Fault::out_of_order && fault != Fault::gone) {
      CHECK(follower.totals.fetch.failing > 0);
    }
  }
}

TEST_CASE("a feed that was filled anew is noticed, and everything is read again") {
  Source source;
  Follower follower(source);
  follower.catch_up();
  source.service().live(40);
  follower.catch_up();
  source.service().respool();
  source.service().live(10);
  follower.catch_up();
  CHECK(follower.totals.respools == 1);
  CHECK(follower.is_identical());
}

TEST_CASE("a position that is too old needs a new extract, which is ordered or asked for") {
  Source source;
  Follower follower(source);
  follower.catch_up();
  source.service().live(40);
  source.service().begin(Fault::too_old, milliseconds(60'000));
  follower.options.bootstrap_when_lost = false;
  auto end = follower.run();
  REQUIRE(end);
  CHECK(*end == sync::SyncEnd::bootstrap_asked);
  CHECK(follower.notices().back().find("--bootstrap") != std::string::npos);

  source.service().begin(Fault::too_old, milliseconds(0));
  follower.options.bootstrap_again = true;
  follower.catch_up();
  CHECK(follower.is_identical());
}

TEST_CASE("events that come twice, after a gap or of an unknown type are persons to be fetched") {
  Source source;
  Follower follower(source);
  follower.catch_up();
  for (int round = 0; round < 3; ++round) {
    source.service().live(20);
    source.service().duplicate();
    source.service().gap(17);
    source.service().tell("endringINoeNytt");
    follower.catch_up();
    CHECK(follower.is_identical());
  }
}

TEST_CASE("a token that is asked for is sent, and one that is refused is waited over") {
  simulate::ServiceOptions options = Source::small();
  options.token = "open-sesame";
  Source source(options);
  Follower follower(source);
  std::thread patience([&follower] {
    std::this_thread::sleep_for(milliseconds(300));
    follower.stop = true;
  });
  const auto end = follower.run();
  patience.join();
  REQUIRE(end);
  CHECK(*end == sync::SyncEnd::stopped);
  CHECK(follower.totals.written == 0);
  for (const std::string& notice : follower.notices()) {
    CHECK(notice.find("sesame") == std::string::npos);
  }
}

} // namespace grunndata::tests
