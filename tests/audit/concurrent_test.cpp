// Many threads append, ask, sign, verify and erase at once.
#include "tests/audit/audit_fixture.h"

#include <doctest/doctest.h>

#include <atomic>
#include <latch>
#include <set>
#include <thread>

using namespace grunndata::registry;
using namespace grunndata::registry::audit;
using namespace grunndata::registry::audit::tests;

namespace {

constexpr unsigned writers = 4;
constexpr unsigned records_each = 1'500;

void write(Log& log, unsigned writer, std::vector<std::uint64_t>& positions) {
  for (unsigned n = 0; n < records_each;) {
    std::vector<Record> batch(1 + n % 4);
    for (Record& record : batch) {
      record = look_up(writer * records_each + n++);
      record.actor.client_id = "writer-" + std::to_string(writer);
      record.kind = n % 97 == 0 ? Class::important : Class::ordinary;
    }
    const auto position = log.append(batch);
    if (!position) FAIL(position.error().message);
    for (std::size_t i = 0; i < batch.size(); ++i) positions.push_back(*position + i);
  }
}

} // namespace

TEST_CASE("threads append, ask, sign, verify and erase at once, and all of it holds") {
  const ScratchFolder folder;
  LogOptions options = small_log(folder.path());
  options.segment_bytes = 16 * 1024;
  options.sync_within = std::chrono::milliseconds(2);
  options.checkpoint_every = std::chrono::seconds(0);
  options.checkpoint_copies = folder.path() / "elsewhere";
  const auto log = open_log(options);
  std::array<std::vector<std::uint64_t>, writers> positions;
  std::atomic<bool> done{false};
  std::latch ready(writers + 3);
  std::vector<std::thread> threads;
  for (unsigned writer = 0; writer < writers; ++writer) {
    threads.emplace_back([&, writer] {
      ready.arrive_and_wait();
      write(*log, writer, positions[writer]);
    });
  }
  std::vector<std::string> notes;
  std::thread asker([&] {
    ready.arrive_and_wait();
    for (unsigned n = 0; !done; ++n) {
      Query query;
      query.client_id = "writer-" + std::to_string(n % writers);
      query.after = n * 10;
      const auto found = log->find(query);
      CHECK(found);
      CHECK((found &&
             std::is_sorted(found->begin(), found->end(),
                            [](const auto& a, const auto& b) { return a.position < b.position; })));
    }
  });
  std::thread auditor([&] {
    ready.arrive_and_wait();
    while (!done) {
      const auto note = log->checkpoint();
      REQUIRE(note);
      notes.push_back(*note);
      const auto report = log->verify(notes);
      REQUIRE(report);
      for (const std::string& fault : report->faults) FAIL_CHECK(fault);
      CHECK(log->healthy());
    }
  });
  std::atomic<std::uint64_t> orders{0};
  std::thread eraser([&] {
    ready.arrive_and_wait();
    for (unsigned n = 1; !done && n <= 10; ++n) {
      const auto erased = log->erase(Class::ordinary, after(n * 200));
      CHECK(erased);
      ++orders;
    }
  });
  for (std::thread& thread : threads) thread.join();
  done = true;
  asker.join();
  auditor.join();
  eraser.join();

  std::set<std::uint64_t> all;
  for (const auto& each : positions) all.insert(each.begin(), each.end());
  std::size_t appended = 0;
  for (const auto& each : positions) appended += each.size();
  CHECK(appended >= writers * records_each);
  CHECK(all.size() == appended); // no position twice
  CHECK(log->figures().records == all.size() + orders);
  CHECK(log->verify(notes)->faults.empty());
}
