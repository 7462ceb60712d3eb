// What following does when all goes well, with the traps that Enhetsregisteret has on its best day.
#include "importers/enhetsregisteret/file_stamp.h"
#include "importers/enhetsregisteret/unit_mapping.h"
#include "importers/enhetsregisteret/unit_wrapping.h"
#include "importers/virksomhet/node_load.h"
#include "tests/unit_sync/source.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <thread>

namespace grunndata::tests {

using registry::virksomhet::NodeRelation;
using registry::virksomhet::NodeSource;
using registry::virksomhet::NodeStatus;
using registry::virksomhet::Structure;

namespace {

/// Of a unit.
struct RolesOf {
  std::size_t holding = 0;             ///< now
  std::vector<registry::Instant> ends; ///< of those that do not
  std::optional<registry::Instant> closed;
};

RolesOf roles_of(UnitFollower& follower, const std::string& number) {
  const Structure now(follower.registry(), {});
  const auto unit = now.find({registry::virksomhet::IdentifierSystem::orgnr, number, {}});
  REQUIRE(unit);
  const auto summary = now.summary(*unit);
  Structure::NodeRoom room;
  const auto node = now.node_with_history(*unit, room);
  REQUIRE((summary && node));
  RolesOf roles{0, {}, summary->closed};
  for (const auto& row : node->rows) {
    if (row.entry.source != NodeSource::enhetsregisteret_roller) continue;
    const auto& [from, to] = std::pair(row.entry.valid_from, row.entry.valid_to);
    const bool holds = registry::virksomhet::holds_at(from, to, now.valid());
    if (holds) ++roles.holding;
    if (!holds) roles.ends.push_back({row.entry.valid_to});
  }
  return roles;
}

/// One that the follower knows leaders of, deleted at the source; empty: none.
std::string delete_led_unit(UnitSource& source, UnitFollower& follower) {
  for (int tries = 0; tries < 50; ++tries) {
    source.happen("deleted", 1);
    const std::string number = source.newest("enheter", "Sletting");
    const bool is_alive = !number.empty() && follower.status_of(number) == NodeStatus::aktiv;
    if (is_alive && roles_of(follower, number).holding > 0) return number;
  }
  return {};
}

} // namespace

TEST_CASE("the full files are read once, then the feeds, and at last all is as in the source") {
  UnitSource source;
  UnitFollower follower(source);
  follower.catch_up();
  CHECK(follower.is_identical());
  CHECK(follower.totals.written > 700);
  CHECK_FALSE(std::filesystem::exists(follower.options.folder));
  const auto begun = follower.state();
  CHECK(begun.phase == sync::Phase::following);
  source.happen("life", 400);
  follower.catch_up();
  CHECK(follower.is_identical());
  const auto after = follower.state();
  CHECK(after.feeds[0].pointer > begun.feeds[0].pointer);
  CHECK(after.feeds[1].pointer > begun.feeds[1].pointer);
  CHECK(after.feeds[0].pointer > after.feeds[1].pointer + 1'000'000); // each counts on its own
  CHECK(after.owed.empty());
  CHECK(follower.totals.quarantined == 0);
}

TEST_CASE("when nothing is new nothing is written, and no unit is asked for") {
  UnitSource source;
  UnitFollower follower(source);
  follower.catch_up();
  const auto state = follower.state();
  const std::uint64_t sequence = follower.registry().newest_sequence();
  const std::uint64_t requests = follower.totals.fetch.requests;
  follower.catch_up();
  CHECK(follower.registry().newest_sequence() == sequence);
  CHECK(follower.totals.fetch.requests - requests <= 6);
  CHECK(follower.state().feeds == state.feeds);
  CHECK(follower.totals.feeds[0].waiting == 0);
}

TEST_CASE("several changes of a unit collapse, and a change that is none writes nothing") {
  UnitSource source;
  UnitFollower follower(source);
  follower.catch_up();
  const std::uint64_t sequence = follower.registry().newest_sequence();
  source.happen("touched", 40);
  follower.catch_up();
  CHECK(follower.registry().newest_sequence() == sequence);
  source.happen("twice", 1);
  follower.catch_up();
  CHECK(follower.registry().newest_sequence() == sequence + 1);
  CHECK(follower.is_identical());
}

TEST_CASE("a type that nobody knows is a change as any other") {
  UnitSource source;
  UnitFollower follower(source);
  follower.catch_up();
  const auto events = follower.totals.events.load();
  source.fault("unknown-type", 0);
  follower.catch_up();
  CHECK(follower.totals.events == events + 1);
  CHECK(follower.is_identical());
}

TEST_CASE("who is deleted ends and stays, who is removed is purged and leaves its number") {
  UnitSource source;
  UnitFollower follower(source);
  follower.catch_up();
  source.happen("deleted", 12);
  source.happen("removed", 12);
  for (const char* const kind : {"enheter", "underenheter"}) {
    const std::string ended = source.newest(kind, "Sletting");
    const std::string removed = source.newest(kind, "Fjernet");
    REQUIRE_FALSE(ended.empty());
    REQUIRE_FALSE(removed.empty());
    CHECK(follower.status_of(removed) != NodeStatus::fjernet);
    follower.catch_up();
    CHECK(follower.status_of(ended) == NodeStatus::opphort);
    CHECK(follower.status_of(removed) == NodeStatus::fjernet);
    source.happen("removed", 6);
  }
  CHECK(follower.totals.quarantined == 0);
  // Neither the next page of the feeds nor the full files bring it back.
  const std::string removed = source.newest("underenheter", "Fjernet");
  follower.options.bootstrap_again = true;
  follower.catch_up();
  CHECK(follower.status_of(removed) == NodeStatus::fjernet);
  CHECK(follower.is_identical());
}

TEST_CASE("of a change of owner both parents are known, each in its time") {
  UnitSource source;
  UnitFollower follower(source);
  follower.catch_up();
  source.happen("owner-changed", 1);
  const std::string number = source.newest("underenheter", "Endring");
  const std::string before = follower.above(number, NodeRelation::juridisk);
  follower.catch_up();
  const std::string after = follower.above(number, NodeRelation::juridisk);
  CHECK(before != after);
  constexpr std::int64_t two_days_us = std::int64_t{2} * 24 * 60 * 60 * 1'000'000;
  const registry::Instant then{registry::now().microseconds - two_days_us};
  CHECK(follower.above(number, NodeRelation::juridisk, then) == before);
}

TEST_CASE("roles come by their own feed, many at one time, and with who is new") {
  UnitSource source;
  UnitFollower follower(source);
  follower.catch_up();
  source.happen("led-anew", 30);
  source.happen("founded", 3);
  follower.catch_up();
  CHECK(follower.is_identical());
  source.happen("led-anew", 30); // of the same second, or the next
  follower.catch_up();
  CHECK(follower.is_identical());
  CHECK(follower.state().owed.empty());
}

TEST_CASE("roles end with their unit, on the day that the source says it ended") {
  UnitSource source;
  UnitFollower follower(source);
  follower.catch_up();
  const std::string number = delete_led_unit(source, follower);
  REQUIRE_FALSE(number.empty());
  follower.catch_up();
  REQUIRE(follower.status_of(number) == NodeStatus::opphort);
  const RolesOf roles = roles_of(follower, number);
  CHECK(roles.holding == 0);
  REQUIRE_FALSE(roles.ends.empty());
  REQUIRE(roles.closed);
  for (const registry::Instant end : roles.ends) CHECK(end == *roles.closed);
  CHECK(follower.state().owed.empty());
  CHECK(follower.is_identical()); // of every unit that was deleted
  const std::uint64_t sequence = follower.registry().newest_sequence();
  follower.options.bootstrap_again = true; // an older file of roles still has them
  follower.catch_up();
  CHECK(roles_of(follower, number).holding == 0);
  CHECK(follower.registry().newest_sequence() == sequence);
}

TEST_CASE("a crash before roles were ended with their unit leaves them owed") {
  UnitSource source;
  UnitFollower follower(source);
  follower.catch_up();
  const std::string number = delete_led_unit(source, follower);
  REQUIRE_FALSE(number.empty());
  // Cut off as soon as the unit's end is written: the state beside it says what is to come.
  follower.options.may_go_on = [&]() -> registry::Result<void> {
    if (follower.status_of(number) == NodeStatus::opphort) follower.stop = true;
    return {};
  };
  REQUIRE(follower.run());
  REQUIRE(follower.status_of(number) == NodeStatus::opphort);
  const auto owed = follower.state().owed;
  const bool is_owed = std::ranges::any_of(owed, [&number](const sync::Owed& one) {
    return one.what == sync::Owed::What::roles && one.number == number;
  });
  CHECK(is_owed);
  CHECK(roles_of(follower, number).holding > 0);
  follower.stop = false;
  follower.options.may_go_on = {};
  follower.catch_up();
  CHECK(roles_of(follower, number).holding == 0);
  CHECK(follower.is_identical());
}

TEST_CASE("a file that was imported without a word of its age gives way to what is followed") {
  UnitSource source;
  const UnitFollower keeper(source); // of the file
  const auto path = keeper.options.folder.parent_path() / "enheter.json.gz";
  auto asking = keeper.options.transport;
  asking.accept = "application/vnd.brreg.enhetsregisteret.enhet.v2+gzip";
  const auto answer = importers::following::Transport(asking).download("/enheter/lastned", path);
  REQUIRE(answer.meaning == importers::following::Meaning::ok);
  source.happen("renamed", 40);
  source.publish();
  for (const bool is_said_to_be_new : {false, true}) {
    UnitFollower follower(source);
    const registry::Instant now = registry::now();
    importers::virksomhet::NodeLoadOptions load;
    load.source = NodeSource::enhetsregisteret;
    load.paths = {path.string()};
    load.envelopes = er::unit_envelopes();
    load.extracted_at = is_said_to_be_new ? now : er::unsaid_file_stamp(now);
    er::UnitMapper mapper({load.extracted_at, {}, {}});
    const auto loaded = load_stream(follower.registry(), load, mapper);
    REQUIRE(loaded);
    REQUIRE(loaded->figures.counts.written > 300);
    follower.catch_up();
    CHECK((follower.totals.superseded == 0) != is_said_to_be_new);
    if (!is_said_to_be_new) CHECK(follower.is_identical());
  }
}

TEST_CASE("without roles none are asked for") {
  UnitSource source;
  UnitFollower follower(source);
  follower.options.roles = false;
  follower.catch_up();
  source.happen("life", 100);
  follower.catch_up();
  CHECK_FALSE(follower.state().roles_newest);
  const auto compared = follower.compare();
  CHECK(compared.differences > 0); // of roles alone
  for (const std::string& line : compared.differing) {
    CHECK((line.find("differs in role") != std::string::npos ||
           line.find("differs in EIERSKAP") != std::string::npos));
  }
}

TEST_CASE("who is missing from the full files is asked for, and has not ended for that") {
  UnitSource source;
  UnitFollower follower(source);
  follower.catch_up();
  source.happen("founded", 3); // not in the files, which are older
  follower.catch_up();
  const std::string fresh = source.newest("enheter", "Ny");
  REQUIRE(follower.status_of(fresh) == NodeStatus::aktiv);
  follower.options.bootstrap_again = true;
  follower.catch_up();
  CHECK(follower.status_of(fresh) == NodeStatus::aktiv);
  CHECK(follower.is_identical());
}

TEST_CASE("feeds that were filled anew are noticed, and all is read anew") {
  UnitSource source;
  UnitFollower follower(source);
  source.happen("life", 50);
  follower.catch_up();
  source.happen("life", 50);
  source.fault("respool", 0);
  source.publish();
  follower.options.bootstrap_when_lost = false;
  const auto end = follower.run();
  REQUIRE(end);
  CHECK(*end == sync::SyncEnd::bootstrap_asked);
  CHECK(follower.was_noticed("--bootstrap"));
  follower.options.bootstrap_when_lost = true;
  follower.catch_up();
  CHECK(follower.is_identical());
}

TEST_CASE("stopped anywhere it goes on where it stood") {
  UnitSource source;
  UnitFollower follower(source);
  int stops = 0;
  for (int after_ms = 0; stops < 12; ++stops) {
    follower.stop = false;
    std::thread stopper([&follower, after_ms] {
      std::this_thread::sleep_for(std::chrono::milliseconds(after_ms));
      follower.stop = true;
    });
    const auto end = follower.run();
    stopper.join();
    REQUIRE(end);
    if (*end == sync::SyncEnd::caught_up) break;
    source.happen("life", 20);
    after_ms += 15;
  }
  follower.stop = false;
  follower.catch_up();
  CHECK(follower.is_identical());
}

TEST_CASE("a source that tells nothing new for days stands still") {
  UnitSource source;
  UnitFollower follower(source);
  follower.catch_up();
  CHECK_FALSE(follower.totals.frozen);
  follower.options.clock = [] {
    constexpr std::int64_t days_us = std::int64_t{5} * 24 * 60 * 60 * 1'000'000;
    return registry::Instant{registry::now().microseconds + days_us};
  };
  follower.catch_up();
  CHECK(follower.totals.frozen);
  CHECK(follower.was_noticed("stand still"));
}

} // namespace grunndata::tests
