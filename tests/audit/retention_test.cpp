// The end of retention: what is past its time goes by itself while a server runs.
#include "registry/audit/retention.h"
#include "tests/audit/audit_fixture.h"

#include <doctest/doctest.h>

#include <future>

using namespace grunndata::registry;
using namespace grunndata::registry::audit;
using namespace grunndata::registry::audit::tests;

namespace {

constexpr std::int64_t seconds_of_day = 24 * 60 * 60;
constexpr RetentionPeriods periods{std::chrono::days(10), std::chrono::days(30)};

/// A day passes between records; every fourth is important.
std::unique_ptr<Log> make_log(LogOptions options, unsigned days) {
  const auto ticks = std::make_shared<std::atomic<std::int64_t>>(0);
  options.clock = [ticks] { return after((*ticks)++ * seconds_of_day); };
  auto log = open_log(std::move(options));
  const std::int64_t first = *ticks; // opening asks what time it is
  for (unsigned n = 0; n < days; ++n) {
    *ticks = first + n;
    Record record = look_up(n);
    record.kind = n % 4 == 0 ? Class::important : Class::ordinary;
    REQUIRE(log->append({&record, 1}));
  }
  REQUIRE(log->checkpoint());
  return log;
}

std::vector<StoredRecord> all_of(const Log& log) {
  const auto found = log.find({});
  if (!found) FAIL(found.error().message);
  return *found;
}

Instant days_after(Instant time, std::int64_t days) {
  return {time.microseconds + days * seconds_of_day * 1'000'000};
}

} // namespace

TEST_CASE("records go when their class's time is over, and an order says so") {
  const ScratchFolder folder;
  const LogOptions options = small_log(folder.path());
  const auto log = make_log(options, 40);
  const std::string before = *log->checkpoint();
  const Instant first = all_of(*log).front().record.time;
  const Instant now = days_after(first, 36);
  const std::atomic<bool> stop{false};
  // Older than ten days: 0 to 25, and of them 1, 2, 3, 5 … are ordinary. Older than 30: 0 and 4.
  const auto report = run_retention(*log, periods, now, "grunndata", stop);
  REQUIRE(report);
  CHECK(report->ordinary == 19);
  CHECK(report->important == 2);
  const auto left = all_of(*log);
  REQUIRE(left.size() == 42);
  for (unsigned n = 0; n < 40; ++n) {
    CAPTURE(n);
    CHECK(left[n].erased == (n % 4 == 0 ? n < 6 : n < 26));
  }
  CHECK(left[40].record.act == Act::administered);
  CHECK(left[40].record.kind == Class::important);
  CHECK(left[40].record.actor.os_user == "grunndata");
  CHECK(left[40].record.reason.text == "kept for 10 days");
  CHECK(left[40].record.operation ==
        "audit erase ordinary before " + format_instant(days_after(first, 26)));
  CHECK(left[41].record.operation ==
        "audit erase important before " + format_instant(days_after(first, 6)));
  CHECK(log->verify({before})->faults.empty());
}

TEST_CASE("no order is written when nothing is past its time") {
  const ScratchFolder folder;
  const auto log = make_log(small_log(folder.path()), 8);
  const Instant first = all_of(*log).front().record.time;
  const std::atomic<bool> stop{false};
  const auto report = run_retention(*log, periods, days_after(first, 11), "grunndata", stop);
  REQUIRE(report);
  CHECK(report->ordinary == 0); // the first ordinary one is just ten days old
  CHECK(report->important == 0);
  CHECK(log->figures().records == 8);
  CHECK(log->due(Class::ordinary, days_after(first, 2)) == true);
  CHECK(log->due(Class::important, first) == false);
  CHECK(log->due(Class::important, days_after(first, 1)) == true);
}

TEST_CASE("an erasure that is stopped leaves the rest, which is still due") {
  const ScratchFolder folder;
  const LogOptions options = small_log(folder.path());
  const auto log = make_log(options, 40);
  const Instant now = days_after(all_of(*log).back().record.time, 100);
  const std::atomic<bool> stopped{true};
  const auto nothing = run_retention(*log, periods, now, "grunndata", stopped);
  REQUIRE(nothing);
  CHECK(nothing->ordinary == 0);
  const std::atomic<bool> stop{false};
  const auto report = run_retention(*log, periods, now, "grunndata", stop);
  REQUIRE(report);
  CHECK(report->ordinary == 30);
  CHECK(report->important >= 10); // the orders themselves grow old
  CHECK(log->verify()->faults.empty());
}

TEST_CASE("the service erases soon after its start, tells of it, and ends while it waits") {
  const ScratchFolder folder;
  const auto log = make_log(small_log(folder.path()), 40);
  const Instant now = days_after(all_of(*log).front().record.time, 36);
  std::promise<Result<RetentionReport>> told;
  RetentionService::Options options;
  options.periods = periods;
  options.os_user = "grunndata";
  options.first_after = std::chrono::seconds(0);
  options.clock = [now] { return now; };
  options.told = [&told](const Result<RetentionReport>& report) { told.set_value(report); };
  {
    const RetentionService service(*log, options);
    const auto report = told.get_future().get();
    REQUIRE(report);
    CHECK(report->ordinary == 19);
    CHECK(report->important == 2);
  } // the next run is a day away
  options.first_after = std::chrono::seconds(3'600);
  { const RetentionService waits(*log, options); }
  CHECK(log->figures().records == 42);
}

TEST_CASE("a log that cannot be written keeps its records, and the service says so") {
  const ScratchFolder folder;
  LogOptions log_options = small_log(folder.path());
  const auto broken = std::make_shared<std::atomic<bool>>(false);
  log_options.sync_file = [broken](int) { return *broken ? 5 : 0; };
  const auto log = make_log(log_options, 40);
  const Instant now = days_after(all_of(*log).front().record.time, 36);
  *broken = true;
  const std::atomic<bool> stop{false};
  const auto report = run_retention(*log, periods, now, "grunndata", stop);
  REQUIRE_FALSE(report);
  CHECK(report.error().code == ErrorCode::storage);
  for (const StoredRecord& record : all_of(*log)) CHECK_FALSE(record.erased);
}
