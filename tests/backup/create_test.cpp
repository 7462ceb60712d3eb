// Making backups: beside commits, again and again, and stopped at any point.
#include "registry/backup/expire.h"
#include "tests/backup/house.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <thread>

#include <sys/resource.h>

using namespace grunndata::registry;
using namespace grunndata::registry::backup;
using namespace grunndata::registry::backup::tests;
using grunndata::registry::stories::fnr;
using grunndata::registry::stories::PersonBuilder;

namespace {

/// How many of the persons 1 to `last` are known; none may be behind one that is not.
unsigned known_without_holes(const House& house, unsigned last) {
  unsigned known = 0;
  while (known < last && house.knows(fnr(known + 1))) ++known;
  for (unsigned n = known + 1; n <= last; ++n) CHECK_FALSE(house.knows(fnr(n)));
  return known;
}

/// No file of this process becomes larger, as on a full disk.
class FileLimit {
public:
  explicit FileLimit(rlim_t bytes_max) {
    previous_handler_ = std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &previous_);
    const rlimit small{bytes_max, previous_.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  }
  ~FileLimit() {
    ::setrlimit(RLIMIT_FSIZE, &previous_);
    std::signal(SIGXFSZ, previous_handler_);
  }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;

private:
  rlimit previous_{};
  void (*previous_handler_)(int) = nullptr;
};

} // namespace

