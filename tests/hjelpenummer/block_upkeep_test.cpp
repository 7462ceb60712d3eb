// What ends with time: blocks, and answers kept for their keys.
#include "registry/hjelpenummer/block_upkeep.h"
#include "registry/keys.h"
#include "tests/hjelpenummer/block_ward.h"

#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

using namespace grunndata;
using namespace grunndata::registry;
using namespace grunndata::registry::hjelpenummer;
using namespace grunndata::registry::hjelpenummer::stories;
using namespace std::chrono_literals;

namespace {

IdempotencyKey key_named(std::string name) {
  return {"test", "akuttmottak", std::string(hospital), "issue", std::move(name)};
}

/// Issues a number, with its answer kept since `kept`.
std::string issue(BlockWard& ward, const std::string& key, Instant kept) {
  IssueRequest request;
  request.by = nurse();
  request.organisation = hospital;
  request.reason = "ukjent pasient";
  request.facts.resize(1);
  request.key = key_named(key);
  request.answer = [kept](const std::vector<HelpNumber>& made) {
    KeptAnswer answer;
    answer.when = kept;
    answer.status = 201;
    answer.body = made.at(0).number;
    answer.persons = {*made.at(0).entity};
    return answer;
  };
  auto issued = ward.numbers->issue(std::move(request));
  REQUIRE_MESSAGE(issued.has_value(), issued.error().message);
  return issued->replayed ? issued->replayed->body : issued->numbers.at(0).number;
}

std::size_t kept_entries(BlockWard& ward) {
  std::size_t count = 0;
  const auto cursor = ward.town.registry().store().scan(store::Family::idempotency, nullptr);
  for (cursor->seek(""); cursor->valid(); cursor->next()) {
    ++count;
  }
  return count;
}

} // namespace

TEST_CASE("answers are dropped when they were kept for 30 days, and no earlier") {
  BlockWard ward(Engine::disk_reopened);
  const Instant present = now();
  const auto days_ago = [&](int days) { return after(present, -std::chrono::days(days)); };
  const std::string old = issue(ward, "old", days_ago(31));
  const std::string young = issue(ward, "young", days_ago(29));
  CHECK(kept_entries(ward) == 4); // an answer and a person of each
  const auto report = run_upkeep(ward.town.registry(), *ward.blocks, present);
  REQUIRE_MESSAGE(report.has_value(), report.error().message);
  CHECK(report->dropped == 1);
  CHECK(kept_entries(ward) == 2);
  CHECK(run_upkeep(ward.town.registry(), *ward.blocks, present)->dropped == 0);
  ward.reopen();
  CHECK(issue(ward, "young", present) == young);
  CHECK(issue(ward, "old", present) != old);
  ward.require_sound();
}

TEST_CASE("a run burns expired blocks, and says how many numbers") {
  BlockWard ward;
  const Block block = ward.reserve(4);
  ward.report(block, ward.used(block.numbers[0]));
  CHECK(run_upkeep(ward.town.registry(), *ward.blocks, ward.time)->burnt == 0);
  ward.pass(std::chrono::days(31));
  CHECK(run_upkeep(ward.town.registry(), *ward.blocks, ward.time)->burnt == 3);
  CHECK(run_upkeep(ward.town.registry(), *ward.blocks, ward.time)->burnt == 0);
}

TEST_CASE("beside a server it runs at once and then again, until the server ends") {
  BlockWard ward;
  const Block block = ward.reserve(2);
  ward.pass(std::chrono::days(31));
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t runs = 0;
  std::size_t burnt = 0;
  UpkeepService::Options options;
  options.interval = 1ms;
  options.clock = [time = ward.time] { return time; };
  options.told = [&](const Result<UpkeepReport>& report) {
    const std::lock_guard lock(mutex);
    ++runs;
    burnt += report ? report->burnt : 0;
    changed.notify_one();
  };
  {
    const UpkeepService service(ward.town.registry(), *ward.blocks, std::move(options));
    std::unique_lock lock(mutex);
    CHECK(changed.wait_for(lock, 60s, [&] { return runs >= 3; }));
  }
  CHECK(burnt == 2);
  CHECK(ward.show(block.numbers[0]).state == State::burnt);
}

TEST_CASE("a service that is ended while it waits does not wait on") {
  BlockWard ward;
  std::atomic<int> runs{0};
  UpkeepService::Options options;
  options.interval = 24h;
  options.told = [&](const Result<UpkeepReport>&) { ++runs; };
  { const UpkeepService service(ward.town.registry(), *ward.blocks, std::move(options)); }
  CHECK(runs == 1);
}
