// The bytes themselves: after the purger has run, no file of the data directory holds them.
#include "registry/purge/purger.h"
#include "registry/purge/replay.h"
#include "tests/registry/files_searched.h"
#include "tests/registry/town.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <future>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

using enum PersonPart;

constexpr std::string_view planted = "Plantestubben 66";
constexpr std::int64_t minute_us = 60'000'000;
const Instant noon = at("2024-06-01T12:00:00Z");

Instant after(std::int64_t minutes) { return {noon.microseconds + minutes * minute_us}; }

PersonBuilder at_home(const std::string& number) {
  PersonBuilder person(number);
  person.named("Hansen").lives_at(planted, {.from = "2015-01-01"});
  person.lives_at("Plantestubben 66 B", superseded("2010-01-01"));
  return person;
}

PersonBuilder strictly(const std::string& number) {
  PersonBuilder person(number);
  person.named("Hansen")
      .protection(Grading::strictly_confidential)
      .has(address_protection, R"("level":"strict")");
  return person;
}

/// A data directory and a purge register beside it.
struct House {
  ScratchDirectory scratch;
  std::filesystem::path data = scratch.path() / "data";
  std::filesystem::path purges = scratch.path() / "data.purges";
  Town town{data, purges};

  purge::PurgerReport run(Instant when = noon, std::uint64_t per_hour = 1'000) {
    const auto report = purge::run_purger(town.registry(), {per_hour}, when);
    if (!report) FAIL(report.error().message);
    return *report;
  }
};

void load_past_the_log(Town& town, SourceRecord record) {
  ImportBatch batch;
  batch.origins = {"-"};
  batch.stamp.extracted_at = at("2024-01-01");
  batch.items.push_back({std::move(record), 1, 0});
  batch.bulk = true;
  std::promise<bool> answer;
  submit_import(town.registry(), std::move(batch),
                [&answer](const auto& counts) { answer.set_value(counts.has_value()); });
  REQUIRE(answer.get_future().get());
}

} // namespace

TEST_CASE("no file holds the address of somebody who hides, once the purger has run") {
  enum class Way { log, files, bulk, reopened, settled };
  for (const Way way : {Way::log, Way::files, Way::bulk, Way::reopened, Way::settled}) {
    CAPTURE(static_cast<int>(way));
    House house;
    Town& town = house.town;
    if (way == Way::bulk) {
      load_past_the_log(town, at_home(fnr(1)).record());
    } else {
      town.import(at_home(fnr(1)), "2024-01-01");
    }
    for (unsigned n = 2; n <= 30; ++n) {
      PersonBuilder other(fnr(n));
      other.named("Olsen").lives_at("Storgata " + std::to_string(n));
      town.import(other, "2024-01-01");
    }
    if (way == Way::files || way == Way::settled) {
      REQUIRE(town.registry().store().flush().has_value());
    }
    if (way == Way::settled) REQUIRE(settle_after_bulk(town.registry()).has_value());
    if (way == Way::reopened) town.reopen();
    CHECK_FALSE(files_with(house.data, planted).empty());
    town.import(strictly(fnr(1)), "2024-02-01");
    CHECK(town.holds_no(planted));
    CHECK_FALSE(files_with(house.data, planted).empty());
    const auto report = house.run();
    CHECK(report.purged == 1);
    CHECK(report.waiting == 0);
    CHECK(files_with(house.scratch.path(), planted) == Texts{});
    town.reopen();
    CHECK(files_with(house.scratch.path(), planted) == Texts{});
    CHECK_FALSE(files_with(house.data, "Storgata 7").empty());
    CHECK(house.run().purged == 0);
    check_whole(town.registry());
  }
}

TEST_CASE("the purge waits through a crash, and is repeated until it has happened") {
  House house;
  house.town.import(at_home(fnr(1)), "2024-01-01");
  house.town.import(strictly(fnr(1)), "2024-02-01");
  house.town.reopen(); // before the purger came
  const auto waiting = purge::look_at_purger(house.town.registry(), {}, noon);
  REQUIRE(waiting.has_value());
  CHECK(waiting->waiting == 1);
  REQUIRE(waiting->oldest_waiting.has_value());
  CHECK(house.run().purged == 1);
  CHECK(files_with(house.scratch.path(), planted) == Texts{});
}