TEST_CASE("a backup made while commits go on is the registry at one point of its feed") {
  House house;
  house.settle(1, 50);
  constexpr unsigned last = 400;
  std::atomic<bool> begun{false};
  std::thread writer([&] {
    for (unsigned n = 51; n <= last; ++n) {
      house.settle(n, n);
      begun = true;
    }
  });
  while (!begun) std::this_thread::yield();
  const Manifest made = house.create();
  writer.join();
  CHECK(known_without_holes(house, last) == last);
  house.lose_data();
  house.restore();
  house.open();
  const unsigned known = known_without_holes(house, last);
  CHECK(known >= 51);
  CHECK_FALSE(house.view(fnr(known)).empty());
  const auto events = house.registry->events(made.sequence, 1'000, Access::legal_basis);
  REQUIRE(events.has_value()); // what the feed told by then is there
  CHECK_FALSE(events->events.empty());
  stories::check_whole(*house.registry);
}

TEST_CASE("the second backup stores what is new, and the third nearly nothing") {
  House house;
  house.settle(1, 300);
  const Manifest first = house.create();
  CHECK(first.stored_bytes > 300'000);
  house.settle(301, 302);
  const Manifest second = house.create();
  CHECK(second.stored_bytes < first.stored_bytes / 5);
  CHECK(second.bytes() > first.bytes());
  const Manifest third = house.create();
  CHECK(third.stored_bytes < 60'000); // lists of files, and the store's own
  CHECK(house.faults().empty());
  CHECK(house.list().size() == 3);

  house.lose_data();
  house.restore(first.id); // an older one can still be restored
  house.open();
  CHECK(house.knows(fnr(300)));
  CHECK_FALSE(house.knows(fnr(301)));
}

TEST_CASE("sealed audit segments are stored once") {
  House house(true);
  house.settle(1, 3);
  house.look_up(400);
  REQUIRE(house.log->checkpoint().has_value());
  const Manifest first = house.create();
  CHECK(first.records == 400);
  house.look_up(1);
  const Manifest second = house.create();
  CHECK(second.records == 401);
  const auto segments = [](const Manifest& manifest) {
    return std::ranges::count_if(manifest.files, [](const ManifestFile& file) {
      return file.path.starts_with("audit/segments/");
    });
  };
  CHECK(segments(first) > 5);
  CHECK(second.stored_bytes < first.stored_bytes / 2);
  house.lose_data();
  house.restore();
  house.open();
  CHECK(house.log->figures().records == 402); // and the one about the restore
}

TEST_CASE("a backup that is stopped is never listed, and the next one goes on with its pieces") {
  House house;
  house.settle(1, 100);
  auto options = house.create_options();
  unsigned pieces = 0;
  options.progress = [&pieces](const BackupProgress&) { ++pieces; };
  options.stop = [&pieces] { return pieces > 6; };
  const auto stopped = create(*house.registry, nullptr, house.key, options);
  REQUIRE_FALSE(stopped.has_value());
  CHECK(stopped.error().code == ErrorCode::cancelled);
  CHECK(house.list().empty());
  CHECK_FALSE(fs::exists(house.data / copy_name));
  CHECK_FALSE(files_below(house.folder / "pieces").empty());
  put_bytes(house.folder / "incoming" / "half", "half a piece"); // as after a power cut

  house.create();
  CHECK(house.list().size() == 1);
  CHECK(house.faults().empty());
  CHECK(files_below(house.folder / "incoming").empty());
}

TEST_CASE("a full disk fails the backup with a reason, and leaves nothing in the way") {
  House house;
  house.settle(1, 300);
  REQUIRE(house.registry->store().flush().has_value());
  {
    const FileLimit limit(100'000);
    const auto failed = house.try_create();
    REQUIRE_FALSE(failed.has_value());
    CHECK(failed.error().code == ErrorCode::storage);
    CHECK_MESSAGE(failed.error().message.find("cannot write") == 0, failed.error().message);
    CHECK(house.list().empty());
  }
  CHECK(files_below(house.folder / "incoming").empty());
  house.settle(301, 301); // the registry itself is well
  house.create();
  CHECK(house.faults().empty());
}

TEST_CASE("one backup at a time, and none while the folder is read") {
  House house;
  house.settle(1, 2);
  house.create();
  const auto reader = Repository::open(house.folder, house.key, Use::read);
  REQUIRE(reader.has_value());
  const auto busy = house.try_create();
  REQUIRE_FALSE(busy.has_value());
  CHECK(busy.error().code == ErrorCode::unavailable);
  CHECK(house.list().size() == 1); // looking is always possible
}

TEST_CASE("a folder with something else in it, or of another data directory, is left alone") {
  House house;
  house.settle(1, 2);
  fs::create_directories(house.folder);
  put_bytes(house.folder / "letter", "dear");
  const auto refused = house.try_create();
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::conflict);
  CHECK(files_below(house.folder).size() == 1);

  House other;
  other.settle(1, 2);
  other.create();
  house.folder = other.folder;
  const auto foreign = house.try_create();
  REQUIRE_FALSE(foreign.has_value());
  CHECK(foreign.error().code == ErrorCode::conflict);
  CHECK(other.list().size() == 1);
}

TEST_CASE("old backups expire, the newest stay, and pieces that nobody uses go") {
  House house;
  house.settle(1, 100);
  const Manifest first = house.create();
  house.settle(101, 120);
  REQUIRE(house.registry->store().compact(store::Family::source).has_value());
  const Manifest second = house.create();
  const auto pieces = files_below(house.folder / "pieces").size();
  const auto expire_at = [&](std::int64_t days, std::uint32_t keep_min) {
    const auto report = expire(house.key, {house.folder, 35, keep_min},
                               {second.begun.microseconds + days * 86'400'000'000});
    REQUIRE(report.has_value());
    return *report;
  };
  CHECK(expire_at(34, 1).removed.empty());
  CHECK(expire_at(40, 2).removed.empty());
  const ExpireReport expired = expire_at(40, 1);
  CHECK(expired.removed == std::vector<std::string>{first.id});
  CHECK(expired.freed_bytes > 0);
  CHECK(files_below(house.folder / "pieces").size() < pieces);
  CHECK(house.faults().empty());
  house.lose_data();
  CHECK(house.restore().manifest.id == second.id);
}

TEST_CASE("what cannot be read frees nothing") {
  House house;
  house.settle(1, 20);
  const Manifest first = house.create();
  const Manifest second = house.create();
  std::string list = bytes_in(house.folder / "backups" / second.id);
  list.back() = static_cast<char>(list.back() ^ 1);
  put_bytes(house.folder / "backups" / second.id, list);
  const auto pieces = files_below(house.folder / "pieces").size();
  const auto report =
      expire(house.key, {house.folder, 1, 1}, {second.begun.microseconds + 10 * 86'400'000'000});
  REQUIRE(report.has_value());
  CHECK(report->removed == std::vector<std::string>{first.id});
  CHECK(report->unreadable == second.id);
  CHECK(files_below(house.folder / "pieces").size() == pieces);
}
