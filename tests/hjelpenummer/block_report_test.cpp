// What was used on paper is reported afterwards: in any order, late, twice, and wrongly.
#include "tests/hjelpenummer/block_ward.h"

#include <doctest/doctest.h>

using namespace grunndata;
using namespace grunndata::registry;
using namespace grunndata::registry::hjelpenummer;
using namespace grunndata::registry::hjelpenummer::stories;
using namespace std::chrono_literals;

namespace {

IdentifierKey fhn(const std::string& number) { return {IdentifierType::fhn, number, {}}; }

ErrorCode code_of(const Result<ReportOutcome>& outcome) {
  REQUIRE(!outcome.has_value());
  return outcome.error().code;
}

} // namespace

TEST_CASE("a number that is reported as used is a person's from the time of its use") {
  BlockWard ward(Engine::disk_reopened);
  const Block block = ward.reserve();
  ward.pass(2h);
  UsedNumber used = ward.used(block.numbers[3]);
  used.reason = "fra arket i mottaket";
  used.newborn = Newborn{.mother_type = {}, .mother = {}, .born = ward.time, .order = 2};
  ward.pass(5h);
  const ReportedNumber reported = ward.report(block, used);
  CHECK(reported.result == ReportResult::in_use);
  CHECK(reported.work == 0);
  REQUIRE(reported.entity.has_value());
  ward.reopen();
  const HelpNumber number = ward.show(used.number);
  CHECK(number.state == State::issued);
  CHECK(number.entity == reported.entity);
  CHECK(number.issued == used.used);
  CHECK(number.changed == ward.time);
  CHECK(number.organisation == hospital);
  CHECK(number.newborn == used.newborn);
  CHECK(number.facts() == used.facts);
  REQUIRE(number.items.size() == 1);
  CHECK(number.items[0].reason == used.reason);
  CHECK(registry::stories::values_of(ward.town.view(fhn(used.number)), "givenName") ==
        registry::stories::Texts{"Ola"});
  CHECK(ward.blocks->figures(block)->used == 1);
  CHECK(ward.open_work_items().empty());
  ward.require_sound();
}

TEST_CASE("a number can be reported without any facts, with a note alone too") {
  BlockWard ward;
  const Block block = ward.reserve();
  UsedNumber bare;
  bare.number = block.numbers[0];
  bare.used = ward.time;
  UsedNumber noted = bare;
  noted.number = block.numbers[1];
  noted.reason = "navnet er uleselig";
  const auto reported = ward.report(BlockWard::report_request(block, {bare, noted}));
  CHECK(reported[0].result == ReportResult::in_use);
  CHECK(reported[1].result == ReportResult::in_use);
  CHECK(ward.show(bare.number).items.empty());
  CHECK(ward.show(noted.number).items.at(0).reason == noted.reason);
  CHECK(ward.report(block, bare).result == ReportResult::known);
  CHECK(ward.report(block, noted).result == ReportResult::known);
  ward.require_sound();
}

TEST_CASE("a report that comes twice changes nothing the second time, also after a restart") {
  BlockWard ward(Engine::disk_reopened);
  const Block block = ward.reserve();
  const std::vector<UsedNumber> used{ward.used(block.numbers[0]), ward.used(block.numbers[2])};
  const auto first = ward.report(BlockWard::report_request(block, used));
  const std::string before = ward.town.view(fhn(used[0].number));
  const auto newest = ward.town.newest();
  ward.reopen();
  ward.pass(1h);
  const auto again = ward.report(BlockWard::report_request(block, {used[1], used[0], used[1]}));
  REQUIRE(again.size() == 3);
  for (const ReportedNumber& one : again) {
    CHECK(one.result == ReportResult::known);
    CHECK(one.work == 0);
  }
  CHECK(again[1].entity == first[0].entity);
  CHECK(ward.town.newest() == newest);
  CHECK(ward.town.view(fhn(used[0].number)) == before);
  CHECK(ward.open_work_items().empty());
}

TEST_CASE("the same report is known also when the number's facts were erased, or are linked") {
  BlockWard ward;
  const Block block = ward.reserve();
  const UsedNumber used = ward.used(block.numbers[0]);
  ward.report(block, used);
  REQUIRE(ward.numbers->erase(fhn(used.number), nurse()).has_value());
  CHECK(ward.report(block, used).result == ReportResult::known);
  CHECK(ward.show(used.number).facts().empty());
}

