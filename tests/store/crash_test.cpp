// Processes killed, disks full, stores opened twice.
#include "tests/store/subject.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <doctest/doctest.h>
#include <random>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ; // NOLINT(readability-redundant-declaration): POSIX asks the program for it

namespace grunndata::registry::store::testing {
namespace {

/// Runs the writer from `first`, kills it after `acknowledged_wanted` more acknowledgements, and
/// returns the last batch it acknowledged.
long run_and_kill(const std::filesystem::path& directory, long first, long acknowledged_wanted) {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_addclose(&actions, ends[0]);
  std::string program = STORE_CRASH_WRITER;
  std::string place = directory;
  std::string number = std::to_string(first);
  const std::array<char*, 4> arguments{program.data(), place.data(), number.data(), nullptr};
  pid_t child = 0;
  REQUIRE(::posix_spawn(&child, program.c_str(), &actions, nullptr, arguments.data(), environ) ==
          0);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);

  std::string ledger;
  long lines = 0;
  bool killed = false;
  std::array<char, 4096> chunk{};
  for (;;) {
    const ssize_t got = ::read(ends[0], chunk.data(), chunk.size());
    if (got <= 0) {
      break;
    }
    ledger.append(chunk.data(), static_cast<std::size_t>(got));
    lines = std::count(ledger.begin(), ledger.end(), '\n');
    if (!killed && lines >= acknowledged_wanted) {
      ::kill(child, SIGKILL);
      killed = true;
    }
  }
  ::close(ends[0]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE_MESSAGE(WIFSIGNALED(status), "the writer ended by itself");
  return first + lines - 1;
}

/// Every batch up to `last` is there, and each one that is there is whole.
long check_batches(const Store& store, long last) {
  const auto current = everything(store, Family::current);
  const auto log = everything(store, Family::log);
  const auto source = everything(store, Family::source);
  REQUIRE(log.size() >= static_cast<std::size_t>(last));
  REQUIRE(log.size() <= static_cast<std::size_t>(last + 1)); // one may have been under way
  REQUIRE(current.size() == log.size());
  REQUIRE(source.size() == log.size());
  long number = 0;
  for (const auto& [key, value] : log) {
    ++number;
    REQUIRE(value == std::to_string(number));
    REQUIRE(current.at(key).starts_with(value + "c"));
    REQUIRE(source.at(key).starts_with(value + "s"));
  }
  return number;
}

TEST_CASE("killed at any moment, a store opens with every acknowledged write and no half one") {
  const ScratchDirectory directory;
  std::mt19937 random(11);
  long there = 0;
  for (int round = 0; round < 8; ++round) {
    INFO("round ", round);
    const long last =
        run_and_kill(directory.path() / "store", there + 1, 3 + static_cast<long>(random() % 60));
    const auto store = opened(directory.path() / "store");
    there = check_batches(*store, last);
    REQUIRE(store->verify().has_value());
  }
}

TEST_CASE("a store that is open already is unavailable to a second one") {
  const ScratchDirectory directory;
  const auto first = opened(directory.path());
  const auto second = open_rocksdb(directory.path(), small_engine());
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().code == ErrorCode::unavailable);
}

TEST_CASE("nothing is created where creating was not asked for") {
  const ScratchDirectory directory;
  auto options = small_engine();
  options.create = false;
  const auto store = open_rocksdb(directory.path() / "none", options);
  REQUIRE_FALSE(store.has_value());
  CHECK(store.error().code == ErrorCode::not_found);
  CHECK_FALSE(std::filesystem::exists(directory.path() / "none"));
}

TEST_CASE("a checkpoint opens as a store of its own and does not follow the first") {
  const ScratchDirectory directory;
  {
    const auto store = opened(directory.path() / "store");
    const std::vector<Change> loaded{put(Family::current, "a", "1"), put(Family::source, "a", "1")};
    REQUIRE(store->bulk_load(loaded).has_value());
    const std::vector<Change> change{put(Family::meta, "b", "1")};
    REQUIRE(store->commit(change, Durability::synced).has_value());
    REQUIRE(store->checkpoint(directory.path() / "copy").has_value());
    const std::vector<Change> later{put(Family::meta, "b", "2"), removal(Family::current, "a")};
    REQUIRE(store->commit(later, Durability::synced).has_value());
    CHECK_FALSE(store->checkpoint(directory.path() / "copy").has_value());
  }
  auto options = small_engine();
  options.create = false;
  const auto copy = opened(directory.path() / "copy", options);
  CHECK(everything(*copy, Family::meta).at("b") == "1");
  CHECK(everything(*copy, Family::current).at("a") == "1");
  CHECK(copy->verify().has_value());
}

/// No file of this process grows beyond `bytes` while it lives: writes fail as on a full disk.
class FullDisk {
public:
  explicit FullDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
    rlimit limited = before_;
    limited.rlim_cur = bytes;
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &limited) == 0);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST_CASE("on a full disk a write fails, later ones are refused, reads go on, reopening heals") {
  const ScratchDirectory directory;
  auto store = opened(directory.path());
  std::size_t acknowledged = 0;
  {
    const FullDisk full(200'000);
    Result<void> written;
    for (; written; ++acknowledged) {
      const std::vector<Change> change{
          put(Family::current, std::to_string(acknowledged), std::string(5000, 'x'))};
      written = store->commit(change, Durability::synced);
      REQUIRE(acknowledged < 1000);
    }
    --acknowledged;
    CHECK(written.error().code == ErrorCode::storage);
  }
  const std::vector<Change> more{put(Family::meta, "more", "")};
  CHECK(store->commit(more, Durability::synced).error().code == ErrorCode::unavailable);
  CHECK(store->bulk_load(more).error().code == ErrorCode::unavailable);
  CHECK(store->flush().error().code == ErrorCode::unavailable);
  CHECK(store->figures()->read_only);
  CHECK(everything(*store, Family::current).size() == acknowledged);
  store.reset();
  store = opened(directory.path());
  CHECK(everything(*store, Family::current).size() >= acknowledged);
  CHECK(everything(*store, Family::current).size() <= acknowledged + 1);
  CHECK(store->commit(more, Durability::synced).has_value());
}

TEST_CASE("a load that does not fit on the disk leaves nothing behind and may be tried again") {
  const ScratchDirectory directory;
  const auto store = opened(directory.path());
  std::vector<Change> changes;
  std::mt19937 random(5);
  for (int i = 0; i < 200; ++i) {
    std::string value(5000, '\0');
    for (char& byte : value) {
      byte = static_cast<char>(random());
    }
    changes.push_back(put(Family::source, std::to_string(i), std::move(value)));
  }
  {
    const FullDisk full(100'000);
    const auto loaded = store->bulk_load(changes);
    REQUIRE_FALSE(loaded.has_value());
    CHECK(loaded.error().code == ErrorCode::storage);
  }
  CHECK(everything(*store, Family::source).empty());
  CHECK_FALSE(store->figures()->read_only);
  CHECK(std::filesystem::is_empty(directory.path() / "loading"));
  CHECK(store->bulk_load(changes).has_value());
  CHECK(everything(*store, Family::source).size() == 200);
}

} // namespace
} // namespace grunndata::registry::store::testing
