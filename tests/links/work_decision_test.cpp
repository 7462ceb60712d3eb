// A human's word on work, and what follows from it.
#include "registry/person_protection.h"
#include "registry/work_decisions.h"
#include "tests/links/desk.h"

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

const std::string one = fnr(1);
const std::string two = fnr(2);
const std::string three = fnr(3);
const IdentifierKey first{IdentifierType::fnr, one, {}};
const IdentifierKey second{IdentifierType::fnr, two, {}};

PersonBuilder person(unsigned n, std::string_view last) {
  PersonBuilder builder(fnr(n));
  builder.named(last, {.registered = "2020-01-01"});
  return builder;
}

Result<WorkItem> decide(Town& town, std::uint64_t number, bool accepted,
                        const std::string& by = "Arne", const std::string& note = "vurdert") {
  return decide_work(town.registry(), nullptr, {number, accepted, actor(by), note});
}

WorkItem only(Desk& desk, WorkKind kind) {
  const auto items = desk.work(kind);
  REQUIRE(items.size() == 1);
  return items[0];
}

/// An item that nothing but its kind is known of.
std::uint64_t open(Town& town, WorkItem item) {
  std::uint64_t number = 0;
  item.text = "til vurdering";
  const auto written = in_commit(town.registry(), [&](Transaction& transaction) -> Result<void> {
    const auto opened = open_work(transaction, item);
    number = opened.value_or(0);
    return opened ? Result<void>{} : Result<void>(tl::unexpected(opened.error()));
  });
  REQUIRE(written.has_value());
  return number;
}

} // namespace

TEST_CASE("a proposed link is decided through its work, by somebody else, once") {
  on_every_engine([](Town& town) {
    Desk desk(town);
    town.import({person(1, "Hansen").record(), person(2, "Olsen").record()}, "2024-01-01");
    const Link proposed = desk.propose(first, second);
    const WorkItem item = only(desk, WorkKind::link_proposed);
    CHECK(item.about == proposed.number);
    CHECK(decide(town, item.number, true, "Linda").error().message.starts_with("same_person"));
    CHECK(decide(town, item.number, true, "Arne", "").error().code == ErrorCode::invalid);
    const auto decided = decide(town, item.number, true);
    REQUIRE(decided.has_value());
    REQUIRE(decided->decision.has_value());
    CHECK(decided->decision->accepted);
    CHECK(decided->decision->by == actor("Arne"));
    CHECK(desk.links().link(proposed.number)->state == LinkState::live);
    CHECK(desk.name(first) == Texts{"Olsen"});
    const auto newest = town.newest();
    CHECK(decide(town, item.number, true).has_value()); // the same word again
    CHECK(decide(town, item.number, false).error().message.starts_with("decided"));
    CHECK(decide(town, item.number, true, "Berit").error().message.starts_with("decided"));
    CHECK(town.newest() == newest);
    CHECK(decide(town, 77, true).error().code == ErrorCode::not_found);
  });
}

TEST_CASE("a link that the source contradicts is kept or undone") {
  for (const bool keep : {true, false}) {
    Town town;
    Desk desk(town);
    town.import(
        {person(1, "Hansen").record(), person(2, "Olsen").record(), person(3, "Vik").record()},
        "2024-01-01");
    const std::string number = desk.issue("Ukjent");
    const Link of_two = desk.propose(first, second);
    REQUIRE(desk.links().decide(of_two.number, true, actor("Arne"), "ja").has_value());
    PersonBuilder merged = person(3, "Vik"); // the source merges the linked one into a third
    merged.formerly(one);
    town.import(merged, "2024-02-01");
    const WorkItem item = only(desk, WorkKind::link_conflict);
    CHECK(item.about == of_two.number);
    REQUIRE(decide(town, item.number, keep).has_value());
    CHECK(desk.links().link(of_two.number)->state == (keep ? LinkState::live : LinkState::undone));
    CHECK(desk.work(WorkKind::link_conflict).empty());
    check_whole(town.registry());
  }
}