TEST_CASE("other facts about a number in use are a conflict, whichever report comes first") {
  for (const bool swapped : {false, true}) {
    BlockWard ward(Engine::disk_reopened);
    const Block block = ward.reserve();
    UsedNumber first = ward.used(block.numbers[0], "Ola");
    UsedNumber second = ward.used(block.numbers[0], "Kari");
    if (swapped) {
      std::swap(first, second);
    }
    const auto kept = ward.report(block, first);
    const auto refused = ward.report(block, second);
    CHECK(refused.result == ReportResult::conflict);
    CHECK(refused.entity == kept.entity);
    CHECK(ward.show(first.number).facts() == first.facts);
    ward.reopen();
    const auto items = ward.open_work_items(std::string(hospital));
    REQUIRE(items.size() == 1);
    CHECK(items[0].number == refused.work);
    CHECK(items[0].kind == WorkKind::block_conflict);
    CHECK(items[0].about == block.number);
    CHECK(items[0].number_text == first.number);
    CHECK(items[0].persons == std::vector{*kept.entity});
    CHECK(items[0].text.find("Kari") == std::string::npos);
    CHECK(ward.blocks->conflict(refused.work)->used == second);
    const auto again = ward.report(block, second);
    CHECK(again.result == ReportResult::known);
    CHECK(again.work == refused.work);
    CHECK(ward.open_work_items().size() == 1);
  }
}

TEST_CASE("another time of use for the same number is a conflict, in one report too") {
  BlockWard ward;
  const Block block = ward.reserve();
  const UsedNumber first = ward.used(block.numbers[0]);
  ward.pass(10min);
  const UsedNumber second = ward.used(block.numbers[0]);
  const auto reported = ward.report(BlockWard::report_request(block, {first, second, first}));
  CHECK(reported[0].result == ReportResult::in_use);
  CHECK(reported[1].result == ReportResult::conflict);
  CHECK(reported[2].result == ReportResult::known);
}

TEST_CASE("a late report brings a burnt number back, used before the expiry or after") {
  for (const bool burnt_first : {true, false}) {
    BlockWard ward(Engine::disk_reopened);
    const Block block = ward.reserve();
    ward.pass(std::chrono::days(10));
    const UsedNumber before = ward.used(block.numbers[0]);
    ward.pass(std::chrono::days(25));
    const UsedNumber late = ward.used(block.numbers[1], "Kari");
    if (burnt_first) {
      CHECK(*ward.blocks->expire(ward.time) == 5);
      CHECK(ward.show(before.number).state == State::burnt);
      ward.reopen();
    }
    const auto reported = ward.report(BlockWard::report_request(block, {late, before}));
    CHECK(reported[1].result == ReportResult::in_use);
    CHECK(reported[1].work == 0);
    CHECK(reported[0].result == ReportResult::in_use);
    CHECK(reported[0].work != 0);
    CHECK(ward.show(before.number).state == State::issued);
    CHECK(ward.show(late.number).state == State::issued);
    CHECK(ward.town.match(fhn(late.number)).has_value());
    const auto items = ward.open_work_items();
    REQUIRE(items.size() == 1);
    CHECK(items[0].number == reported[0].work);
    CHECK(ward.blocks->conflict(items[0].number).error().code == ErrorCode::not_found);
    CHECK(*ward.blocks->expire(ward.time) == (burnt_first ? 0 : 3));
    CHECK(ward.report(block, late).work == reported[0].work);
    CHECK(ward.blocks->settle(items[0].number, {true, nurse(), {}, "klokken gikk feil"}));
    CHECK(ward.open_work_items().empty());
    ward.require_sound();
  }
}

TEST_CASE("a number used before its block was reserved is in use, and a work item") {
  BlockWard ward;
  UsedNumber used = ward.used({});
  ward.pass(10min);
  const Block block = ward.reserve();
  used.number = block.numbers[0];
  const auto reported = ward.report(block, used);
  CHECK(reported.result == ReportResult::in_use);
  CHECK(reported.work != 0);
}

TEST_CASE("a number of another block, of none, or never given out is a conflict, not lost") {
  BlockWard ward;
  const Block block = ward.reserve();
  const Block other = ward.reserve();
  IssueRequest request;
  request.by = nurse();
  request.organisation = hospital;
  request.reason = "ukjent pasient";
  request.facts.resize(1);
  const HelpNumber issued = ward.numbers->issue(std::move(request))->numbers.at(0);
  BlockWard elsewhere;
  const std::string unknown = elsewhere.reserve().numbers.at(0);
  for (const std::string& number : {other.numbers[0], issued.number, unknown}) {
    const UsedNumber used = ward.used(number);
    const auto reported = ward.report(block, used);
    CHECK(reported.result == ReportResult::conflict);
    CHECK(ward.blocks->conflict(reported.work)->used == used);
    CHECK(ward.report(block, used).work == reported.work);
  }
  CHECK(ward.show(other.numbers[0]).state == State::reserved);
  CHECK(ward.show(issued.number).facts().empty());
  CHECK(ward.open_work_items().size() == 3);
  CHECK(ward.report(other, ward.used(other.numbers[0])).result == ReportResult::in_use);
  ward.require_sound();
}

