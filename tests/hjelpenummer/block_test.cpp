// Blocks for downtime: reserved, listed, burnt; asked for twice; signed.
#include "registry/audit/log.h"
#include "tests/hjelpenummer/block_ward.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <mutex>
#include <set>
#include <thread>

using namespace grunndata;
using namespace grunndata::registry;
using namespace grunndata::registry::hjelpenummer;
using namespace grunndata::registry::hjelpenummer::stories;
using namespace std::chrono_literals;

namespace {

constexpr auto well_after_expiry = std::chrono::days(31);

ErrorCode code_of(const Result<BlockOutcome>& outcome) {
  REQUIRE(!outcome.has_value());
  return outcome.error().code;
}

Result<std::unique_ptr<audit::Log>> open_log(const registry::stories::ScratchDirectory& folder) {
  audit::LogOptions options;
  options.directory = folder.path() / "audit";
  return audit::Log::open(std::move(options));
}

} // namespace

TEST_CASE("a block is numbers that are reserved, not issued, and stays after a restart") {
  BlockWard ward(Engine::disk_reopened);
  const Block block = ward.reserve(7);
  CHECK(block.number == 1);
  CHECK(block.numbers.size() == 7);
  CHECK(std::set(block.numbers.begin(), block.numbers.end()).size() == 7);
  CHECK(block.reserved == ward.time);
  ward.reopen();
  const auto shown = ward.blocks->show(1);
  REQUIRE(shown.has_value());
  CHECK(*shown == block);
  for (const std::string& number : block.numbers) {
    const HelpNumber record = ward.show(number);
    CHECK(record.state == State::reserved);
    CHECK(record.block == 1);
    CHECK(record.organisation == hospital);
    CHECK(!record.entity);
    CHECK(!ward.town.match({IdentifierType::fhn, number, {}}).has_value());
  }
  CHECK(ward.blocks->figures(block)->unused == 7);
  CHECK(ward.blocks->show(2).error().code == ErrorCode::not_found);
  ward.require_sound();
}

TEST_CASE("blocks and single numbers never share a number, over leases and restarts") {
  BlockWard ward(Engine::disk_reopened);
  std::set<std::string> seen;
  const auto add = [&seen](const std::string& number) { CHECK(seen.insert(number).second); };
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 3; ++i) {
      const Block block = ward.reserve(500);
      std::for_each(block.numbers.begin(), block.numbers.end(), add);
      IssueRequest request;
      request.by = nurse();
      request.organisation = hospital;
      request.reason = "ukjent pasient";
      request.facts.resize(300);
      const auto issued = ward.numbers->issue(std::move(request));
      REQUIRE(issued.has_value());
      for (const HelpNumber& number : issued->numbers) {
        add(number.number);
      }
    }
    ward.reopen();
    CHECK(ward.numbers->closed() == Closed::none);
  }
  CHECK(seen.size() == 3 * 3 * 800);
}

TEST_CASE("many reserve and issue at once: every number once") {
  BlockWard ward;
  std::mutex mutex;
  std::set<std::string> seen;
  std::set<std::uint64_t> blocks;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 6; ++n) {
        const auto reserved = ward.blocks->reserve(ward.block_request(400));
        REQUIRE_MESSAGE(reserved.has_value(), reserved.error().message);
        const std::lock_guard lock(mutex);
        CHECK(blocks.insert(reserved->block.number).second);
        for (const std::string& number : reserved->block.numbers) {
          CHECK(seen.insert(number).second);
        }
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  CHECK(seen.size() == 4 * 6 * 400);
  CHECK(*blocks.rbegin() == 24);
}

