// Who turns out to hide is forgotten in reports and kept answers as well.
#include "registry/links/links.h"
#include "tests/hjelpenummer/block_ward.h"

#include <doctest/doctest.h>

using namespace grunndata;
using namespace grunndata::registry;
using namespace grunndata::registry::hjelpenummer;
using namespace grunndata::registry::hjelpenummer::stories;

namespace {

constexpr std::string_view planted = "Plantestubben 66";
constexpr std::string_view told_later = "Gjemmestedet 77";

/// Somebody with a number of their own, protected so.
void import_somebody(BlockWard& ward, Grading grading) {
  registry::stories::PersonBuilder builder(registry::stories::fnr(1));
  builder.named("Olsen", {.registered = "2020-01-01"})
      .protection(grading)
      .has(PersonPart::address_protection, R"("level":"protected")", {.grading = grading});
  ward.town.import({builder.record()}, "2024-01-01");
}

/// Linked by two people.
void link(BlockWard& ward, const std::string& number) {
  const std::string own = registry::stories::fnr(1);
  LinkRequest request;
  request.loser = {IdentifierType::fhn, number, {}};
  request.survivor = {IdentifierType::fnr, own, {}};
  request.by = nurse();
  request.by.user_key = "key of Nora"; // two humans, by way of one client
  request.reason = "samme menneske";
  Links links(ward.town.registry());
  const auto proposed = links.link(std::move(request));
  REQUIRE_MESSAGE(proposed.has_value(), proposed.error().message);
  REQUIRE(proposed->link.state == LinkState::proposed);
  Actor other = nurse();
  other.user_key = "key of Arne";
  other.user_name = "Arne";
  REQUIRE(links.decide(proposed->link.number, true, other, "ja").has_value());
}

} // namespace

TEST_CASE("linking a number to somebody strictly protected erases what reports and answers keep") {
  for (const Grading grading : {Grading::confidential, Grading::strictly_confidential}) {
    const bool strict = grading == Grading::strictly_confidential;
    BlockWard ward(Engine::disk_flushed);
    import_somebody(ward, grading);
    const Block block = ward.reserve();
    ReportRequest first = BlockWard::report_request(block, {ward.used(block.numbers[0])});
    first.key = IdempotencyKey{"test", "akuttmottak", std::string(hospital), "reportBlock", "r-1"};
    first.answer = [](const std::vector<ReportedNumber>& numbers) {
      KeptAnswer answer;
      answer.when = now();
      answer.status = 200;
      answer.body = planted;
      answer.persons = {*numbers.at(0).entity};
      return answer;
    };
    ward.report(first);
    UsedNumber other = ward.used(block.numbers[0]);
    other.facts.place_found = planted;
    const std::uint64_t work = ward.report(block, other).work;
    CHECK_FALSE(ward.town.holds_no(planted));
    link(ward, block.numbers[0]);
    CHECK(ward.town.holds_no(planted) == strict);
    CHECK(ward.blocks->conflict(work).has_value() != strict);
    const auto again = ward.blocks->report(first);
    REQUIRE(again.has_value());
    CHECK(again->replayed->body.empty() == strict);
    CHECK(again->replayed->status == (strict ? 410 : 200));
    CHECK(ward.report(block, other).result == ReportResult::known);

    // Nor is it kept when it is told afterwards.
    FactItem later;
    later.facts.address = told_later;
    later.facts.given_name = "Kari";
    const auto updated =
        ward.numbers->update({IdentifierType::fhn, block.numbers[0], {}}, std::move(later));
    REQUIRE(updated.has_value());
    CHECK(updated->items.back().facts.given_name == "Kari");
    UsedNumber third = ward.used(block.numbers[0]);
    third.facts.description = told_later;
    const std::uint64_t contested = ward.report(block, third).work;
    CHECK(ward.town.holds_no(told_later) == strict);
    const auto settled = ward.blocks->settle(contested, {true, nurse(), now(), "ja"});
    REQUIRE(settled.has_value());
    CHECK(ward.town.holds_no(told_later) == strict);
    ward.require_sound();
  }
}
