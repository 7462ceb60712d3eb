// Who can tell? Nobody without legal basis, and with it only what the rules allow.
#include "tests/api/registry_fixture.h"
#include "tests/leak/cases.h"
#include "tests/leak/compare.h"
#include "tests/leak/people.h"
#include "tests/leak/twins.h"

#include <algorithm>
#include <doctest/doctest.h>

using namespace grunndata;
using namespace grunndata::leak;
using registry::Access;

namespace {

/// What callers with legal basis are told of a grading.
bool tells_of_flag(const std::string& secret) {
  return secret == "\"fortrolig\"" || secret == "\"strengtFortrolig\"" ||
         secret == "\"klientadresse\"" || secret.starts_with("\"2016-05-04");
}

void compare(const Story& story, Access access) {
  const bool with_basis = access == Access::legal_basis;
  const std::string& finding = with_basis ? story.finding_with_basis : story.finding_without_basis;
  if (!finding.empty() && std::getenv("LEAK_ALL") == nullptr) return;
  const Life& twin_life = with_basis ? story.twin_with_basis : story.twin_without_basis;
  World real_world;
  World twin_world;
  Asker real(real_world, access);
  Asker twin(twin_world, access);
  if (!live(story, twin_life, real, twin)) return;
  CAPTURE(with_basis);
  const Differences differ = differences(real, twin, story);
  CHECK_MESSAGE(differ.count == 0, story.name, ", ", differ.count, " of ", real.exchanges().size(),
                " answers differ from the twin's:", differ.text);
  std::set<std::string> hidden = secrets(story.real, twin_life);
  if (with_basis) {
    std::erase_if(hidden, tells_of_flag);
  } else {
    hidden.insert(closed_to_all().begin(), closed_to_all().end());
  }
  const Differences told = found(real, hidden);
  CHECK_MESSAGE(told.count == 0, story.name, " is told of in ", told.count, " places:", told.text);
}

} // namespace

TEST_CASE("every route is asked about protected persons, or said to tell of nobody") {
  for (const api::RouteFacts& facts : api::route_facts()) {
    CAPTURE(std::string(facts.operation_id));
    const auto asked = std::ranges::count(cases(), facts.operation_id, &Case::operation);
    const auto left = std::ranges::count(untold(), facts.operation_id, &Untold::operation);
    CHECK_MESSAGE(asked + left == 1, "add the route to the table in tests/leak/cases.cpp");
  }
  const auto is_route = [](std::string_view operation) {
    return std::ranges::count(api::route_facts(), operation, &api::RouteFacts::operation_id) == 1;
  };
  for (const Case& one : cases())
    CHECK_MESSAGE(is_route(one.operation), std::string(one.operation));
  for (const Untold& one : untold()) {
    CHECK_MESSAGE(is_route(one.operation), std::string(one.operation));
    CHECK(!one.reason.empty());
  }
}

TEST_CASE("each case is answered by the route it is about") {
  World world;
  world.import({somebody(api::fnr(1), Fields::with_places)});
  for (const Access access : {Access::legal_basis, Access::no_legal_basis}) {
    Asker asker(world, access);
    ask_everything(asker);
    for (const Exchange& one : asker.exchanges()) {
      CHECK(one.question.starts_with(one.told.operation + ' '));
    }
  }
}

TEST_CASE(
    "every place of an unprotected person's document is told, so that its absence means much") {
  Document open = somebody(api::fnr(1), Fields::with_places);
  add_addresses(open, Level::none);
  add_second_home(open, Level::none);
  add_moves(open);
  add_birth_and_estate(open);
  World world;
  world.import({open});
  Asker asker(world, Access::legal_basis);
  ask_everything(asker);
  std::string all;
  Normal normal(Access::no_legal_basis);
  for (const Exchange& one : asker.exchanges()) all += normal.of(one.told);
  const Life bare{{somebody(api::fnr(1), Fields::without_places)}};
  for (const std::string& secret : secrets({{open}}, bare)) {
    const bool is_word_of_source = secret.find_first_of("abcdefghijklmnopqrstuvwxyz") == 1;
    if (is_word_of_source) continue; // spelled as the contract does
    CHECK_MESSAGE(all.find(secret) != all.npos, secret);
  }
}

TEST_CASE("without legal basis a protected person cannot be told from the reference twin") {
  for (const Story& story : stories()) {
    SUBCASE(story.name.c_str()) { compare(story, Access::no_legal_basis); }
  }
}

TEST_CASE("with legal basis only what the rules allow differs") {
  for (const Story& story : stories()) {
    SUBCASE(story.name.c_str()) { compare(story, Access::legal_basis); }
  }
}
