// The mark of the feed: no number is given twice, in whatever way an older copy comes back.
#include "registry/backup/withheld.h"
#include "registry/feed_mark.h"
#include "tests/backup/house.h"

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::backup;
using namespace grunndata::registry::backup::tests;

namespace {

fs::path mark_of(const House& house) { return house.data.string() + ".feed"; }

} // namespace

TEST_CASE("the mark is written ahead, and reopening or crashing changes no number") {
  House house;
  CHECK_FALSE(fs::exists(mark_of(house))); // no number was given yet
  house.settle(1, 1);
  const std::string first = bytes_in(mark_of(house));
  const auto figures = FeedMark::read(mark_of(house));
  REQUIRE((figures && *figures));
  CHECK((*figures)->committed == 0);
  CHECK((*figures)->reserved > FeedMark::step);
  house.settle(2, 20);
  CHECK(bytes_in(mark_of(house)) == first);
  const auto newest = house.registry->newest_sequence();
  const auto epoch = house.registry->epoch();
  house.close();
  house.open();
  CHECK(house.registry->newest_sequence() == newest);
  CHECK(house.registry->epoch() == epoch);
}

TEST_CASE("an older copy put back by hand goes on behind the mark, in a new epoch") {
  House house;
  house.settle(1, 1);
  house.close();
  fs::copy(house.data, house.scratch.path() / "copy", fs::copy_options::recursive);
  house.open();
  const auto epoch = house.registry->epoch();
  // As if a million numbers had been given: the mark is written anew when they run out.
  auto mark = FeedMark::open(house.registry->store(), mark_of(house));
  REQUIRE(mark.has_value());
  const std::uint64_t given = 2 * FeedMark::step;
  REQUIRE(mark->reserve(given, given + 5).has_value());
  house.lose_data();
  fs::rename(house.scratch.path() / "copy", house.data);
  house.open();
  CHECK(house.registry->epoch() != epoch);
  CHECK(house.registry->newest_sequence() >= given + 5);
  CHECK((*withheld_since(house.registry->store())).has_value());
  const auto behind = house.registry->newest_sequence();
  house.settle(2, 2);
  CHECK(house.registry->newest_sequence() > behind);
  const auto second = house.registry->epoch();
  house.close();
  house.open();
  CHECK(house.registry->epoch() == second);
  stories::check_whole(*house.registry);
}

TEST_CASE("a mark of another directory is put aside, and a damaged one stops the opening") {
  House house;
  house.settle(1, 1);
  House other;
  other.settle(1, 1);
  house.close();
  const std::string own = bytes_in(mark_of(house));
  put_bytes(mark_of(house), bytes_in(mark_of(other)));
  house.open();
  CHECK(fs::exists(mark_of(house).string() + ".other"));
  house.settle(2, 2);
  CHECK((*FeedMark::read(mark_of(house)))->committed > 0);
  house.close();
  for (std::size_t i = 0; i < own.size(); ++i) {
    std::string bad = own;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    put_bytes(mark_of(house), bad);
    CHECK_FALSE(FeedMark::read(mark_of(house)).has_value());
    put_bytes(mark_of(house), own.substr(0, i));
    CHECK_FALSE(FeedMark::read(mark_of(house)).has_value());
  }
  OpenOptions options;
  options.directory = house.data;
  const auto refused = Registry::open(options);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::corrupt);
}

TEST_CASE("a mark that cannot be written fails the commits that need it, and they work later") {
  House house;
  house.settle(1, 1);
  house.close();
  fs::remove(mark_of(house));
  const fs::path in_the_way = mark_of(house).string() + ".new";
  fs::create_directories(in_the_way);
  house.open();
  const auto newest = house.registry->newest_sequence();
  auto mark = FeedMark::open(house.registry->store(), mark_of(house));
  REQUIRE(mark.has_value());
  const auto failed = mark->reserve(newest, newest + 1);
  REQUIRE_FALSE(failed.has_value());
  CHECK(failed.error().code == ErrorCode::storage);
  fs::remove(in_the_way);
  house.settle(2, 2);
  CHECK(house.registry->newest_sequence() > newest);
  CHECK(house.registry->healthy().has_value());
}
