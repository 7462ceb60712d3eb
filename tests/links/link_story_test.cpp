// Two turn out to be one human, and perhaps two after all: what callers are told, then and later.
#include "registry/check.h"
#include "registry/rebuild.h"
#include "tests/links/desk.h"

#include <algorithm>

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

PersonBuilder kari(unsigned n, std::string_view last) {
  PersonBuilder person(fnr(n));
  person.named(last, {.registered = "2020-01-01"});
  return person;
}

const std::string one = fnr(1);
const std::string two = fnr(2);
const IdentifierKey first{IdentifierType::fnr, one, {}};
const IdentifierKey second{IdentifierType::fnr, two, {}};

} // namespace

TEST_CASE("a linked hjelpenummer leads to the survivor, who shows it as a ceased number") {
  on_every_engine([](Town& town) {
    Desk desk(town);
    town.import(kari(1, "Hansen"), "2024-01-01");
    const std::string number = desk.issue("Ukjent");
    const std::string own_id = desk.id(fhn(number));
    const std::string id = desk.id(first);
    const auto before = town.newest();
    const Link link = desk.link(fhn(number), first);
    CHECK(link.since == before + 1);
    CHECK(desk.name(fhn(number)) == Texts{"Hansen"});
    CHECK(desk.id(fhn(number)) == id);
    const auto match = town.match(fhn(number));
    REQUIRE(match.has_value());
    CHECK(match->moved);
    CHECK_FALSE(match->in_use);
    CHECK(values_of(town.view_by_id(own_id), "id") == Texts{id});
    CHECK(desk.ceased(first) == Texts{number});
    CHECK(desk.ceased(first, openly()).empty()); // no past numbers without legal basis
    CHECK(values_of(town.view(first), "identificationNumberType").empty());
    CHECK(values_of(town.view(first, with_history()), "identificationNumberType") ==
          Texts{"AlternateIdentificationNumber"});
    CHECK(desk.record_of(number).state == hjelpenummer::State::linked);
    const Texts events = town.events(before + 1);
    for (const std::string_view event :
         {"UpdatedAlternateIdentificationNumber", "PersonIsDiscontinuedAsDuplicate",
          "PersonIsContinuedAsValidUponMerger", "ChangeInNorwegianIdentificationNumber"}) {
      CAPTURE(event);
      CHECK(std::ranges::find(events, event) != events.end());
    }
    CHECK(std::ranges::count(events, "UpdatedAlternateIdentificationNumber") == 2);
  });
}

TEST_CASE("undone, both are as they were, and the past still tells what was known") {
  on_every_engine([](Town& town) {
    Desk desk(town);
    town.import(kari(1, "Hansen"), "2024-01-01");
    const std::string number = desk.issue("Ukjent");
    const std::string own_id = desk.id(fhn(number));
    const std::string id = desk.id(first);
    const auto before = town.newest();
    const Link link = desk.link(fhn(number), first);
    const auto linked = town.newest();
    const Link undone = desk.undo(link);
    CHECK(undone.until == linked + 1);
    town.reopen();
    for (const bool now : {true, false}) {
      const Ask ask = now ? Ask{} : recorded_as_of(before);
      CHECK(desk.name(fhn(number), ask) == Texts{"Ukjent"});
      CHECK(desk.name(first, ask) == Texts{"Hansen"});
      CHECK(desk.ceased(first, ask).empty());
      CHECK(desk.id(fhn(number), ask.recorded_as_of) == own_id);
    }
    CHECK(desk.name(fhn(number), recorded_as_of(linked)) == Texts{"Hansen"});
    CHECK(desk.id(fhn(number), linked) == id);
    CHECK(desk.ceased(fhn(number), recorded_as_of(linked)) == Texts{number});
    Reading reading;
    REQUIRE(town.registry().get(own_id, reading, linked).has_value());
    CHECK(reading.external_id() == id);
    REQUIRE(town.registry().get(own_id, reading, before).has_value());
    CHECK(reading.external_id() == own_id);
    CHECK(desk.record_of(number).state == hjelpenummer::State::issued);
    const Texts events = town.events(linked + 1);
    CHECK(std::ranges::count(events, "PersonIsRestoredBySplitting") == 1);
    CHECK(std::ranges::count(events, "PersonIsChangedBySplitting") == 1);
    CHECK(std::ranges::count(events, "UpdatedAlternateIdentificationNumber") == 2);
    // Undone once more: nothing happens. Linked again: it holds again.
    const auto newest = town.newest();
    CHECK(desk.undo(undone).until == undone.until);
    CHECK(town.newest() == newest);
    desk.link(fhn(number), first);
    CHECK(desk.name(fhn(number)) == Texts{"Hansen"});
    CHECK(desk.name(fhn(number), recorded_as_of(newest)) == Texts{"Ukjent"});
    CHECK(desk.name(fhn(number), recorded_as_of(linked)) == Texts{"Hansen"});
  });
}