TEST_CASE("a wrong request for a block is refused by field, and no number is used") {
  BlockWard ward;
  const auto refused = [&](auto change) {
    BlockRequest request = ward.block_request();
    change(request);
    const auto outcome = ward.blocks->reserve(std::move(request));
    CHECK(code_of(outcome) == ErrorCode::invalid);
    return outcome.error().message.substr(0, outcome.error().message.find(' '));
  };
  CHECK(refused([](BlockRequest& r) { r.organisation = "123456789"; }) == "organisation");
  CHECK(refused([](BlockRequest& r) { r.label.clear(); }) == "label");
  CHECK(refused([](BlockRequest& r) { r.label = "to\nlinjer"; }) == "label");
  CHECK(refused([](BlockRequest& r) { r.label.assign(101, 'x'); }) == "label");
  CHECK(refused([](BlockRequest& r) { r.label = "for 01810000001"; }) == "label");
  CHECK(refused([](BlockRequest& r) { r.count = 0; }) == "count");
  CHECK(refused([](BlockRequest& r) { r.count = 501; }) == "count");
  CHECK(refused([&](BlockRequest& r) { r.expires = ward.time; }) == "expires");
  CHECK(refused([&](BlockRequest& r) { r.expires = after(ward.time, std::chrono::days(367)); }) ==
        "expires");
  CHECK(ward.numbers->space().used == 0);
}

TEST_CASE("a block asked for again with the same key is the same block") {
  BlockWard ward(Engine::disk_reopened);
  const auto request = [&](std::uint8_t hash) {
    BlockRequest made = ward.block_request();
    made.key = IdempotencyKey{"test", "akuttmottak", std::string(hospital), "reserveBlock", "b-1"};
    made.request_hash[0] = hash;
    made.answer = [hash](const Block& block) {
      KeptAnswer answer;
      answer.request_hash[0] = hash;
      answer.when = now();
      answer.status = 201;
      answer.body = block.numbers.at(0);
      return answer;
    };
    return made;
  };
  const auto first = ward.blocks->reserve(request(1));
  REQUIRE(first.has_value());
  ward.reopen();
  const auto again = ward.blocks->reserve(request(1));
  REQUIRE(again.has_value());
  REQUIRE(again->replayed.has_value());
  CHECK(again->replayed->body == first->block.numbers[0]);
  CHECK(code_of(ward.blocks->reserve(request(2))) == ErrorCode::conflict);
  CHECK(ward.blocks->list({}, 0, 10)->size() == 1);
}

TEST_CASE("blocks are listed by organisation, page by page, reports between them or not") {
  BlockWard ward;
  for (int i = 0; i < 5; ++i) {
    BlockRequest request = ward.block_request(2);
    request.organisation = i % 2 == 0 ? hospital : other_hospital;
    REQUIRE(ward.blocks->reserve(std::move(request)).has_value());
  }
  const Block first = *ward.blocks->show(1);
  ward.report(first, ward.used(first.numbers[0]));
  const auto numbers_of = [&](std::string_view organisation, std::uint64_t from,
                              std::size_t limit) {
    std::vector<std::uint64_t> numbers;
    const auto listed = ward.blocks->list(organisation, from, limit);
    REQUIRE(listed.has_value());
    for (const Block& block : *listed) {
      numbers.push_back(block.number);
    }
    return numbers;
  };
  using Numbers = std::vector<std::uint64_t>;
  CHECK(numbers_of({}, 0, 10) == Numbers{1, 2, 3, 4, 5});
  CHECK(numbers_of(hospital, 0, 10) == Numbers{1, 3, 5});
  CHECK(numbers_of(hospital, 0, 2) == Numbers{1, 3});
  CHECK(numbers_of(hospital, 4, 2) == Numbers{5});
  CHECK(numbers_of(other_hospital, 0, 10) == Numbers{2, 4});
  CHECK(numbers_of("974707152", 0, 10).empty());
  CHECK(numbers_of({}, 0, 0).empty());
}

TEST_CASE("unused numbers of an expired block are burnt once, and never given out again") {
  BlockWard ward(Engine::disk_reopened);
  const Block block = ward.reserve(4);
  ward.report(block, ward.used(block.numbers[1]));
  REQUIRE(ward.numbers->cancel({IdentifierType::fhn, block.numbers[2], {}},
                               CancelReason::never_used, nurse(), "arket er ødelagt"));
  CHECK(*ward.blocks->expire(ward.time) == 0);
  CHECK(*ward.blocks->expire(block.expires) == 0);
  ward.pass(well_after_expiry);
  const Block later = ward.reserve(3);
  CHECK(*ward.blocks->expire(ward.time) == 2);
  CHECK(*ward.blocks->expire(ward.time) == 0);
  ward.reopen();
  CHECK(*ward.blocks->expire(ward.time) == 0);
  const BlockFigures figures = *ward.blocks->figures(block);
  CHECK(figures.unused == 0);
  CHECK(figures.used == 1);
  CHECK(figures.burnt == 2);
  CHECK(figures.cancelled == 1);
  CHECK(ward.show(block.numbers[0]).state == State::burnt);
  CHECK(ward.blocks->show(block.number)->burnt == ward.time);
  CHECK(ward.blocks->figures(later)->unused == 3);
  ward.require_sound();
}

