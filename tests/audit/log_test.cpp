#include "registry/audit/tree/proof_note.h"
#include "tests/audit/audit_fixture.h"

#include <doctest/doctest.h>

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <mutex>

#include <sys/stat.h>

using namespace grunndata::registry;
using namespace grunndata::registry::audit;
using namespace grunndata::registry::audit::tests;

namespace {

std::vector<StoredRecord> all_of(const Log& log) {
  const auto found = log.find({});
  if (!found) FAIL(found.error().message);
  return *found;
}

} // namespace

TEST_CASE("records come back in order, across segments and openings") {
  const ScratchFolder folder;
  const LogOptions options = small_log(folder.path());
  for (unsigned round = 0; round < 3; ++round) {
    const auto log = open_log(options);
    append_look_ups(*log, round * 30, 30);
    const auto found = all_of(*log);
    REQUIRE(found.size() == (round + 1) * 30);
    for (unsigned n = 0; n < found.size(); ++n) {
      CHECK(found[n].position == n);
      CHECK_FALSE(found[n].erased);
      CHECK(found[n].record.request_id == "request-" + std::to_string(n));
      CHECK(found[n].record.subject == person(n));
    }
  }
  CHECK(std::filesystem::exists(folder.path() / "audit/segments/0000000003.segment"));
  CHECK(faults_of(options).empty());
}

TEST_CASE("records of one call lie next to each other and get the time of the call") {
  const ScratchFolder folder;
  LogOptions options = small_log(folder.path());
  options.clock = [] { return after(5); };
  const auto log = open_log(options);
  append_look_ups(*log, 0, 3);
  const std::vector<Record> records{look_up(10), look_up(11), look_up(12)};
  CHECK(log->append(records) == 3U);
  CHECK(log->append({}) == 6U);
  const auto found = all_of(*log);
  REQUIRE(found.size() == 6);
  CHECK(found[5].record.request_id == "request-12");
  CHECK(found[5].record.time == after(5));
}

TEST_CASE("a clock that goes backwards changes the times and not the order") {
  const ScratchFolder folder;
  LogOptions options = small_log(folder.path());
  auto second = std::make_shared<std::int64_t>(100);
  options.clock = [second] { return after(*second -= 10); };
  const auto log = open_log(options);
  append_look_ups(*log, 0, 3);
  const auto found = all_of(*log);
  REQUIRE(found.size() == 3);
  CHECK(found[2].record.request_id == "request-2");
  CHECK(found[2].record.time < found[1].record.time);
}

TEST_CASE("an important record is on disk when append returns, an ordinary one soon") {
  const ScratchFolder folder;
  LogOptions options = small_log(folder.path());
  options.sync_within = std::chrono::hours(1);
  const auto log = open_log(options);
  append_look_ups(*log, 0, 2);
  Record important = look_up(2);
  important.kind = Class::important;
  REQUIRE(log->append({&important, 1}));
  CHECK(log->figures().synced == 3);
  append_look_ups(*log, 3, 1);
  CHECK(log->figures().records == 4);
  REQUIRE(log->sync());
  CHECK(log->figures().synced == 4);
}

TEST_CASE("ordinary records get on disk without anybody waiting for them") {
  const ScratchFolder folder;
  LogOptions options = small_log(folder.path());
  std::mutex mutex;
  std::condition_variable changed;
  unsigned syncs = 0;
  options.sync_file = [&](int) {
    const std::lock_guard lock(mutex);
    ++syncs;
    changed.notify_all();
    return 0;
  };
  const auto log = open_log(options);
  append_look_ups(*log, 0, 1);
  std::unique_lock lock(mutex);
  CHECK(changed.wait_for(lock, std::chrono::seconds(30), [&] { return syncs > 0; }));
}

TEST_CASE("after a failed sync nothing is appended any more") {
  const ScratchFolder folder;
  LogOptions options = small_log(folder.path());
  std::atomic<bool> broken{false};
  std::atomic<unsigned> told{0};
  options.sync_file = [&broken](int) {
    errno = EIO;
    return broken ? -1 : 0;
  };
  options.notice = [&told](const Error&) { ++told; };
  const auto log = open_log(options);
  append_look_ups(*log, 0, 1);
  REQUIRE(log->sync());
  REQUIRE(log->healthy());
  broken = true;
  Record important = look_up(1);
  important.kind = Class::important;
  CHECK(log->append({&important, 1}).error().code == ErrorCode::storage);
  broken = false;
  CHECK(log->append({&important, 1}).error().code == ErrorCode::unavailable);
  CHECK(log->healthy().error().code == ErrorCode::unavailable);
  CHECK(log->sync().error().code == ErrorCode::storage);
  CHECK(log->figures().failed);
  CHECK(told == 1);
}

TEST_CASE("one process at a time has a log open") {
  const ScratchFolder folder;
  const LogOptions options = small_log(folder.path());
  const auto log = open_log(options);
  CHECK_FALSE(open_fault(options, ErrorCode::unavailable).empty());
}

TEST_CASE("more records at once than a segment holds are refused, and nothing is written") {
  const ScratchFolder folder;
  const auto log = open_log(small_log(folder.path()));
  const std::vector<Record> many(100, look_up(1));
  CHECK(log->append(many).error().code == ErrorCode::invalid);
  CHECK(log->figures().records == 0);
}