TEST_CASE("a chain leads to its end, and is parted where a link in it is undone, in any order") {
  std::vector<int> order{0, 1, 2};
  do {
    CAPTURE(order);
    Town town;
    Desk desk(town);
    town.import(kari(1, "Hansen"), "2024-01-01");
    std::vector<std::string> numbers{desk.issue("A"), desk.issue("B"), desk.issue("C")};
    std::vector<IdentifierKey> keys{fhn(numbers[0]), fhn(numbers[1]), fhn(numbers[2]), first};
    std::vector<Link> links(3);
    for (const int i : order) {
      const auto at = static_cast<std::size_t>(i);
      links[at] = desk.link(keys[at], keys[at + 1]);
    }
    Texts all = numbers;
    std::ranges::sort(all);
    for (const IdentifierKey& key : keys) {
      CHECK(desk.name(key) == Texts{"Hansen"});
      CHECK(desk.ceased(key) == all);
    }
    check_whole(town.registry());
    const auto whole = town.newest();
    desk.undo(links[1]); // B and C are parted
    CHECK(desk.name(keys[0]) == Texts{"B"});
    CHECK(desk.ceased(keys[0]) == Texts{numbers[0]});
    CHECK(desk.name(keys[1]) == Texts{"B"});
    CHECK(desk.name(keys[2]) == Texts{"Hansen"});
    CHECK(desk.ceased(first) == Texts{numbers[2]});
    check_whole(town.registry());
    desk.undo(links[2]);
    CHECK(desk.ceased(first).empty());
    CHECK(desk.name(keys[2]) == Texts{"C"});
    desk.undo(links[0]);
    CHECK(desk.name(keys[0]) == Texts{"A"});
    CHECK(desk.name(keys[1]) == Texts{"B"});
    for (const IdentifierKey& key : keys) {
      CHECK(desk.name(key, recorded_as_of(whole)) == Texts{"Hansen"});
      CHECK(desk.ceased(key, recorded_as_of(whole)) == all);
    }
    check_whole(town.registry());
  } while (std::ranges::next_permutation(order).found);
}

TEST_CASE("a local number and a D-number are linked like any other") {
  Town town;
  Desk desk(town);
  town.import(kari(1, "Hansen"), "2024-01-01");
  PersonBuilder temporary(dnr(1), IdentifierType::dnr);
  temporary.named("Novak");
  temporary.also(IdentifierType::hnr, "77", "974760673");
  town.import(temporary, "2024-01-01");
  const std::string d_number = dnr(1);
  const IdentifierKey local{IdentifierType::hnr, "77", "974760673"};
  const Link link = desk.propose(local, first); // each has a number of their own
  CHECK(desk.name(local) == Texts{"Novak"});
  const auto decided = desk.links().decide(link.number, true, actor("Arne"), "sett passet");
  REQUIRE(decided.has_value());
  CHECK(desk.name(local) == Texts{"Hansen"});
  CHECK(desk.name({IdentifierType::dnr, d_number, {}}) == Texts{"Hansen"});
  CHECK(desk.ceased(first) == Texts{d_number});
  check_whole(town.registry());
}

