// Restoring: what comes back, what must not, and what readers are told.
#include "registry/backup/withheld.h"
#include "registry/feed_mark.h"
#include "registry/purge/purger.h"
#include "tests/backup/house.h"
#include "tests/registry/files_searched.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace grunndata::registry;
using namespace grunndata::registry::backup;
using namespace grunndata::registry::backup::tests;
using grunndata::registry::stories::files_with;
using grunndata::registry::stories::fnr;
using grunndata::registry::stories::PersonBuilder;

namespace {

constexpr std::string_view planted = "Plantestubben 66";

PersonBuilder at_home(const std::string& number) {
  PersonBuilder person(number);
  person.named("Hansen").lives_at(planted);
  return person;
}

PersonBuilder hiding(const std::string& number) {
  PersonBuilder person(number);
  person.named("Hansen")
      .protection(Grading::strictly_confidential)
      .has(PersonPart::address_protection, R"("level":"strict")");
  return person;
}

void purge_bytes(House& house) {
  const auto purged = purge::run_purger(*house.registry, {}, now());
  REQUIRE(purged.has_value());
  CHECK(purged->waiting == 0);
}

} // namespace

TEST_CASE("a restored directory is a new epoch that goes on behind all numbers ever given") {
  House house;
  house.settle(1, 3);
  const auto epoch = house.registry->epoch();
  const std::string before = house.view(fnr(2));
  const Manifest made = house.create();
  house.settle(4, 9); // given out since, and lost
  const auto given = house.registry->newest_sequence();
  house.lose_data();

  const RestoreReport report = house.restore();
  CHECK(report.manifest.id == made.id);
  CHECK(report.purged == 0);
  house.open();
  CHECK(house.registry->epoch() != epoch);
  CHECK(house.registry->newest_sequence() >= given);
  CHECK(house.registry->newest_sequence() == report.newest_number);
  CHECK(house.view(fnr(2)) != before); // no address
  house.read_whole("2099-01-01");
  REQUIRE(release_places(*house.registry).has_value());
  CHECK(house.view(fnr(2)) == before);
  CHECK_FALSE(house.knows(fnr(4)));
  house.settle(4, 4);
  const auto events = house.registry->events(given + 1, 10, Access::legal_basis);
  REQUIRE(events.has_value());
  REQUIRE_FALSE(events->events.empty());
  CHECK(events->events.front().sequence > given);
  stories::check_whole(*house.registry);

  const auto mark = restored(house.registry->store());
  REQUIRE((mark && *mark));
  CHECK((*mark)->times == 1);
  CHECK((*mark)->backup == made.id);
  CHECK((*mark)->taken == made.begun);
  CHECK((*mark)->when == report.mark.when);
  const auto second_epoch = house.registry->epoch();
  house.create(); // the new history has backups of its own
  house.lose_data();
  CHECK(house.restore().mark.times == 2);
  house.open();
  CHECK(house.registry->epoch() != second_epoch);
  house.close();
  house.open(); // and stays so
  CHECK((*restored(house.registry->store()))->times == 2);
}