TEST_CASE("options that cannot be are refused") {
  const ScratchFolder folder;
  LogOptions options = small_log(folder.path());
  options.origin = "two words";
  CHECK_FALSE(open_fault(options, ErrorCode::invalid).empty());
  options = small_log(folder.path());
  options.segment_bytes = 100;
  CHECK_FALSE(open_fault(options, ErrorCode::invalid).empty());
  options = small_log({});
  options.directory.clear();
  CHECK_FALSE(open_fault(options, ErrorCode::invalid).empty());
}

TEST_CASE("a key that others may read is refused, and so is another key or none") {
  const ScratchFolder folder;
  const LogOptions options = small_log(folder.path());
  std::string verifier;
  {
    const auto log = open_log(options);
    append_look_ups(*log, 0, 1);
    verifier = log->verifier_key();
  }
  const auto key = options.directory / "key.pem";
  struct stat facts {};
  REQUIRE(::stat(key.c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777) == 0600);
  REQUIRE(::stat((options.directory / "key.users").c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777) == 0600);

  ::chmod(key.c_str(), 0640);
  CHECK(open_fault(options, ErrorCode::invalid).find("chmod 600") != std::string::npos);
  ::chmod(key.c_str(), 0600);
  CHECK(open_log(options)->verifier_key() == verifier);

  const std::string pem = bytes_in(key);
  put_bytes(key, "no key");
  CHECK_FALSE(open_fault(options, ErrorCode::invalid).empty());
  std::filesystem::remove(key);
  CHECK(open_fault(options, ErrorCode::invalid).find("missing") != std::string::npos);

  LogOptions stranger = small_log(folder.path() / "stranger");
  (void)open_log(stranger);
  std::filesystem::copy_file(stranger.directory / "key.pem", key);
  CHECK(open_fault(options).find("not signed by") != std::string::npos);
  std::filesystem::remove(key);
  put_bytes(key, pem);
  ::chmod(key.c_str(), 0600);
  CHECK(faults_of(options).empty());
}

TEST_CASE("a user's number becomes the same key again, and another number another") {
  const ScratchFolder folder;
  const LogOptions options = small_log(folder.path());
  std::string key;
  {
    const auto log = open_log(options);
    key = log->user_key("a number");
    CHECK(key.size() == 32);
    CHECK(key.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(log->user_key("another number") != key);
  }
  CHECK(open_log(options)->user_key("a number") == key);
  CHECK(open_log(small_log(folder.path() / "other"))->user_key("a number") != key);
}

TEST_CASE("a checkpoint covers all that was appended, and grows consistently") {
  const ScratchFolder folder;
  const LogOptions options = small_log(folder.path());
  const auto log = open_log(options);
  const auto key = *VerifierKey::parse(log->verifier_key());
  std::vector<std::string> notes{*log->checkpoint()};
  CHECK(open_checkpoint(notes[0], key)->size == 0);
  for (unsigned n = 0; n < 4; ++n) {
    append_look_ups(*log, n * 25, 25);
    notes.push_back(*log->checkpoint());
    CHECK(open_checkpoint(notes.back(), key)->size == (n + 1) * 25);
    CHECK(*log->checkpoint() == notes.back());
    CHECK(bytes_in(options.directory / "tree/checkpoint") == notes.back());
  }
  const auto report = log->verify(notes);
  REQUIRE(report);
  CHECK(report->faults.empty());
  CHECK(report->records == 100);
  CHECK(report->checkpoint == notes.back());
  CHECK(log->verify({"nonsense"}).error().code == ErrorCode::invalid);
}

TEST_CASE("every record can be proven, and the proof carries it") {
  const ScratchFolder folder;
  const auto log = open_log(small_log(folder.path()));
  const auto key = *VerifierKey::parse(log->verifier_key());
  append_look_ups(*log, 0, 60);
  for (std::uint64_t position = 0; position < 60; ++position) {
    const auto text = log->prove(position);
    REQUIRE(text);
    auto note = *ProofNote::parse(*text);
    CHECK(note.position == position);
    REQUIRE(verify(note, key, std::nullopt));
    CHECK(note.salted_record->find("request-" + std::to_string(position)) != std::string::npos);
    const std::size_t middle = note.salted_record->size() / 2;
    (*note.salted_record)[middle] = static_cast<char>((*note.salted_record)[middle] ^ 1);
    CHECK_FALSE(verify(note, key, std::nullopt));
  }
  CHECK(log->prove(60).error().code == ErrorCode::out_of_range);
}

TEST_CASE("checkpoints are copied elsewhere, and a place that is away stops nothing") {
  const ScratchFolder folder;
  LogOptions options = small_log(folder.path());
  options.checkpoint_copies = folder.path() / "elsewhere";
  std::string note;
  {
    const auto log = open_log(options);
    append_look_ups(*log, 0, 3);
    note = *log->checkpoint();
  }
  CHECK(bytes_in(options.checkpoint_copies / "checkpoint") == note);
  CHECK(files_below(options.checkpoint_copies).size() == 2); // and the first one of the hour

  std::filesystem::remove_all(options.checkpoint_copies);
  put_bytes(options.checkpoint_copies, "a file where the folder should be");
  std::atomic<unsigned> told{0};
  options.notice = [&told](const Error& error) {
    told += error.message.find("could not be copied") != std::string::npos ? 1 : 0;
  };
  {
    const auto log = open_log(options);
    append_look_ups(*log, 3, 1);
    REQUIRE(log->checkpoint());
    CHECK(log->healthy());
  }
  CHECK(told == 1);
}