TEST_CASE("every link of a person is told with who, when, why and evidence") {
  Town town;
  Desk desk(town);
  town.import(kari(1, "Hansen"), "2024-01-01");
  const std::string number = desk.issue("Ukjent");
  LinkRequest request;
  request.loser = fhn(number);
  request.survivor = first;
  request.by = actor("Linda");
  request.reason = "pass fremvist";
  request.evidence = {{EvidenceType::passport, "SWE", "X1234567"},
                      {EvidenceType::eidas, "", "a/b"}};
  const auto made = desk.links().link(request);
  REQUIRE(made.has_value());
  desk.undo(made->link);
  const Link again = desk.link(fhn(number), first);
  town.reopen();
  for (const IdentifierKey& key : {fhn(number), first}) {
    const auto match = town.match(key, town.newest());
    const auto all = desk.links().of(match->entity);
    REQUIRE(all.has_value());
    CHECK(all->size() == 2);
  }
  const auto told = desk.links().link(made->link.number);
  REQUIRE(told.has_value());
  REQUIRE(told->steps.size() == 2);
  CHECK(told->steps[0].state == LinkState::live);
  CHECK(told->steps[0].by == actor("Linda"));
  CHECK(told->steps[0].reason == "pass fremvist");
  CHECK(told->steps[1].state == LinkState::undone);
  CHECK(told->steps[1].by.user_name == "Ulla");
  REQUIRE(told->evidence.size() == 2);
  CHECK(told->evidence[0].country == "SWE");
  CHECK(told->evidence[0].value == "X1234567");
  CHECK(told->evidence[1].type == EvidenceType::eidas);
  CHECK(desk.links().link(again.number)->state == LinkState::live);
  CHECK(desk.links().link(99).error().code == ErrorCode::not_found);
}

TEST_CASE("who was shown in a person's place follows the chain through time") {
  Town town;
  Desk desk(town);
  town.import({kari(1, "Hansen").record(), kari(2, "Olsen").record()}, "2024-01-01");
  const std::string number = desk.issue("Ukjent");
  const std::string other = desk.issue("B");
  const auto b = town.match(fhn(other))->entity;
  const auto hansen = town.match(first)->entity;
  const Link link = desk.link(fhn(number), fhn(other));
  const Link onward = desk.link(fhn(other), first);
  desk.undo(onward);
  desk.undo(link);
  const auto shown = desk.links().shown_while(desk.links().link(link.number).value());
  REQUIRE(shown.has_value());
  REQUIRE(shown->size() == 3);
  CHECK((*shown)[0].entity == b);
  CHECK((*shown)[1].entity == hansen);
  CHECK((*shown)[2].entity == b);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK((*shown)[i].from < (*shown)[i].to);
    if (i != 0) CHECK((*shown)[i].from == (*shown)[i - 1].to);
  }
}

TEST_CASE("the same key gives the first answer again, another request with it is refused") {
  Town town;
  Desk desk(town);
  town.import({kari(1, "Hansen").record(), kari(2, "Olsen").record()}, "2024-01-01");
  const std::string number = desk.issue();
  LinkRequest request;
  request.loser = fhn(number);
  request.survivor = first;
  request.by = actor("Linda");
  request.reason = "samme menneske";
  request.key = IdempotencyKey{"test", "kontor", "974760673", "link", "a-key"};
  request.request_hash.fill(1);
  request.answer = [&request](const Link& link) {
    KeptAnswer answer;
    answer.request_hash = request.request_hash;
    answer.when = now();
    answer.status = 201;
    answer.body = "link " + std::to_string(link.number);
    return answer;
  };
  const auto made = desk.links().link(request);
  REQUIRE(made.has_value());
  CHECK_FALSE(made->replayed.has_value());
  town.reopen();
  const auto newest = town.newest();
  const auto again = desk.links().link(request);
  REQUIRE(again.has_value());
  REQUIRE(again->replayed.has_value());
  CHECK(again->replayed->body == "link " + std::to_string(made->link.number));
  CHECK(town.newest() == newest);
  request.request_hash.fill(2);
  CHECK(desk.links().link(request).error().code == ErrorCode::conflict);
}

TEST_CASE("rebuild leaves links and what they show as they are") {
  Town town;
  Desk desk(town);
  const SourceRecord record = kari(1, "Hansen").record();
  town.import({record}, "2024-01-01");
  const std::string number = desk.issue("Ukjent");
  desk.link(fhn(number), first);
  const Renderer renderer = [&record](std::string_view json, bool, SourceRecord& out) {
    if (json != record.raw) return Result<void>(fail(ErrorCode::invalid, "unknown record"));
    out = record;
    return Result<void>{};
  };
  const auto rebuilt = rebuild(town.registry(), renderer, {});
  REQUIRE(rebuilt.has_value());
  CHECK(rebuilt->changed == 0);
  CHECK(rebuilt->mended == 0);
  CHECK(desk.ceased(fhn(number)) == Texts{number});
  CheckOptions deep;
  deep.deep = true;
  deep.renderer = renderer;
  const auto report = check(town.registry(), deep);
  REQUIRE(report.has_value());
  for (const Finding& finding : report->findings) FAIL_CHECK(finding.what);
}
