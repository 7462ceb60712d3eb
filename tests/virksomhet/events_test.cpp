// What happened to nodes, and who carries on.
#include "registry/virksomhet/successors.h"
#include "tests/virksomhet/universe.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace grunndata::registry;
using namespace grunndata::registry::virksomhet;
using namespace grunndata::registry::virksomhet::stories;

namespace {

using Texts = std::vector<std::string>;
using enum NodeEventType;

struct Told {
  Texts leaves;
  bool complete = false;
  bool operator==(const Told&) const = default;
};

Told followed(Town& town, std::string_view key, bool transitive = true, const AsOf& as_of = {}) {
  const Structure structure(town.registry(), as_of);
  const auto answer = successors(structure, find(structure, key), transitive);
  REQUIRE(answer.has_value());
  Told told;
  for (const EntityId& leaf : answer->leaves) {
    told.leaves.push_back(shown_key(structure, leaf));
  }
  std::ranges::sort(told.leaves);
  told.complete = answer->complete;
  return told;
}

Texts happened(Town& town, std::string_view key, const AsOf& as_of = {}) {
  const Structure structure(town.registry(), as_of);
  const auto events = events_of(structure, find(structure, key));
  REQUIRE(events.has_value());
  Texts texts;
  for (const NodeEvent& event : *events) texts.emplace_back(virksomhet::name_of(event.type));
  return texts;
}

NodeBatch reviewed(std::string_view when, std::vector<NodeEventClaim> events) {
  NodeBatch made = batch(NodeSource::kuratert, when, {});
  made.events = std::move(events);
  return made;
}

void load_four(Town& town) {
  load(town, NodeSource::enhetsregisteret, "2024-01-01",
       {juridisk("ENH:310000078", "A"), juridisk("ENH:310000140", "B"),
        juridisk("ENH:310000213", "C"), juridisk("ENH:310000639", "D")});
}

} // namespace

TEST_CASE("successors are a set, and those that are followed themselves are followed on") {
  on_every_engine([](Town& town) {
    load_four(town);
    load(town, reviewed("2024-02-01",
                        {event(deling, "2010-01-01", {"ENH:310000078"},
                               {"ENH:310000140", "ENH:310000213"}),
                         event(fusjon, "2020-01-01", {"ENH:310000213"}, {"ENH:310000639"})}));
    CHECK(followed(town, "ENH:310000078") == Told{{"ENH:310000140", "ENH:310000639"}, true});
    CHECK(followed(town, "ENH:310000078", false) ==
          Told{{"ENH:310000140", "ENH:310000213"}, true});
    CHECK(followed(town, "ENH:310000078", true, at("2015-01-01")) ==
          Told{{"ENH:310000140", "ENH:310000213"}, true});
    CHECK(followed(town, "ENH:310000078", true, at("2009-12-31")) == Told{{}, false});
    CHECK(followed(town, "ENH:310000639") == Told{{}, false});
    CHECK(happened(town, "ENH:310000213") == Texts{"DELING", "FUSJON"});
    CHECK(happened(town, "ENH:310000213", at("2015-01-01")) == Texts{"DELING"});
  });
}

TEST_CASE("a successor that has closed, or that nobody knows, leaves the answer incomplete") {
  on_every_engine([](Town& town) {
    load_four(town);
    load(town, reviewed("2024-02-01", {event(fusjon, "2010-01-01", {"ENH:310000078"},
                                             {"ENH:310000140"}),
                                       event(fusjon, "2010-01-01", {"ENH:310000213"},
                                             {"ENH:310001120"})}));
    load(town, NodeSource::enhetsregisteret, "2024-03-01",
         {NodeBuilder(NodeType::juridisk_enhet, "ENH:310000140")
              .named("B")
              .closed("2024-02-15")
              .remainder()});
    CHECK(followed(town, "ENH:310000078") == Told{{"ENH:310000140"}, false});
    CHECK(followed(town, "ENH:310000213") == Told{{"ENH:310001120"}, false});
  });
}

TEST_CASE("an event that is told otherwise, or no more, is so from then on, and not before") {
  on_every_engine([](Town& town) {
    load_four(town);
    auto claim = event(fusjon, "2020-01-01", {"ENH:310000213"}, {"ENH:310000140"});
    CHECK(load(town, reviewed("2024-02-01", {claim})).events == 1);
    const auto first = town.newest();
    CHECK(load(town, reviewed("2024-02-01", {claim})).events == 0);
    CHECK(town.newest() == first);
    claim.to = {number("ENH:310000639")};
    CHECK(load(town, reviewed("2024-03-01", {claim})).events == 1);
    const auto second = town.newest();
    CHECK(followed(town, "ENH:310000213").leaves == Texts{"ENH:310000639"});
    CHECK(followed(town, "ENH:310000213", true, {{}, first}).leaves == Texts{"ENH:310000140"});
    auto nothing = reviewed("2024-04-01", {});
    nothing.complete = true;
    CHECK(load(town, nothing).events == 1);
    CHECK(followed(town, "ENH:310000213").leaves.empty());
    CHECK(followed(town, "ENH:310000213", true, {{}, second}).leaves == Texts{"ENH:310000639"});
    CHECK(happened(town, "ENH:310000213").empty());
  });
}

TEST_CASE("the universe's mergers are told of all who took part") {
  on_every_engine([](Town& town) {
    load_universe(town);
    CHECK(followed(town, "ENH:310000213", true, at("2026-03-01")) ==
          Told{{"ENH:310000140"}, true});
    CHECK(happened(town, "ENH:310000140") == Texts{"FUSJON"});
    CHECK(happened(town, "ENH:310000493") == Texts{"NEDLAGT"});
    CHECK(followed(town, "ENH:310000493") == Told{{}, false});
  });
}
