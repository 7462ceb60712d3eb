// Whoever comes to hide is forgotten beside their rows as well: in what was told of a hjelpenummer,
// what a link rests on, what people wrote, and answers that are kept.
#include "registry/hjelpenummer/help_numbers.h"
#include "registry/idempotency.h"
#include "registry/purge/purger.h"
#include "registry/work_decisions.h"
#include "tests/links/desk.h"
#include "tests/registry/files_searched.h"

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

constexpr std::string_view planted = "Plantestubben 66";
const Instant noon = parse_instant("2024-06-01T12:00:00Z").value();
const std::string one = fnr(1);
const std::string two = fnr(2);
const IdentifierKey first{IdentifierType::fnr, one, {}};
const IdentifierKey second{IdentifierType::fnr, two, {}};

PersonBuilder person(unsigned n) {
  PersonBuilder builder(fnr(n));
  builder.named("Hansen", {.registered = "2020-01-01"});
  return builder;
}

PersonBuilder hiding(unsigned n) {
  PersonBuilder builder = person(n);
  builder.protection(Grading::strictly_confidential)
      .has(PersonPart::address_protection, R"("level":"strict")");
  return builder;
}

IdempotencyKey key(const std::string& text) {
  return {"test", "kontor", "974760673", "link", text};
}

/// A data directory and a purge register beside it.
struct House {
  ScratchDirectory scratch;
  std::filesystem::path data = scratch.path() / "data";
  std::filesystem::path purges = scratch.path() / "data.purges";
  Town town{data, purges};
  Desk desk{town};

  void run_purger() {
    const auto report = purge::run_purger(town.registry(), {1'000}, noon);
    REQUIRE(report.has_value());
    CHECK(report->waiting == 0);
  }
  /// Links with the place in every text that people write, and in the answer kept.
  Result<LinkOutcome> link(const IdentifierKey& loser, const std::string& under) {
    LinkRequest request;
    request.loser = loser;
    request.survivor = first;
    request.by = actor("Linda");
    request.reason = "sett ved " + std::string(planted);
    request.evidence = {{EvidenceType::record, "SWE", std::string(planted)}};
    request.key = key(under);
    request.answer = [](const Link& link) {
      return KeptAnswer{{}, now(), 201, std::string(planted), {link.loser, link.survivor}};
    };
    return desk.links().link(std::move(request));
  }
  Result<std::optional<KeptAnswer>> answer(const std::string& under) {
    Result<std::optional<KeptAnswer>> found;
    REQUIRE(in_commit(town.registry(), [&](Transaction& transaction) -> Result<void> {
              found = kept_answer(transaction, key(under), {});
              return {};
            }).has_value());
    return found;
  }
};

hjelpenummer::Facts told() {
  hjelpenummer::Facts facts;
  facts.place_found = planted;
  facts.note = "bor visst i " + std::string(planted);
  facts.description = planted;
  facts.address = planted;
  return facts;
}

} // namespace

TEST_CASE("no file holds where somebody is who hides, whatever was kept beside their rows") {
  House house;
  house.town.import({person(1).record(), person(2).record()}, "2024-01-01");
  const std::string number = house.desk.issue("Ukjent", told());
  const auto made = house.link(fhn(number), "one");
  REQUIRE(made.has_value());
  REQUIRE(made->link.state == LinkState::live);
  const auto proposed = house.link(second, "two"); // two with numbers of their own
  REQUIRE(proposed.has_value());
  REQUIRE(decide_work(house.town.registry(), nullptr,
                      {proposed->link.work, false, actor("Arne"), "bor i " + std::string(planted)})
              .has_value());
  REQUIRE(house.town.registry().store().flush().has_value());
  CHECK_FALSE(files_with(house.data, planted).empty());

  house.town.import(hiding(1), "2024-02-01");
  CHECK(house.town.holds_no(planted));
  house.run_purger();
  CHECK(files_with(house.scratch.path(), planted) == Texts{});
  house.town.reopen();
  CHECK(files_with(house.scratch.path(), planted) == Texts{});
  check_whole(house.town.registry());

  // Who did what, and that it was done, stays.
  const auto link = house.desk.links().link(made->link.number);
  REQUIRE(link.has_value());
  CHECK(link->state == LinkState::live);
  CHECK(link->steps.at(0).by == actor("Linda"));
  CHECK(link->steps[0].reason.empty());
  CHECK(link->evidence.at(0).type == EvidenceType::record);
  CHECK(link->evidence[0].value.empty());
  const auto again = house.answer("one");
  REQUIRE((again.has_value() && again->has_value()));
  CHECK((*again)->status == 410);
  CHECK((*again)->body.empty());
  const auto item = work_item(house.town.registry(), proposed->link.work);
  REQUIRE((item.has_value() && item->decision.has_value()));
  CHECK(item->decision->note.empty());
  CHECK(item->decision->by == actor("Arne"));
  CHECK(house.desk.name(fhn(number)) == Texts{"Hansen"});
}

TEST_CASE("what was told of a number linked to somebody who hides goes with the link") {
  House house;
  house.town.import(hiding(1), "2024-01-01");
  const std::string number = house.desk.issue("Ukjent", told());
  LinkRequest request;
  request.loser = fhn(number);
  request.survivor = first;
  request.by = actor("Linda");
  request.reason = "samme menneske";
  const auto proposed = house.desk.links().link(std::move(request));
  REQUIRE(proposed.has_value());
  CHECK_FALSE(house.town.holds_no(planted)); // one who is not known to hide, yet
  REQUIRE(house.desk.links().decide(proposed->link.number, true, actor("Arne"), "ja").has_value());
  CHECK(house.town.holds_no(planted));
  house.run_purger();
  CHECK(files_with(house.scratch.path(), planted) == Texts{});
  house.desk.undo(*house.desk.links().link(proposed->link.number));
  CHECK(house.desk.record_of(number).items.at(0).facts.place_found.empty());
  check_whole(house.town.registry());
}

TEST_CASE("an older copy that is put back forgets it again before anybody reads") {
  House house;
  house.town.import(person(1), "2024-01-01");
  const std::string number = house.desk.issue("Ukjent", told());
  REQUIRE(house.link(fhn(number), "one").has_value());
  house.town.close();
  const auto copy = house.scratch.path() / "copy";
  std::filesystem::copy(house.data, copy, std::filesystem::copy_options::recursive);
  house.town.reopen();
  house.town.import(hiding(1), "2024-02-01");
  CHECK(house.town.holds_no(planted));
  house.town.close();
  std::filesystem::remove_all(house.data);
  std::filesystem::rename(copy, house.data);
  CHECK_FALSE(files_with(house.data, planted).empty());
  house.town.reopen();
  CHECK(house.town.holds_no(planted));
  CHECK(house.answer("one")->value().status == 410);
  house.run_purger();
  CHECK(files_with(house.scratch.path(), planted) == Texts{});
  check_whole(house.town.registry());
}
