// What goes wrong around backups, with the whole program: full disks, lost keys, damaged pieces,
// two at once, kills in the midst of it, and folders of somebody else.
#include "tests/backup/place.h"
#include "tests/program/population.h"
#include "tests/program/served_registry.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

using namespace grunndata::tests;
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t small_files = 400'000; ///< less than a piece, more than an audit segment

Start start_of(const Place& place, std::vector<std::string> words) {
  Start start;
  start.words = std::move(words);
  start.words.insert(start.words.begin(), "backup");
  start.words.insert(start.words.end(), {"--config", place.config});
  return start;
}

std::size_t backups_in(const Place& place) { return lines_of(place.backup({"list"}).out).size(); }

void check_whole(const Place& place) {
  const Outcome verified = place.backup({"verify"});
  CHECK_MESSAGE(verified.status == 0, verified.err);
}

fs::path largest_piece(const Place& place) {
  return std::ranges::max(files_under(place.folder + "/pieces"), {},
                          [](const fs::path& file) { return fs::file_size(file); });
}

} // namespace

TEST_CASE("a folder of backups that is full fails the backup and nothing else") {
  const Place place;
  place.load(population(2'000), "2024-01-01");
  place.create(); // all of the registry is in its files now
  Start start = start_of(place, {"create", "--full"});
  start.file_bytes_max = small_files;
  const Outcome failed = run(start);
  CHECK(failed.status == 1);
  CHECK_MESSAGE(contains(failed.err, "cannot write " + place.folder), failed.err);
  CHECK(failed.out.empty());
  CHECK(backups_in(place) == 1);

  ServedRegistry served(place.data, {"--config", place.config});
  served.program().limit_files(small_files);
  const Outcome beside = place.backup({"create", "--full"});
  CHECK(beside.status == 1);
  CHECK_MESSAGE(contains(beside.err, "cannot write " + place.folder), beside.err);
  CHECK(backups_in(place) == 1);
  CHECK(served.get("/readyz").status == 200);
  CHECK(files_under(place.folder + "/incoming").empty());
  served.program().limit_files(std::nullopt);
  CHECK(place.backup({"create", "--full"}).status == 0);
  CHECK(served.stop(SIGTERM).status == 0);
  CHECK(backups_in(place) == 2);
  check_whole(place);
}

TEST_CASE("a restore onto a disk that is full leaves no directory") {
  const Place place;
  place.load(population(2'000), "2024-01-01");
  place.create();
  place.lose_data();
  Start start = start_of(place, {"restore"});
  start.file_bytes_max = small_files;
  const Outcome failed = run(start);
  CHECK(failed.status == 1);
  CHECK_MESSAGE(contains(failed.err, "cannot write"), failed.err);
  CHECK_FALSE(fs::exists(place.data));
  CHECK_FALSE(fs::exists(place.data + ".restoring"));
  CHECK(place.backup({"restore"}).status == 0);
  require_sound(place.data);
}

TEST_CASE("without its key a backup is closed, and every command names the file") {
  const Place place;
  place.load(small_documents(3), "2024-01-01");
  place.create();
  fs::rename(place.key, place.scratch / "kept");
  for (const char* word : {"create", "list", "verify", "restore", "expire"}) {
    CAPTURE(word);
    const Outcome closed = place.backup({word});
    CHECK(closed.status == 3);
    CHECK_MESSAGE(contains(closed.err, place.key), closed.err);
  }
  write_file(place.key, std::string(63, '7'));
  fs::permissions(place.key, fs::perms::owner_read | fs::perms::owner_write);
  CHECK(place.backup({"list"}).status == 2);
  // Another key: its backups lie beside those of the first, which stay closed to it.
  write_file(place.key, std::string(64, '8'));
  const std::string second = place.create();
  const Outcome listed = place.backup({"list"});
  CHECK(listed.status == 0);
  CHECK(contains(listed.out, "UNREADABLE: the backup was made with key"));
  CHECK(place.backup({"verify", second}).status == 0);
  CHECK(place.backup({"expire"}).status == 0);
  fs::rename(place.scratch / "kept", place.key);
  place.lose_data();
  CHECK(place.backup({"restore", second}).status == 4);
  const std::string first = listed.out.substr(0, listed.out.find(' '));
  CHECK(place.backup({"verify", first}).status == 0);
  CHECK(place.backup({"restore", first}).status == 0);
}

TEST_CASE("a damaged piece is named, never restored, and mended by a full backup") {
  const Place place;
  place.load(population(500), "2024-01-01");
  place.create();
  const fs::path piece = largest_piece(place);
  std::string bytes = read_file(piece);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x10);
  write_file(piece, bytes);
  const Outcome verified = place.backup({"verify", "--json"});
  CHECK(verified.status == 8);
  CHECK_MESSAGE(contains(verified.err, piece.filename().string()), verified.err);
  CHECK(contains(verified.out, "\"whole\":false"));
  const std::string other = place.scratch / "other";
  const Outcome refused = place.backup({"restore", "--accept-missing", "--data", other});
  CHECK(refused.status == 8);
  CHECK_MESSAGE(contains(refused.err, "nothing is restored"), refused.err);
  CHECK_FALSE(fs::exists(other));
  CHECK(place.backup({"create", "--full"}).status == 0);
  check_whole(place);
  place.lose_data();
  CHECK(place.backup({"restore"}).status == 0);
  require_sound(place.data);
}

TEST_CASE("a folder in use is left to who uses it") {
  const Place place;
  place.load(small_documents(3), "2024-01-01");
  place.create();
  const int lock = ::open((place.folder + "/lock").c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(::flock(lock, LOCK_EX) == 0);
  for (const char* word : {"create", "verify", "expire"}) {
    CAPTURE(word);
    const Outcome busy = place.backup({word});
    CHECK(busy.status == 6);
    CHECK_MESSAGE(contains(busy.err, "is using"), busy.err);
  }
  CHECK(place.backup({"list"}).status == 0); // looking holds nobody up
  ::close(lock);
  CHECK(place.backup({"verify"}).status == 0);
}

TEST_CASE("of several backups begun at once beside a server each is whole or refused") {
  const Place place;
  place.load(population(500), "2024-01-01");
  ServedRegistry served(place.data, {"--config", place.config});
  constexpr std::size_t at_once = 4;
  std::vector<Outcome> made(at_once);
  std::vector<std::thread> threads;
  for (Outcome& one : made) {
    threads.emplace_back([&] { one = place.backup({"create"}); });
  }
  for (std::thread& thread : threads) thread.join();
  std::size_t whole = 0;
  for (const Outcome& one : made) {
    CHECK_MESSAGE((one.status == 0 || one.status == 6), one.err);
    whole += one.status == 0 ? 1 : 0;
  }
  CHECK(whole >= 1);
  CHECK(backups_in(place) == whole);
  CHECK(served.stop(SIGTERM).status == 0);
  check_whole(place);
}

TEST_CASE("a restore that is killed at any point leaves no directory or a whole one") {
  const Place place("[hjelpenummer]\nrange = \"840000000-840999999\"\n");
  place.load(population(1'000), "2024-01-01");
  place.create();
  place.lose_data();
  const std::string unfinished = place.data + ".restoring";
  for (const std::size_t files : {0U, 1U, 4U, 8U, 16U, 32U}) {
    RunningProgram program(start_of(place, {"restore"}));
    program.wait_until(
        [&] { return fs::exists(place.data) || files_under(unfinished).size() >= files; });
    program.signal(SIGKILL);
    program.wait();
    if (fs::exists(place.data)) {
      require_sound(place.data);
      place.lose_data();
    }
  }
  const Outcome restored = place.backup({"restore"});
  CHECK_MESSAGE(restored.status == 0, restored.err);
  CHECK_FALSE(fs::exists(unfinished));
  require_sound(place.data);
  CHECK(run({"audit", "verify", "--config", place.config}).status == 0);
}

TEST_CASE("an expiry that is killed at any point harms no backup, and the next one finishes it") {
  const Place place;
  place.load(small_documents(50), "2024-01-01");
  place.create();
  const std::size_t used = files_under(place.folder + "/pieces").size();
  const std::string head = read_file(largest_piece(place)).substr(0, 48);
  constexpr std::size_t unused = 20'000; // as of backups that are gone
  const std::string prefix = place.folder + "/pieces/00";
  fs::create_directories(prefix);
  for (std::size_t i = 0; i < unused; ++i) {
    const std::string number = std::to_string(i);
    write_file(prefix + "/" + std::string(64 - number.size(), '0') + number, head);
  }
  for (int round = 1; round <= 3; ++round) {
    RunningProgram program(start_of(place, {"expire"}));
    program.wait_until([&] {
      return files_under(place.folder + "/pieces").size() <
             unused + used - static_cast<std::size_t>(round) * unused / 4;
    });
    program.signal(SIGKILL);
    program.wait();
    check_whole(place);
  }
  const Outcome expired = place.backup({"expire", "--json"});
  CHECK_MESSAGE(expired.status == 0, expired.err);
  CHECK(number_field(expired.out, "kept") == 1);
  CHECK(files_under(place.folder + "/pieces").size() == used);
  check_whole(place);
  place.lose_data();
  CHECK(place.backup({"restore"}).status == 0);
}

TEST_CASE("a folder with backups of another installation is refused both ways") {
  const Place ours;
  ours.load(small_documents(3), "2024-01-01");
  ours.create();
  const Place other;
  other.load(small_documents(3), "2024-01-01");
  std::string config = read_file(other.config);
  config.replace(config.find(other.folder), other.folder.size(), ours.folder);
  write_file(other.config, config);
  const Outcome made = other.backup({"create"});
  CHECK(made.status == 4);
  CHECK_MESSAGE(contains(made.err, "holds backups of another data directory"), made.err);
  CHECK(backups_in(ours) == 1);
  other.lose_data();
  const Outcome restored = other.backup({"restore"});
  CHECK(restored.status == 4);
  CHECK_MESSAGE(contains(restored.err, "missing or another directory's"), restored.err);
  CHECK_FALSE(fs::exists(other.data));
  check_whole(ours);
}