TEST_CASE("a protection that came from a link is kept, or ends, when somebody has looked") {
  for (const bool keep : {true, false}) {
    Town town;
    Desk desk(town);
    PersonBuilder home = person(1, "Hansen");
    home.lives_at("Storgata 1", {.from = "2015-01-01"});
    PersonBuilder hiding = person(2, "Olsen");
    hiding.protection(Grading::confidential)
        .has(PersonPart::address_protection, R"("level":"protected")",
             {.grading = Grading::confidential});
    town.import({home.record(), hiding.record()}, "2024-01-01");
    const Link proposed = desk.propose(second, first);
    REQUIRE(desk.links().decide(proposed.number, true, actor("Arne"), "ja").has_value());
    desk.undo(*desk.links().link(proposed.number));
    const auto streets = [&town] { return values_of(town.view(first, openly()), "street"); };
    CHECK(streets().empty());
    const WorkItem item = only(desk, WorkKind::protection_review);
    REQUIRE(decide(town, item.number, keep).has_value());
    CHECK(streets().empty() == keep);
    CHECK(desk.work(WorkKind::protection_review).empty());
    check_whole(town.registry());
  }
}

TEST_CASE("a newborn's number is linked when somebody says that it is the child") {
  Town town;
  Desk desk(town);
  town.import({person(1, "Barn").record(), person(2, "Annen").record()}, "2024-01-01");
  const std::string number = desk.issue("Ukjent");
  WorkItem match;
  match.kind = WorkKind::newborn_match;
  match.persons = {town.match(fhn(number))->entity, town.match(first)->entity};
  WorkItem other = match;
  other.persons[1] = town.match(second)->entity;
  const std::uint64_t right = open(town, match);
  const std::uint64_t wrong = open(town, other);
  REQUIRE(decide(town, wrong, false).has_value());
  CHECK(desk.name(fhn(number)) == Texts{"Ukjent"});
  REQUIRE(decide(town, right, true, "Arne", "samme armbånd").has_value());
  CHECK(desk.name(fhn(number)) == Texts{"Barn"});
  const auto all = desk.links().of(town.match(first)->entity);
  REQUIRE(all.has_value());
  REQUIRE(all->size() == 1);
  CHECK((*all)[0].steps[0].reason == "samme armbånd");
  const std::uint64_t late = open(town, other);
  CHECK(decide(town, late, true).error().message.starts_with("already_linked"));
  CHECK_FALSE(work_item(town.registry(), late)->decision.has_value()); // all or nothing
  check_whole(town.registry());
}

TEST_CASE("whom the source has merged meanwhile is not linked by an old suspicion") {
  Town town;
  Desk desk(town);
  town.import({person(1, "Barn").record(), person(2, "Barn").record()}, "2024-01-01");
  const std::string number = desk.issue("Ukjent");
  WorkItem match;
  match.kind = WorkKind::newborn_match;
  match.persons = {town.match(fhn(number))->entity, town.match(first)->entity};
  const std::uint64_t item = open(town, match);
  PersonBuilder merged = person(2, "Barn");
  merged.formerly(one);
  town.import(merged, "2024-02-01");
  CHECK(decide(town, item, true).error().message.starts_with("number_ceased"));
  CHECK(decide(town, item, false).has_value());
}

TEST_CASE("a protected child is linked by two people, and the first word opens the second") {
  Town town;
  Desk desk(town);
  PersonBuilder hiding = person(1, "Barn");
  hiding.protection(Grading::confidential);
  town.import(hiding, "2024-01-01");
  const std::string number = desk.issue("Ukjent");
  WorkItem match;
  match.kind = WorkKind::newborn_match;
  match.persons = {town.match(fhn(number))->entity, town.match(first)->entity};
  REQUIRE(decide(town, open(town, match), true).has_value());
  CHECK(desk.name(fhn(number)) == Texts{"Ukjent"});
  const WorkItem proposed = only(desk, WorkKind::link_proposed);
  CHECK_FALSE(decide(town, proposed.number, true, "Arne").has_value());
  REQUIRE(decide(town, proposed.number, true, "Berit").has_value());
  CHECK(desk.name(fhn(number)) == Texts{"Barn"});
}

TEST_CASE("the word on a number from elsewhere is kept, and nothing else happens") {
  Town town;
  Desk desk(town);
  WorkItem stopped;
  stopped.kind = WorkKind::number_from_elsewhere;
  stopped.number_text = "83000000019";
  const std::uint64_t item = open(town, stopped);
  const auto newest = town.newest();
  const auto decided = decide(town, item, true, "Arne", "meldt til utsteder");
  REQUIRE(decided.has_value());
  CHECK(decided->decision->note == "meldt til utsteder");
  CHECK(town.newest() == newest);
  WorkItem block;
  block.kind = WorkKind::block_conflict;
  CHECK(decide(town, open(town, block), true).error().code == ErrorCode::unavailable);
}
