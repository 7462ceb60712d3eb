// Links that are refused, and links that need a second person.
#include "tests/links/desk.h"

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

const std::string one = fnr(1);
const std::string two = fnr(2);
const IdentifierKey first{IdentifierType::fnr, one, {}};
const IdentifierKey second{IdentifierType::fnr, two, {}};

PersonBuilder kari(unsigned n, std::string_view last) {
  PersonBuilder person(fnr(n));
  person.named(last, {.registered = "2020-01-01"});
  return person;
}

void two_known(Town& town) {
  town.import({kari(1, "Hansen").record(), kari(2, "Olsen").record()}, "2024-01-01");
}

} // namespace

TEST_CASE("nobody is linked twice, to themselves, in a circle or by a number that is not theirs") {
  Town town;
  Desk desk(town);
  two_known(town);
  const std::string a = desk.issue("A");
  const std::string b = desk.issue("B");
  const std::string c = desk.issue("C");
  const auto before = town.newest();
  CHECK(desk.try_link(fhn(a), fhn(a)).error().code == ErrorCode::invalid);
  const auto unknown = desk.try_link(fhn("80000000000"), first);
  CHECK(unknown.error().code == ErrorCode::not_found);
  CHECK(unknown.error().message.find("loser") != std::string::npos);
  const std::string nobody = fnr(9);
  const auto other = desk.try_link(fhn(a), {IdentifierType::fnr, nobody, {}});
  CHECK(other.error().code == ErrorCode::not_found);
  CHECK(other.error().message.find("survivor") != std::string::npos);
  CHECK(other.error().message.find(nobody) == std::string::npos);
  CHECK(town.newest() == before);
  desk.link(fhn(a), fhn(b));
  CHECK(desk.refusal(fhn(a), first) == "already_linked");
  CHECK(desk.refusal(fhn(b), fhn(a)) == "cycle");
  desk.link(fhn(b), fhn(c));
  CHECK(desk.refusal(fhn(c), fhn(a)) == "cycle");
  desk.cancel(desk.issue());
  const std::string gone = desk.issue();
  desk.cancel(gone);
  CHECK(desk.refusal(fhn(gone), first) == "number_cancelled");
  CHECK(desk.refusal(fhn(c), fhn(gone)) == "number_cancelled");
  check_whole(town.registry());
}

TEST_CASE("whom the source has merged is linked by the number of who carries them on") {
  Town town;
  Desk desk(town);
  two_known(town);
  PersonBuilder merged = kari(2, "Olsen");
  merged.formerly(one);
  town.import(merged, "2024-02-01");
  const std::string number = desk.issue();
  CHECK(desk.refusal(fhn(number), first) == "number_ceased");
  CHECK(desk.refusal(first, fhn(number)) == "number_ceased");
  desk.link(fhn(number), second);
  CHECK(desk.name(fhn(number)) == Texts{"Olsen"});
}

TEST_CASE("reason and evidence must be what they claim to be") {
  Town town;
  Desk desk(town);
  two_known(town);
  LinkRequest request;
  const std::string number = desk.issue();
  request.loser = fhn(number);
  request.survivor = first;
  request.by = actor("Linda");
  const auto refused = [&] {
    const auto made = desk.links().link(request);
    return !made && made.error().code == ErrorCode::invalid;
  };
  CHECK(refused());
  request.reason = std::string(501, 'x');
  CHECK(refused());
  request.reason = "gammelt nummer " + one;
  CHECK(refused());
  request.reason = "to\nlinjer";
  CHECK(refused());
  request.reason = "kjent";
  request.evidence.resize(11, {EvidenceType::other, "", "x"});
  CHECK(refused());
  request.evidence = {{EvidenceType::passport, "Sverige", "x"}};
  CHECK(refused());
  request.evidence = {{static_cast<EvidenceType>(77), "", "x"}};
  CHECK(refused());
  request.evidence = {{EvidenceType::passport, "SWE", std::string(201, 'x')}};
  CHECK(refused());
  request.evidence.clear();
  CHECK(desk.links().link(request).has_value());
}

TEST_CASE("two with a number of their own, and another organisation's number, need two people") {
  on_every_engine([](Town& town) {
    Desk desk(town);
    two_known(town);
    const std::string number = desk.issue("Ukjent");
    const auto before = town.newest();
    const Link of_two = desk.propose(first, second);
    const Link of_others = desk.propose(fhn(number), first, {.is_own_number = false});
    CHECK(town.newest() == before); // nobody hears of a proposal
    CHECK(desk.name(first) == Texts{"Hansen"});
    CHECK(desk.name(fhn(number)) == Texts{"Ukjent"});
    const auto waiting = desk.work(WorkKind::link_proposed);
    REQUIRE(waiting.size() == 2);
    CHECK(waiting[0].about == of_two.number);
    CHECK(waiting[0].organisation.empty());
    CHECK(waiting[1].organisation == "974760673");
    const auto same = desk.links().decide(of_two.number, true, actor("Linda"), "ja");
    REQUIRE_FALSE(same.has_value());
    CHECK(same.error().message.starts_with("same_person"));
    const auto approved = desk.links().decide(of_two.number, true, actor("Arne"), "ja");
    REQUIRE(approved.has_value());
    CHECK(approved->state == LinkState::live);
    CHECK(approved->since == before + 1);
    CHECK(desk.name(first) == Texts{"Olsen"});
    CHECK(desk.ceased(second) == Texts{one});
    const auto refused = desk.links().decide(of_others.number, false, actor("Arne"), "nei");
    REQUIRE(refused.has_value());
    CHECK(refused->state == LinkState::refused);
    CHECK(desk.name(fhn(number)) == Texts{"Ukjent"});
    CHECK(desk.work(WorkKind::link_proposed).empty());
    const auto late = desk.links().decide(of_others.number, true, actor("Arne"), "ja");
    CHECK(late.error().message.starts_with("not_proposed"));
    CHECK(desk.links()
              .undo(of_others.number, actor("Ulla"), "x")
              .error()
              .message.starts_with("not_live"));
    desk.undo(*approved);
    CHECK(desk.name(first) == Texts{"Hansen"});
  });
}

TEST_CASE("a proposal that cannot be carried out any more is refused when somebody approves") {
  Town town;
  Desk desk(town);
  two_known(town);
  const std::string number = desk.issue("Ukjent");
  const Link proposed = desk.propose(fhn(number), first, {.is_own_number = false});
  desk.cancel(number);
  const auto approved = desk.links().decide(proposed.number, true, actor("Arne"), "ja");
  REQUIRE_FALSE(approved.has_value());
  CHECK(approved.error().message.starts_with("number_cancelled"));
  CHECK(desk.links().link(proposed.number)->state == LinkState::proposed);
}

TEST_CASE("who died without identity can be identified, and is dead again when that was wrong") {
  Town town;
  Desk desk(town);
  two_known(town);
  const std::string number = desk.issue("Ukjent");
  desk.mark_dead(number);
  const Link link = desk.link(fhn(number), first);
  CHECK(desk.name(fhn(number)) == Texts{"Hansen"});
  desk.undo(link);
  CHECK(desk.record_of(number).state == hjelpenummer::State::dead);
  check_whole(town.registry());
}