TEST_CASE(
    "nobody is shown where anybody is after a restore, until the source was read and told so") {
  House house;
  PersonBuilder person(fnr(1));
  person.named("Olsen")
      .lives_at("Storgata 1")
      .lives_at("Gamleveien 2", stories::superseded("2010-01-01"));
  person.has(PersonPart::postal_address, R"("postBox":"77")");
  person.has(PersonPart::shared_residence, R"("street":"Delt vei 3")");
  house.import(person);
  CHECK(release_places(*house.registry).error().code == ErrorCode::not_found);
  house.create();
  house.lose_data();
  house.restore();
  for (int opening = 0; opening < 2; ++opening) {
    house.open();
    CHECK((*withheld_since(house.registry->store())).has_value());
    for (const bool history : {false, true}) {
      const std::string seen = house.view(fnr(1), history);
      CHECK(seen.find("Olsen") != std::string::npos);
      for (const char* place : {"Storgata", "Gamleveien", "\"77\"", "Delt vei"}) {
        CHECK(seen.find(place) == std::string::npos);
      }
    }
    const auto early = release_places(*house.registry);
    REQUIRE_FALSE(early.has_value());
    CHECK(early.error().code == ErrorCode::conflict);
    house.read_whole("2024-02-01"); // an extract from before the restore does not count
    CHECK(release_places(*house.registry).error().code == ErrorCode::conflict);
    house.close();
  }
  house.open();
  house.import(person, "2099-01-01");
  CHECK(house.view(fnr(1)).find("Storgata") == std::string::npos);
  CHECK(release_places(*house.registry).error().code == ErrorCode::conflict); // not to its end
  house.read_whole("2099-01-01");
  CHECK(house.view(fnr(1)).find("Storgata") == std::string::npos); // nobody has said so yet
  REQUIRE(release_places(*house.registry).has_value());
  const std::string seen = house.view(fnr(1), true);
  for (const char* place : {"Storgata", "Gamleveien", "\"77\"", "Delt vei"}) {
    CHECK(seen.find(place) != std::string::npos);
  }
  house.close();
  house.open();
  CHECK_FALSE((*withheld_since(house.registry->store())).has_value());
}

TEST_CASE("a backup is restored only where nothing is") {
  House house;
  house.settle(1, 2);
  house.create();
  const auto over = house.try_restore();
  REQUIRE_FALSE(over.has_value());
  CHECK(over.error().code == ErrorCode::conflict);
  CHECK(house.knows(fnr(1)));
  house.lose_data();
  put_bytes(house.data, "a file");
  CHECK(house.try_restore().error().code == ErrorCode::conflict);
  fs::remove(house.data);
  fs::create_directories(house.data / "sub");
  CHECK(house.try_restore().error().code == ErrorCode::conflict);
  fs::remove(house.data / "sub");
  house.restore(); // an empty directory is well
  CHECK_FALSE(fs::exists(house.data.string() + ".restoring"));
}

TEST_CASE(
    "a restore that is stopped leaves no directory, and one that was killed is cleared away") {
  House house;
  house.settle(1, 30);
  house.create();
  house.lose_data();
  auto options = house.restore_options();
  unsigned pieces = 0;
  options.progress = [&pieces](const BackupProgress&) { ++pieces; };
  options.stop = [&pieces] { return pieces > 3; };
  const auto stopped = backup::restore(house.key, options);
  REQUIRE_FALSE(stopped.has_value());
  CHECK(stopped.error().code == ErrorCode::cancelled);
  CHECK_FALSE(fs::exists(house.data));
  const fs::path left = house.data.string() + ".restoring";
  CHECK_FALSE(fs::exists(left));

  fs::create_directories(left / "audit");
  put_bytes(left / "000001.sst", "half");
  house.restore();
  house.open();
  CHECK(house.knows(fnr(30)));
  CHECK(files_with(house.data, "half").empty());
}

TEST_CASE("a purge after the backup is carried out again before anybody reads, on the bytes too") {
  House house;
  house.settle(1, 20);
  house.import(at_home(fnr(100)));
  house.create();
  CHECK_FALSE(files_with(house.data, planted).empty());
  house.import(hiding(fnr(100)), "2024-02-01");
  purge_bytes(house);
  CHECK(files_with(house.data, planted).empty());
  house.lose_data();

  CHECK(house.restore().purged == 1);
  CHECK(files_with(house.scratch.path(), planted).empty()); // backups are sealed, too
  house.open();
  CHECK(house.holds_no("Plantestubben"));
  CHECK(house.view(fnr(100)).find("Hansen") != std::string::npos);
  CHECK(house.view(fnr(100)).find("Plantestubben") == std::string::npos);
  stories::check_whole(*house.registry);
  house.import(at_home(fnr(100)), "2024-01-15"); // older than the purge
  CHECK(house.holds_no("Plantestubben"));
}

