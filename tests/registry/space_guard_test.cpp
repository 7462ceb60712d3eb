// What stops when the disk fills, and when it goes on again.
#include "registry/space_guard.h"

#include <chrono>
#include <cstdint>
#include <doctest/doctest.h>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

using namespace grunndata::registry;

namespace {

/// A disk of a thousand bytes that is as full as it is told to be.
struct Disk {
  std::uint64_t used = 0;
  bool fails = false;
  int asked = 0;
  std::vector<SpaceLevel> changes;

  SpaceOptions options(std::chrono::milliseconds check_every = std::chrono::milliseconds(0)) {
    SpaceOptions options;
    options.check_every = check_every;
    options.on_change = [this](const SpaceState& state) { changes.push_back(state.level); };
    options.measure = [this](const std::filesystem::path&) -> Result<DiskRoom> {
      ++asked;
      if (fails) return fail(ErrorCode::storage, "no answer");
      return DiskRoom{1'000, 1'000 - used};
    };
    return options;
  }
};

std::string stopped_by(SpaceGuard& guard) {
  std::string words;
  for (const Work work : {Work::import, Work::sync, Work::issuing, Work::administration}) {
    const auto may = guard.may_go_on(work);
    if (may) continue;
    CHECK(may.error().code == ErrorCode::unavailable);
    words += may.error().message.substr(may.error().message.find("; ") + 2, 6) + ' ';
  }
  return words;
}

TEST_CASE("as the disk fills, import stops first, then sync, issuing and administration") {
  Disk disk;
  SpaceGuard guard("/data", disk.options());
  struct Row {
    std::uint64_t used;
    SpaceLevel level;
    const char* stopped;
  };
  for (const Row& row :
       {Row{0, SpaceLevel::enough, ""}, Row{790, SpaceLevel::enough, ""},
        Row{791, SpaceLevel::alarm, ""}, Row{890, SpaceLevel::alarm, ""},
        Row{891, SpaceLevel::no_import, "import "}, Row{930, SpaceLevel::no_sync, "import synchr "},
        Row{950, SpaceLevel::no_issuing, "import synchr issuin "},
        Row{970, SpaceLevel::no_administration, "import synchr issuin admini "},
        Row{1'000, SpaceLevel::no_administration, "import synchr issuin admini "}}) {
    CAPTURE(row.used);
    disk.used = row.used;
    CHECK(guard.state().level == row.level);
    CHECK(stopped_by(guard) == row.stopped);
  }
  CHECK(disk.changes == std::vector{SpaceLevel::alarm, SpaceLevel::no_import, SpaceLevel::no_sync,
                                    SpaceLevel::no_issuing, SpaceLevel::no_administration});
}

TEST_CASE("a level that was reached is left only clearly below where it began") {
  Disk disk;
  SpaceGuard guard("/data", disk.options());
  disk.used = 905;
  CHECK(guard.state().level == SpaceLevel::no_import);
  for (const std::uint64_t used : {899U, 885U, 901U, 880U}) {
    disk.used = used;
    CHECK(guard.state().level == SpaceLevel::no_import);
  }
  disk.used = 870;
  CHECK(guard.state().level == SpaceLevel::alarm);
  disk.used = 889;
  CHECK(guard.state().level == SpaceLevel::alarm);
  disk.used = 100;
  CHECK(guard.state().level == SpaceLevel::enough);
  CHECK(stopped_by(guard).empty());
  CHECK(disk.changes == std::vector{SpaceLevel::no_import, SpaceLevel::alarm, SpaceLevel::enough});
}

TEST_CASE("a disk that fills in one go stops everything at once, and frees it in one go") {
  Disk disk;
  SpaceGuard guard("/data", disk.options());
  disk.used = 1'000;
  CHECK(stopped_by(guard) == "import synchr issuin admini ");
  disk.used = 10;
  CHECK(stopped_by(guard).empty());
  CHECK(disk.changes == std::vector{SpaceLevel::no_administration, SpaceLevel::enough});
}

TEST_CASE("the refusal says how full the disk is, what stopped where, and when it goes on") {
  Disk disk;
  SpaceGuard guard("/data", disk.options());
  disk.used = 915;
  CHECK(guard.may_go_on(Work::import).error().message ==
        "the disk of the data directory is 92 % full; imports stopped at 90 % and may go on below "
        "88 %, so that look-ups go on: make room");
}

TEST_CASE("a file system that gives no answer changes nothing") {
  Disk disk;
  disk.fails = true;
  SpaceGuard guard("/data", disk.options());
  CHECK(guard.state().level == SpaceLevel::enough);
  disk.fails = false;
  disk.used = 960;
  CHECK(guard.state().level == SpaceLevel::no_issuing);
  disk.fails = true;
  disk.used = 0;
  CHECK(guard.state().level == SpaceLevel::no_issuing);
}

TEST_CASE("who asks often costs one measurement in the interval") {
  Disk disk;
  SpaceGuard guard("/data", disk.options(std::chrono::hours(1)));
  for (int i = 0; i < 1'000; ++i) CHECK(guard.may_go_on(Work::import).has_value());
  CHECK(disk.asked == 1);
}

TEST_CASE("a registry in memory always has room") {
  Disk disk;
  disk.used = 1'000;
  SpaceGuard guard("", disk.options());
  CHECK(guard.may_go_on(Work::import).has_value());
  CHECK(disk.asked == 0);
}

TEST_CASE("the real file system is asked, and says so when there is none") {
  const auto room = disk_room("/");
  REQUIRE(room.has_value());
  CHECK(room->bytes_total > 0);
  CHECK(room->bytes_free <= room->bytes_total);
  CHECK(disk_room("/nowhere/at/all").error().code == ErrorCode::storage);
  SpaceGuard guard("/",
                   {.check_every = std::chrono::milliseconds(0), .on_change = {}, .measure = {}});
  CHECK(guard.state().room.bytes_total == room->bytes_total);
}

TEST_CASE("each level has a name of its own") {
  CHECK(space_level_name(SpaceLevel::enough) == "enough");
  CHECK(space_level_name(SpaceLevel::no_import) == "no_import");
  CHECK(space_level_name(SpaceLevel::no_administration) == "no_administration");
}

} // namespace
