// Proposals: the same two once, overtaken by who needs nobody's word, and whom they are about.
#include "tests/links/desk.h"

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

const std::string one = fnr(1);
const std::string two = fnr(2);
const IdentifierKey first{IdentifierType::fnr, one, {}};
const IdentifierKey second{IdentifierType::fnr, two, {}};

PersonBuilder person(unsigned n, std::string_view last) {
  PersonBuilder builder(fnr(n));
  builder.named(last, {.registered = "2020-01-01"});
  return builder;
}

void two_known(Town& town) {
  town.import({person(1, "Hansen").record(), person(2, "Olsen").record()}, "2024-01-01");
}

} // namespace

TEST_CASE("the same two are proposed once, until somebody decides") {
  Town town;
  Desk desk(town);
  two_known(town);
  const Link proposed = desk.propose(first, second);
  CHECK(desk.refusal(first, second) == "already_proposed");
  CHECK(desk.refusal(first, second, {.by = "Arne"}) == "already_proposed");
  const Link other_way = desk.propose(second, first); // is another link
  REQUIRE(desk.links().decide(proposed.number, false, actor("Arne"), "nei").has_value());
  const Link again = desk.propose(first, second);
  CHECK(again.number == other_way.number + 1);
  REQUIRE(desk.links().decide(again.number, true, actor("Arne"), "ja").has_value());
  const auto circle = desk.links().decide(other_way.number, true, actor("Arne"), "ja");
  REQUIRE_FALSE(circle.has_value());
  CHECK(circle.error().message.starts_with("cycle"));
  REQUIRE(desk.links().decide(other_way.number, false, actor("Arne"), "nei").has_value());
  CHECK(desk.work(WorkKind::link_proposed).empty());
  check_whole(town.registry());
}

TEST_CASE("whoever's number it is links it, and what others proposed is refused with that") {
  on_every_engine([](Town& town) {
    Desk desk(town);
    two_known(town);
    const std::string number = desk.issue("Ukjent");
    const Link proposed = desk.propose(fhn(number), first, {.is_own_number = false});
    CHECK(desk.refusal(fhn(number), first, {.by = "Arne", .is_own_number = false}) ==
          "already_proposed");
    const Link made = desk.link(fhn(number), first, {.by = "Berit"});
    const auto overtaken = desk.links().link(proposed.number);
    REQUIRE(overtaken.has_value());
    CHECK(overtaken->state == LinkState::refused);
    REQUIRE(overtaken->steps.size() == 2);
    CHECK(overtaken->steps[1].by == actor("Berit"));
    CHECK(overtaken->steps[1].reason == "overtaken by link " + std::to_string(made.number));
    CHECK(desk.work(WorkKind::link_proposed).empty());
    desk.undo(made);
    desk.propose(fhn(number), first, {.is_own_number = false});
  });
}

TEST_CASE("a number of another organisation on either side is theirs to say yes to") {
  Town town;
  Desk desk(town);
  two_known(town);
  const std::string a = desk.issue("A");
  const std::string b = desk.issue("B");
  const Link proposed = desk.propose(fhn(a), fhn(b), {.is_own_number = false});
  CHECK(desk.work(WorkKind::link_proposed).at(0).organisation == "974760673");
  CHECK(desk.links().link(proposed.number)->state == LinkState::proposed);
}

TEST_CASE("two with numbers of their own need two people also when others stand in between") {
  Town town;
  Desk desk(town);
  two_known(town);
  const std::string number = desk.issue("Ukjent");
  desk.link(first, fhn(number)); // the hjelpenummer carries the first on
  CHECK(desk.propose(fhn(number), second).state == LinkState::proposed);
  CHECK(desk.propose(second, fhn(number)).state == LinkState::proposed);
  CHECK(desk.name(first) == Texts{"Ukjent"});
  check_whole(town.registry());
}

TEST_CASE("the same human is the same person by way of another system") {
  Town town;
  Desk desk(town);
  two_known(town);
  const Link proposed = desk.propose(first, second);
  Actor elsewhere = actor("Linda");
  elsewhere.client_id = "another-system";
  elsewhere.issuer = "another-issuer";
  const auto decided = desk.links().decide(proposed.number, true, elsewhere, "ja");
  REQUIRE_FALSE(decided.has_value());
  CHECK(decided.error().message.starts_with("same_person"));
  Actor nobody = actor("Linda"); // the system of who proposed it, without a user
  nobody.user_key.clear();
  CHECK_FALSE(desk.links().decide(proposed.number, true, nobody, "ja").has_value());
  CHECK(desk.links().decide(proposed.number, true, actor("Arne"), "ja").has_value());
}

TEST_CASE("a number that others lead to is not cancelled before they are parted from it") {
  Town town;
  Desk desk(town);
  const std::string a = desk.issue("A");
  const std::string b = desk.issue("B");
  const Link link = desk.link(fhn(a), fhn(b));
  CHECK_FALSE(desk.try_cancel(a));
  CHECK_FALSE(desk.try_cancel(b));
  desk.undo(link);
  CHECK(desk.try_cancel(b));
  CHECK(desk.refusal(fhn(a), fhn(b)) == "number_cancelled");
  check_whole(town.registry());
}
