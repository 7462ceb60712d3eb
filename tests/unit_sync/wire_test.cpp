#include "importers/enhetsregisteret/sync/sync_state.h"
#include "importers/enhetsregisteret/sync/wire.h"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

namespace grunndata::tests {

namespace sync = importers::enhetsregisteret::sync;
using sync::Kind;

namespace {

std::string sample(const std::string& name) {
  std::ifstream in("tests/data/virksomhet/brreg/" + name, std::ios::binary);
  REQUIRE(in);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

} // namespace

TEST_CASE("feeds of units are read as Enhetsregisteret writes them, each kind its own") {
  const auto main = sync::read_unit_feed(sample("oppdateringer_enheter.json"), Kind::enheter);
  REQUIRE(main);
  REQUIRE_FALSE(main->events.empty());
  CHECK(main->waiting == main->events.size());
  CHECK(sync::is_number(main->events.front().number));
  CHECK(main->events.front().when);
  const auto sub =
      sync::read_unit_feed(sample("oppdateringer_underenheter.json"), Kind::underenheter);
  REQUIRE(sub);
  CHECK_FALSE(sub->events.empty());
  CHECK_FALSE(sync::read_unit_feed(sample("oppdateringer_enheter.json"), Kind::underenheter));
  const auto none =
      sync::read_unit_feed(sample("oppdateringer_ingen_flere.json"), Kind::enheter);
  REQUIRE(none);
  CHECK(none->events.empty());
  CHECK(none->waiting == 0);
  const auto roles = sync::read_role_feed(sample("oppdateringer_roller.json"));
  REQUIRE(roles);
  REQUIRE(roles->size() == 3);
  CHECK(roles->front().id == "4400000");
  CHECK(roles->front().number == "310000140");
}

TEST_CASE("a page that is cut off or contradicts itself moves nothing") {
  const std::string whole =
      R"({"_embedded":{"oppdaterteEnheter":[{"oppdateringsid":24700101,)"
      R"("dato":"2026-10-04T05:00:12.345Z","organisasjonsnummer":"310000140",)"
      R"("endringstype":"Noe nytt"}]},"page":{"size":1,"totalElements":7,"totalPages":7,)"
      R"("number":0}})";
  const auto page = sync::read_unit_feed(whole, Kind::enheter);
  REQUIRE(page);
  CHECK(page->waiting == 7);
  CHECK(page->events.front().type == "Noe nytt");
  CHECK(sync::feed_time(*page->events.front().when) == "2026-10-04T05:00:12.345Z");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK_FALSE(sync::read_unit_feed(whole.substr(0, size), Kind::enheter));
  }
  for (const char* const text :
       {R"({"page":{"totalElements":3}})", R"({"_embedded":{"oppdaterteEnheter":[]}})",
        R"({"_embedded":{"oppdaterteEnheter":[]},"page":{"totalElements":3}})",
        R"({"_embedded":{"oppdaterteEnheter":[{"oppdateringsid":1}]},"page":{"totalElements":1}})",
        R"({"_embedded":{"oppdaterteEnheter":[{"organisasjonsnummer":"310000140"}]},)"
        R"("page":{"totalElements":1}})",
        R"({"_embedded":{"oppdaterteEnheter":[{"oppdateringsid":1,)"
        R"("organisasjonsnummer":"../../311"}]},"page":{"totalElements":1}})",
        R"({"status":500,"error":"Internal Server Error"})", "<html>", "[]", ""}) {
    CAPTURE(text);
    CHECK_FALSE(sync::read_unit_feed(text, Kind::enheter));
  }
  for (const char* const text :
       {"{}", R"([{"id":"1"}])", R"([{"id":"1","time":"nå"}])", "[1]", ""}) {
    CHECK_FALSE(sync::read_role_feed(text));
  }
}

TEST_CASE("a search without hits has no list, and says so") {
  const auto none = sync::read_search(sample("sok_tomt.json"), Kind::enheter);
  REQUIRE(none);
  CHECK(none->numbers.empty());
  CHECK_FALSE(none->more);
  const auto some =
      sync::read_search(sample("sok_underenheter_overordnet_hf.json"), Kind::underenheter);
  REQUIRE(some);
  CHECK_FALSE(some->numbers.empty());
  CHECK_FALSE(sync::read_search(sample("sok_over_10000_400.json"), Kind::enheter));
}

TEST_CASE("how far a source was followed is read as it was written, and not when it is damaged") {
  sync::SyncState state;
  state.phase = sync::Phase::following;
  state.rules = "industries=86 industries=87 parents=310000140";
  state.modified = {1'790'000'000'000'000};
  state.feeds[0] = {24'700'101, registry::Instant{1'790'000'000'000'001}};
  state.feeds[1].pointer = 21'400'017;
  state.roles_newest = registry::Instant{1'790'000'000'123'000};
  state.roles_seen = {"4400000", "4400001"};
  state.stamp = {1'790'000'000'000'002};
  state.owed = {{sync::Owed::What::enhet, true, "310000140"},
                {sync::Owed::What::underenhet, false, "310000280"},
                {sync::Owed::What::roles, false, "310000078"}};
  const std::string text = sync::write_state(state);
  const auto read = sync::read_state(text);
  REQUIRE(read);
  CHECK(*read == state);
  CHECK(*sync::read_state(sync::write_state({})) == sync::SyncState{});
  for (const std::string& damaged :
       {std::string(), text.substr(1), text + "owed enhet 31000014\n", text + "phase asleep\n",
        text + "owed noe 310000140\n", text + "pointer_roller 1\n", text + "x",
        text + "modified 1x\n"}) {
    CHECK_FALSE(sync::read_state(damaged));
  }
}

} // namespace grunndata::tests