TEST_CASE("a report by another organisation waits for an administrator, who can accept it") {
  BlockWard ward(Engine::disk_reopened);
  const Block block = ward.reserve();
  ReportRequest request = BlockWard::report_request(block, {ward.used(block.numbers[0])});
  request.organisation = other_hospital;
  const auto reported = ward.report(request).at(0);
  CHECK(reported.result == ReportResult::conflict);
  CHECK(!reported.entity);
  CHECK(ward.show(block.numbers[0]).state == State::reserved);
  CHECK(ward.open_work_items(std::string(hospital)).empty());
  CHECK(ward.open_work_items().at(0).organisation.empty());
  CHECK(ward.blocks->conflict(reported.work)->organisation == other_hospital);
  ward.reopen();
  const auto settled =
      ward.blocks->settle(reported.work, {true, nurse(), {}, "sykehusene er slått sammen"});
  REQUIRE_MESSAGE(settled.has_value(), settled.error().message);
  CHECK(settled->decision->accepted);
  CHECK(settled->decision->when == ward.time);
  const HelpNumber number = ward.show(block.numbers[0]);
  CHECK(number.state == State::issued);
  CHECK(number.organisation == other_hospital);
  CHECK(number.facts().given_name == "Ola");
  CHECK(ward.report(request).at(0).result == ReportResult::known);
  CHECK(ward.open_work_items().empty());
  ward.require_sound();
}

TEST_CASE("a settled conflict is settled once, and leaves no facts beside it") {
  BlockWard ward(Engine::disk_flushed);
  const Block block = ward.reserve();
  ward.report(block, ward.used(block.numbers[0], "Ola"));
  const UsedNumber kari = ward.used(block.numbers[0], "Kari");
  const UsedNumber per = ward.used(block.numbers[0], "Per");
  const auto refused = ward.report(block, kari);
  const auto accepted = ward.report(block, per);
  CHECK(ward.blocks->settle(refused.work, {false, nurse(), {}, "feil\nlinje"}).error().code ==
        ErrorCode::invalid);
  REQUIRE(ward.blocks->settle(refused.work, {false, nurse(), {}, "annen pasient"}).has_value());
  REQUIRE(ward.blocks->settle(accepted.work, {true, nurse(), {}, {}}).has_value());
  CHECK(ward.blocks->settle(refused.work, {true, nurse(), {}, {}}).error().code ==
        ErrorCode::conflict);
  CHECK(ward.blocks->settle(77, {true, nurse(), {}, {}}).error().code == ErrorCode::not_found);
  CHECK(ward.blocks->conflict(refused.work).error().code == ErrorCode::not_found);
  const HelpNumber number = ward.show(kari.number);
  CHECK(number.facts().given_name == "Per");
  REQUIRE(number.items.size() == 2);
  CHECK(number.items[0].facts.given_name == "Ola");
  CHECK(ward.report(block, kari).result == ReportResult::known);
  CHECK(ward.report(block, per).result == ReportResult::known);
  CHECK(ward.town.holds_no("Kari"));
  ward.require_sound();
}

TEST_CASE("a cancelled number stays cancelled: a report of it can only be refused") {
  BlockWard ward;
  const Block block = ward.reserve();
  REQUIRE(ward.numbers->cancel(fhn(block.numbers[0]), CancelReason::never_used, nurse(), "revet"));
  const auto reported = ward.report(block, ward.used(block.numbers[0]));
  CHECK(reported.result == ReportResult::conflict);
  CHECK(ward.blocks->settle(reported.work, {true, nurse(), {}, {}}).error().code ==
        ErrorCode::conflict);
  CHECK(ward.open_work_items().size() == 1);
  CHECK(ward.blocks->settle(reported.work, {false, nurse(), {}, {}}).has_value());
  CHECK(ward.show(block.numbers[0]).state == State::cancelled);
}