TEST_CASE("a reader with an earlier state puts the purge off, and loses nothing") {
  House house;
  house.town.import(at_home(fnr(1)), "2024-01-01");
  auto snapshot = house.town.registry().store().snapshot();
  house.town.import(strictly(fnr(1)), "2024-02-01");
  const auto report = house.run();
  CHECK(report.reader_in_the_way);
  CHECK(report.purged == 0);
  CHECK(report.waiting == 1);
  snapshot.reset();
  CHECK(house.run().purged == 1);
  CHECK(files_with(house.scratch.path(), planted) == Texts{});
}

TEST_CASE("one person twice in one batch, first seen and then hiding") {
  House house;
  house.town.import({at_home(fnr(1)).record(), strictly(fnr(1)).record()}, "2024-01-01");
  CHECK(house.town.holds_no(planted));
  CHECK(house.run().purged == 1);
  CHECK(files_with(house.scratch.path(), planted) == Texts{});
}

TEST_CASE("what was quarantined goes from the files as well") {
  House house;
  ImportBatch batch;
  batch.origins = {"-"};
  batch.quarantine.push_back(
      {1, 0, 0, "$", "json", "not valid JSON", "{\"" + fnr(1) + "\":\"Plantestubben 66"});
  std::promise<void> done;
  submit_import(house.town.registry(), std::move(batch),
                [&done](const auto&) { done.set_value(); });
  done.get_future().wait();
  PersonBuilder person(fnr(1));
  person.named("Hansen");
  house.town.import(person, "2024-01-01");
  house.town.import(strictly(fnr(1)), "2024-02-01");
  CHECK(house.run().purged == 1);
  CHECK(files_with(house.scratch.path(), planted) == Texts{});
}

TEST_CASE("more purges an hour than allowed wait for a human, while nobody is shown anything") {
  House house;
  std::vector<SourceRecord> homes, hidden;
  for (unsigned n = 1; n <= 5; ++n) {
    homes.push_back(at_home(fnr(n)).record());
    hidden.push_back(strictly(fnr(n)).record());
  }
  house.town.import(std::move(homes), "2024-01-01");
  house.town.import(std::move(hidden), "2024-02-01");
  auto report = house.run(noon, 4);
  CHECK(report.needs_confirmation);
  CHECK(report.purged == 0);
  CHECK(report.waiting == 5);
  CHECK(house.town.holds_no(planted)); // redacted and removed at once
  CHECK_FALSE(files_with(house.data, planted).empty());
  CHECK(house.run(after(120), 4).needs_confirmation); // time alone changes nothing
  REQUIRE(purge::confirm_pending(house.town.registry()).has_value());
  report = house.run(after(121), 4);
  CHECK(report.purged == 5);
  CHECK_FALSE(report.needs_confirmation);
  CHECK(files_with(house.scratch.path(), planted) == Texts{});
  // What comes within the same hour counts with what went.
  house.town.import(at_home(fnr(6)), "2024-01-01");
  house.town.import(strictly(fnr(6)), "2024-02-01");
  CHECK(house.run(after(150), 4).needs_confirmation);
  house.town.reopen(); // the hour is remembered
  CHECK(house.run(after(150), 4).needs_confirmation);
  CHECK(house.run(after(182), 4).purged == 1);
}

TEST_CASE("a confirmation is for what waited then, not for what comes later") {
  House house;
  house.town.import({at_home(fnr(1)).record(), at_home(fnr(2)).record()}, "2024-01-01");
  house.town.import(strictly(fnr(1)), "2024-02-01");
  CHECK(house.run(noon, 0).needs_confirmation);
  REQUIRE(purge::confirm_pending(house.town.registry()).has_value());
  house.town.import(strictly(fnr(2)), "2024-02-01");
  const auto report = house.run(noon, 0);
  CHECK(report.purged == 1);
  CHECK(report.waiting == 1);
  CHECK(report.needs_confirmation);
}

TEST_CASE("the purge service does it by itself, beside commits") {
  House house;
  house.town.import(at_home(fnr(1)), "2024-01-01");
  house.town.import(strictly(fnr(1)), "2024-02-01");
  std::promise<std::size_t> told;
  {
    const purge::PurgeService service(house.town.registry(), {}, [&told](const auto& report) {
      told.set_value(report ? report->purged : 0);
    });
    PersonBuilder other(fnr(2));
    other.named("Olsen");
    house.town.import(other, "2024-02-01");
    CHECK(told.get_future().get() == 1);
  }
  CHECK(files_with(house.scratch.path(), planted) == Texts{});
}