TEST_CASE("nothing is reserved while issuing is closed") {
  BlockWard ward;
  ward.blocks.reset();
  ward.numbers.reset();
  std::filesystem::remove(ward.folder.path() / "mark");
  registry::stories::Town empty;
  auto closed =
      HelpNumbers::open(empty.registry(), {.mark_file = ward.folder.path() / "none", .clock = {}});
  REQUIRE(closed.has_value());
  Blocks blocks(empty.registry(), **closed, {.sign = {}, .clock = [&ward] { return ward.time; }});
  CHECK(code_of(blocks.reserve(ward.block_request())) == ErrorCode::unavailable);
  CHECK(blocks.list({}, 0, 10)->empty());
}

TEST_CASE("the list is signed with the audit log's key, and nothing of it can be changed") {
  BlockWard ward;
  auto log = open_log(ward.folder);
  REQUIRE_MESSAGE(log.has_value(), log.error().message);
  ward.sign = [&log](std::string_view text) { return (*log)->sign(text); };
  ward.open();
  const Block block = ward.reserve(500);
  const auto key = audit::VerifierKey::parse((*log)->verifier_key());
  REQUIRE(key.has_value());
  const auto verified = verify_block(block, *key);
  CHECK_MESSAGE(verified.has_value(), verified.error().message);
  ward.reopen();
  CHECK(verify_block(*ward.blocks->show(block.number), *key).has_value());
  CHECK(*audit::open_note(signed_block_list(block), *key) == block_list(block));

  const auto holds = [&](auto change) {
    Block other = block;
    change(other);
    return verify_block(other, *key).has_value();
  };
  CHECK(!holds([](Block& b) { ++b.number; }));
  CHECK(!holds([](Block& b) { b.organisation = other_hospital; }));
  CHECK(!holds([](Block& b) { b.label += "t"; }));
  CHECK(!holds([](Block& b) { ++b.reserved.microseconds; }));
  CHECK(!holds([](Block& b) { ++b.expires.microseconds; }));
  CHECK(!holds([](Block& b) { b.numbers.pop_back(); }));
  CHECK(!holds([](Block& b) { std::swap(b.numbers[0], b.numbers[1]); }));
  CHECK(!holds([](Block& b) { b.numbers[3] = b.numbers[4]; }));
  CHECK(!holds([](Block& b) { b.signature.clear(); }));
  CHECK(!holds([](Block& b) { b.signature[b.signature.size() / 2] ^= 1; }));
  CHECK(!audit::open_checkpoint(signed_block_list(block), *key).has_value());
}

TEST_CASE("the audit log's key signs nothing that could be taken for a checkpoint") {
  registry::stories::ScratchDirectory folder;
  auto log = open_log(folder);
  REQUIRE(log.has_value());
  CHECK((*log)->sign("grunndata/audit\n5\nAAAA\n").error().code == ErrorCode::invalid);
  CHECK((*log)->sign("").error().code == ErrorCode::invalid);
  CHECK((*log)->sign("a list").error().code == ErrorCode::invalid);
  CHECK((*log)->sign("a list\n").has_value());
}

TEST_CASE("without a key, or with one that fails, a block is reserved and not signed") {
  BlockWard ward;
  CHECK(ward.reserve().signature.empty());
  ward.sign = [](std::string_view) -> Result<std::string> {
    return fail(ErrorCode::storage, "no key today");
  };
  ward.open();
  const Block block = ward.reserve();
  CHECK(block.signature.empty());
  CHECK(!verify_block(block, {}).has_value());
  CHECK(signed_block_list(block) == block_list(block) + "\n");
}