TEST_CASE("erasing a number erases what waits beside it") {
  BlockWard ward(Engine::disk_flushed);
  const Block block = ward.reserve();
  ward.report(block, ward.used(block.numbers[0], "Ola"));
  const auto refused = ward.report(block, ward.used(block.numbers[0], "Kari"));
  REQUIRE(ward.numbers->erase(fhn(block.numbers[0]), nurse()).has_value());
  CHECK(ward.blocks->conflict(refused.work).error().code == ErrorCode::not_found);
  CHECK(ward.town.holds_no("Kari"));
  CHECK(ward.blocks->settle(refused.work, {true, nurse(), {}, {}}).has_value());
  CHECK(ward.show(block.numbers[0]).facts().empty());
}

TEST_CASE("a wrong report is refused whole, by place and field, and nothing is written") {
  BlockWard ward;
  const Block block = ward.reserve();
  const auto refused = [&](auto change) {
    ReportRequest request = BlockWard::report_request(
        block, {ward.used(block.numbers[0]), ward.used(block.numbers[1])});
    change(request);
    const auto outcome = ward.blocks->report(std::move(request));
    CHECK(code_of(outcome) == ErrorCode::invalid);
    return outcome.error().message.substr(0, outcome.error().message.find(' '));
  };
  CHECK(refused([](ReportRequest& r) { r.organisation = "1"; }) == "organisation");
  CHECK(refused([](ReportRequest& r) { r.used.clear(); }) == "used");
  CHECK(refused([](ReportRequest& r) { r.used.resize(501); }) == "used");
  CHECK(refused([](ReportRequest& r) { r.used[1].number[10] ^= 1; }) == "used[1].number");
  CHECK(refused([](ReportRequest& r) { r.used[1].number.clear(); }) == "used[1].number");
  CHECK(refused([](ReportRequest& r) { r.used[1].used = after(r.used[1].used, 2h); }) ==
        "used[1].used");
  CHECK(refused([](ReportRequest& r) { r.used[0].facts.birth_date = "1980-02-30"; }) ==
        "used[0].birthDate");
  CHECK(refused([](ReportRequest& r) { r.used[0].newborn.emplace().order = 0; }) ==
        "used[0].newborn");
  CHECK(refused([](ReportRequest& r) { r.used[0].reason = "er 01810000001"; }) == "used[0].reason");
  CHECK(ward.blocks->figures(block)->unused == 5);
  ReportRequest lost = BlockWard::report_request(block, {ward.used(block.numbers[0])});
  lost.block = 9;
  CHECK(code_of(ward.blocks->report(lost)) == ErrorCode::not_found);
}

TEST_CASE("a clock that is a little ahead is believed") {
  BlockWard ward;
  const Block block = ward.reserve();
  UsedNumber used = ward.used(block.numbers[0]);
  used.used = after(ward.time, 30min);
  CHECK(ward.report(block, used).result == ReportResult::in_use);
}

TEST_CASE("different reports about one number have an end, and a refused one leaves nothing") {
  BlockWard ward;
  const Block block = ward.reserve();
  for (std::size_t i = 0; i < reports_per_number_max; ++i) {
    ward.report(block, ward.used(block.numbers[0], "Nr" + std::to_string(i)));
  }
  const auto refused = ward.blocks->report(BlockWard::report_request(
      block, {ward.used(block.numbers[1]), ward.used(block.numbers[0], "En til")}));
  CHECK(code_of(refused) == ErrorCode::out_of_range);
  CHECK(ward.show(block.numbers[1]).state == State::reserved);
  CHECK(ward.report(block, ward.used(block.numbers[0], "Nr7")).result == ReportResult::known);
  CHECK(ward.open_work_items().size() == reports_per_number_max - 1);
}

TEST_CASE("a report sent again with the same key gets its first answer") {
  BlockWard ward(Engine::disk_reopened);
  const Block block = ward.reserve();
  const auto request = [&](std::uint8_t hash) {
    ReportRequest made = BlockWard::report_request(block, {ward.used(block.numbers[0])});
    made.key = IdempotencyKey{"test", "akuttmottak", std::string(hospital), "reportBlock", "r-1"};
    made.request_hash[0] = hash;
    made.answer = [hash](const std::vector<ReportedNumber>& numbers) {
      KeptAnswer answer;
      answer.request_hash[0] = hash;
      answer.when = now();
      answer.status = 200;
      answer.body = name_of(numbers.at(0).result);
      answer.persons = {*numbers[0].entity};
      return answer;
    };
    return made;
  };
  CHECK(ward.report(request(1)).at(0).result == ReportResult::in_use);
  ward.reopen();
  const auto again = ward.blocks->report(request(1));
  REQUIRE(again.has_value());
  REQUIRE(again->replayed.has_value());
  CHECK(again->replayed->body == "in-use");
  CHECK(code_of(ward.blocks->report(request(2))) == ErrorCode::conflict);
}
