// Retention: what is erased is gone from the disk, and everything else still proves itself.
#include "registry/audit/record_codec.h"
#include "registry/audit/segment_file.h"
#include "registry/audit/tree/proof_note.h"
#include "tests/audit/audit_fixture.h"

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::audit;
using namespace grunndata::registry::audit::tests;

namespace {

/// Forty look-ups, every fourth of them important, at seconds that follow each other.
std::unique_ptr<Log> make_log(const LogOptions& options) {
  auto log = open_log(options);
  for (unsigned n = 0; n < 40; ++n) {
    Record record = look_up(n);
    record.kind = n % 4 == 0 ? Class::important : Class::ordinary;
    record.reason.text = "secret-" + std::to_string(n) + "-text";
    REQUIRE(log->append({&record, 1}));
  }
  return log;
}

std::vector<StoredRecord> all_of(const Log& log) {
  const auto found = log.find({});
  if (!found) FAIL(found.error().message);
  return *found;
}

bool holds(const std::filesystem::path& folder, std::string_view text) {
  for (const auto& path : files_below(folder)) {
    if (bytes_in(path).find(text) != std::string::npos) return true;
  }
  return false;
}

} // namespace

TEST_CASE("erased records leave the disk, the tree stays what it was") {
  ScratchFolder folder;
  const LogOptions options = small_log(folder.path());
  std::string before;
  std::string after_erasure;
  {
    const auto log = make_log(options);
    before = *log->checkpoint();
    const auto all = all_of(*log);
    const Instant limit = all[20].record.time;
    Record order;
    order.actor.os_user = "drift";
    order.reason.text = "retention";
    CHECK(log->erase(Class::ordinary, limit, order) == 15U);
    CHECK(log->erase(Class::ordinary, limit) == 0U);
    const auto left = all_of(*log);
    REQUIRE(left.size() == 42);
    for (unsigned n = 0; n < 40; ++n) {
      CAPTURE(n);
      const bool gone = n < 20 && n % 4 != 0;
      CHECK(left[n].erased == gone);
      CHECK(left[n].position == n);
      CHECK(holds(options.directory, "secret-" + std::to_string(n) + "-text") != gone);
      CHECK(holds(options.directory, person(n).view()) != gone);
      if (!gone) CHECK(same(left[n].record, all[n].record));
    }
    CHECK(left[40].record.act == Act::administered);
    CHECK(left[40].record.actor.os_user == "drift");
    CHECK(left[40].record.operation == "audit erase ordinary before " + format_instant(limit));
    const auto report = log->verify({before});
    REQUIRE(report);
    CHECK(report->faults.empty());
    CHECK(report->erased == 15);
    CHECK(report->records == 42);
    after_erasure = *log->checkpoint();
  }
  CHECK(faults_of(options, {before, after_erasure}).empty());
  {
    const auto log = open_log(options);
    append_look_ups(*log, 100, 30);
  }
  CHECK(faults_of(options, {before, after_erasure}).empty());
}

TEST_CASE("questions about content do not find what is erased") {
  ScratchFolder folder;
  const LogOptions options = small_log(folder.path());
  const auto log = make_log(options);
  Query query;
  query.subject = person(1);
  CHECK(log->find(query)->size() == 1);
  CHECK(log->erase(Class::ordinary, after(1'000)) == 30U);
  CHECK(log->find(query)->empty());
  query.subject = person(4);
  CHECK(log->find(query)->size() == 1);
  CHECK(log->erase(Class::important, after(1'000)) == 11U); // the order to erase is one of them
  CHECK(log->find(query)->empty());
  CHECK(all_of(*log).size() == 42);
  CHECK(log->verify()->faults.empty());
}

TEST_CASE("an erased record is still proven by its commitment") {
  ScratchFolder folder;
  const auto log = make_log(small_log(folder.path()));
  const auto key = *VerifierKey::parse(log->verifier_key());
  const auto before = *ProofNote::parse(*log->prove(5));
  REQUIRE(log->erase(Class::ordinary, after(1'000)));
  const auto note = *ProofNote::parse(*log->prove(5));
  CHECK_FALSE(note.salted_record);
  const Hash commitment = sha256(bytes_of(*before.salted_record));
  CHECK(verify(note, key, commitment));
  CHECK_FALSE(verify(note, key, sha256(bytes_of("another"))));
  CHECK_FALSE(verify(note, key, std::nullopt));
}

TEST_CASE("space comes back, and a log opens after its records were erased") {
  ScratchFolder folder;
  const LogOptions options = small_log(folder.path());
  {
    const auto log = make_log(options);
    const auto bytes = log->figures().bytes;
    REQUIRE(log->erase(Class::ordinary, after(1'000)));
    REQUIRE(log->erase(Class::important, after(1'000)));
    CHECK(log->figures().bytes < bytes / 2);
  }
  const auto log = open_log(options);
  CHECK(log->figures().records == 42);
}

TEST_CASE("somebody who erases without an order of the log is found") {
  ScratchFolder folder;
  const LogOptions options = small_log(folder.path());
  { append_look_ups(*open_log(options), 0, 30); }
  // As the log itself would do it, but for the record that says so.
  const auto path = options.directory / "segments/0000000000.segment";
  const auto file = open_to_read(path);
  FrameReader frames(*file, segment_head_bytes, *size_of(*file, path));
  SegmentHead head = **read_head(*file);
  std::vector<std::uint8_t> bytes(segment_head_bytes);
  const std::string old = bytes_in(path);
  for (unsigned n = 0;; ++n) {
    const auto frame = frames.next();
    REQUIRE(frame);
    if (!*frame) break;
    if (n == 3) {
      append_erased_frame((*frame)->kind, commitment_of(**frame), bytes);
    } else {
      const auto text = old.substr((*frame)->offset, (*frame)->end - (*frame)->offset);
      bytes.insert(bytes.end(), text.begin(), text.end());
    }
  }
  head.mark = {bytes.size(), true};
  const auto written = head_bytes(head);
  std::copy(written.begin(), written.end(), bytes.begin());
  put_bytes(path, text_of(bytes));
  std::filesystem::remove(options.directory / "segments/0000000000.index");
  const auto faults = faults_of(options);
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].find("without an order") != std::string::npos);
}