TEST_CASE("a purge while a backup is made goes first, and the backup does not hold what went") {
  House house;
  house.settle(1, 50);
  house.import(at_home(fnr(100)));
  auto options = house.create_options();
  bool done = false;
  options.progress = [&](const BackupProgress& figures) {
    if (done || figures.files < 2) return;
    done = true;
    house.import(hiding(fnr(100)), "2024-02-01");
    const auto run = purge::run_purger(*house.registry, {}, now());
    REQUIRE(run.has_value());
    CHECK(run->reader_in_the_way); // the copy holds the old files
    CHECK(run->waiting == 1);
  };
  REQUIRE(create(*house.registry, nullptr, house.key, options).has_value());
  CHECK(done);
  CHECK(files_with(house.data, planted).empty());
  house.lose_data();
  CHECK(house.restore().purged == 0); // nothing was left to do
  house.open();
  CHECK(house.holds_no("Plantestubben"));
}

TEST_CASE("a purge finishes beside a copy only when the copy is gone, also one a crash left") {
  House house;
  house.import(at_home(fnr(100)));
  REQUIRE(house.registry->store().checkpoint(house.data / copy_name).has_value());
  house.import(hiding(fnr(100)), "2024-02-01");
  CHECK(purge::run_purger(*house.registry, {}, now())->reader_in_the_way);
  CHECK_FALSE(files_with(house.data, planted).empty());
  house.close();
  house.open();
  CHECK_FALSE(fs::exists(house.data / copy_name));
  purge_bytes(house);
  CHECK(files_with(house.data, planted).empty());
}

TEST_CASE("without the files beside the directory a restore must be told to go on") {
  House house;
  house.settle(1, 3);
  house.import(at_home(fnr(100)));
  const auto given = house.registry->newest_sequence();
  house.create();
  house.import(hiding(fnr(100)), "2024-02-01");
  house.lose_data();
  fs::remove(house.data.string() + ".purges");
  fs::remove(house.data.string() + ".feed");
  const auto refused = house.try_restore();
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::conflict);
  CHECK(refused.error().message.find("--accept-missing") != std::string::npos);
  CHECK_FALSE(fs::exists(house.data));

  auto options = house.restore_options();
  options.accept_missing = true;
  const auto done = backup::restore(house.key, options);
  if (!done) FAIL(done.error().message);
  CHECK(done->newest_number == given + numbers_skipped);
  house.open();
  CHECK_FALSE(house.holds_no("Plantestubben")); // as said
}

TEST_CASE("the audit log tells of the restore, and of what no longer fits") {
  House house(true);
  house.close();
  house.copies = house.scratch.path() / "copies";
  fs::create_directories(house.copies);
  house.open();
  house.settle(1, 2);
  house.look_up(30);
  const std::string early = *house.log->checkpoint();
  const Manifest made = house.create();
  house.look_up(30);
  const std::string late = *house.log->checkpoint();
  const std::string user = house.log->user_key("someone");
  const std::string signer = house.log->verifier_key();
  house.lose_data();

  const RestoreReport report = house.restore();
  CHECK(report.records == 31);
  CHECK(bytes_in(report.checkpoint_aside) == late);
  CHECK_FALSE(fs::exists(house.copies / "checkpoint"));
  house.open(); // nothing contradicts it
  CHECK(house.log->user_key("someone") == user);
  CHECK(house.log->verifier_key() == signer);
  house.look_up(50); // longer than it was before

  const auto told = house.log->verify({early});
  REQUIRE(told.has_value());
  CHECK(told->faults.empty());
  REQUIRE(told->restores.size() == 1);
  CHECK(told->restores[0].position == 30);
  CHECK(told->restores[0].text.find(made.id) != std::string::npos);
  CHECK(told->restores[0].text.find("at least 60") != std::string::npos);
  const auto lost = house.log->verify({late});
  REQUIRE(lost.has_value());
  CHECK_FALSE(lost->faults.empty()); // it says that records are lost, for they are
}

TEST_CASE("a log whose key lies elsewhere is restored with that key only") {
  House house(true);
  house.settle(1, 1);
  house.look_up(3);
  house.create();
  house.lose_data();
  auto options = house.restore_options();
  options.log->key_file = house.scratch.path() / "elsewhere.pem";
  const auto refused = backup::restore(house.key, options);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::invalid);
  CHECK_FALSE(fs::exists(house.data));
  house.restore();
}
