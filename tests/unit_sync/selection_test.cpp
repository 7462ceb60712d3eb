// A part of Norway: who comes into it, and who leaves.
#include "tests/unit_sync/source.h"

#include <doctest/doctest.h>

namespace grunndata::tests {

using registry::virksomhet::NodeRelation;
using registry::virksomhet::NodeStatus;

namespace {

/// The first unit that a search finds.
std::string first_of(const UnitSource& source, const std::string& search) {
  const std::string body = source.get("/enhetsregisteret/api" + search + "&size=1");
  constexpr std::string_view name = R"("organisasjonsnummer":")";
  const std::size_t at = body.find(name);
  REQUIRE(at != std::string::npos);
  return body.substr(at + name.size(), 9);
}

} // namespace

TEST_CASE("of a trade alone its units are kept, with everybody above them") {
  UnitSource source;
  UnitFollower follower(source);
  follower.options.rules.industries = {"86", "87"};
  follower.catch_up();
  CHECK(follower.is_identical());
  const auto compared = follower.compare();
  CHECK(compared.left_out > compared.units / 10);
  source.happen("life", 300);
  follower.catch_up();
  CHECK(follower.is_identical());
  CHECK(follower.totals.left_out > 100);
}

TEST_CASE("who comes into the selection is taken, and who leaves it is followed on") {
  UnitSource source;
  UnitFollower follower(source);
  follower.options.rules.industries = {"86.210"};
  follower.catch_up();
  const auto before = follower.compare();
  source.happen("moved-trade", 300); // in and out
  follower.catch_up();
  const auto after = follower.compare();
  CHECK(after.differences == 0);
  CHECK(after.units > before.units);
  source.happen("life", 300);
  follower.catch_up();
  CHECK(follower.is_identical());
}

TEST_CASE("below a parent everybody is kept, also when a whole branch has moved there") {
  UnitSource source;
  UnitFollower follower(source);
  const std::string town = first_of(source, "/enheter?organisasjonsform=KOMM");
  follower.options.rules.parents = {town};
  follower.catch_up();
  CHECK(follower.is_identical());
  const auto compared = follower.compare();
  CHECK(compared.units > 1);
  CHECK(compared.units < 200);
  source.happen("life", 400);
  source.happen("owner-changed", 200);
  follower.catch_up();
  CHECK(follower.is_identical());
}

TEST_CASE("when other units are to be picked the full files are read anew") {
  UnitSource source;
  UnitFollower follower(source);
  follower.options.rules.forms = {"KOMM"};
  follower.catch_up();
  const auto narrow = follower.compare();
  follower.options.rules.forms = {"KOMM", "ORGL"};
  follower.catch_up();
  CHECK(follower.was_noticed("other units are to be picked"));
  CHECK(follower.is_identical());
  CHECK(follower.compare().units > narrow.units);
}

} // namespace grunndata::tests
