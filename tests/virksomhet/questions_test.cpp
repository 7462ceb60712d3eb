// The questions of the structure, asked of the fictional universe.
#include "registry/virksomhet/crosswalk.h"
#include "registry/virksomhet/lowest_unit.h"
#include "registry/virksomhet/node_diff.h"
#include "registry/virksomhet/successors.h"
#include "tests/virksomhet/universe.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace grunndata::registry;
using namespace grunndata::registry::virksomhet;
using namespace grunndata::registry::virksomhet::stories;

namespace {

using Texts = std::vector<std::string>;

const AsOf spring = at("2026-03-01");

/// "ENH:310000280 TILHORER+3" and the like.
Texts crossed(Town& town, std::string_view key, std::optional<IdentifierSystem> target,
              const AsOf& as_of = spring) {
  const Structure structure(town.registry(), as_of);
  const auto answers = crosswalk(structure, find(structure, key), target);
  REQUIRE(answers.has_value());
  Texts texts;
  for (const CrossAnswer& answer : *answers) {
    texts.push_back(to_text(answer.number.view()) + ' ' +
                    std::string(name_of(answer.way)) +
                    (answer.inherited_from == 0
                         ? std::string()
                         : "+" + std::to_string(answer.inherited_from)));
  }
  std::ranges::sort(texts);
  return texts;
}

Texts keys_of(const Structure& structure, std::vector<EntityId> nodes) {
  Texts keys;
  for (const EntityId& node : nodes) keys.push_back(shown_key(structure, node));
  std::ranges::sort(keys);
  return keys;
}

Texts suitable(Town& town, std::string_view who, std::optional<std::string> legal_entity = {},
               const AsOf& as_of = spring) {
  const Structure structure(town.registry(), as_of);
  std::optional<EntityId> under;
  if (legal_entity) under = find(structure, *legal_entity);
  const auto units = lowest_suitable_units(structure, find(structure, who), under);
  REQUIRE(units.has_value());
  Texts texts;
  for (const SuitableUnit& unit : *units) {
    texts.push_back(shown_key(structure, unit.legal_entity) + ' ' +
                    shown_key(structure, unit.point_of_care) + ' ' +
                    (unit.department ? shown_key(structure, *unit.department) : "-"));
  }
  std::ranges::sort(texts);
  return texts;
}

} // namespace

TEST_CASE("the universe's own questions have the answers that it states") {
  on_every_engine([](Town& town) {
    load_universe(town);
    CHECK(legal_root(town, "ENH:310000914", spring) == "ENH:310000639");
    CHECK(legal_root(town, "ENH:310001058", at("2024-01-01")) == "ENH:310001120");
    CHECK(ancestors(town, "RSH:4990050", organised, spring) ==
          Texts{"RSH:4990040", "RSH:4990030", "RSH:4990020", "RSH:4990010", "RSH:4990001"});
    CHECK(crossed(town, "RSH:4990050", IdentifierSystem::orgnr) ==
          Texts{"ENH:310000280 TILHORER+3"});
    auto units = subtree(town, "ENH:310000078",
                         set_of({NodeRelation::eierskap, NodeRelation::juridisk}), spring);
    std::erase(units, "ENH:310000140"); // the HF itself is no underenhet
    CHECK(units ==
          Texts{"ENH:310000280", "ENH:310000353", "ENH:310000426", "ENH:310000566"});
    CHECK(crossed(town, "HER:8990021", IdentifierSystem::orgnr) ==
          Texts{"ENH:310001120 TALER_FOR+1"});
    const Structure structure(town.registry(), spring);
    CHECK(shown_key(structure, find(structure, "GLN:7099999000040")) == "RSH:4990040");
    const auto people = personnel_at(structure, find(structure, "RSH:4990030"), true);
    REQUIRE(people.has_value());
    CHECK(keys_of(structure, *people) == Texts{"HPR:999000002"});
    CHECK(suitable(town, "HPR:999000002", "ENH:310000140") ==
          Texts{"ENH:310000140 ENH:310000280 RSH:4990050"});
  });
}

TEST_CASE("a tree is as it was on the day asked for, across a merger") {
  on_every_engine([](Town& town) {
    load_universe(town);
    const auto concern = set_of({NodeRelation::eierskap, NodeRelation::juridisk});
    CHECK(subtree(town, "ENH:310000213", legal, at("2022-06-01")) == Texts{"ENH:310000426"});
    CHECK(subtree(town, "ENH:310000213", legal, spring).empty());
    const auto before = subtree(town, "ENH:310000078", concern, at("2022-06-01"));
    CHECK(std::ranges::count(before, "ENH:310000213") == 1);
    const auto after = subtree(town, "ENH:310000078", concern, spring);
    CHECK(std::ranges::count(after, "ENH:310000213") == 0);
    CHECK(std::ranges::count(after, "ENH:310000426") == 1);
    CHECK(name_of(town, "ENH:310000140", at("2005-01-01")) == "NORDVIK SYKEHUS HF");
    CHECK(legal_root(town, "ENH:310001058", at("2023-12-31")) == "ENH:310000639");
    CHECK(legal_root(town, "ENH:310000426", at("2022-12-31")) == "ENH:310000213");
  });
}

TEST_CASE("a crosswalk says how it came to its answer, and gives all there are") {
  on_every_engine([](Town& town) {
    load_universe(town);
    CHECK(crossed(town, "ENH:310000280", IdentifierSystem::gln) ==
          Texts{"GLN:7099999000026 DIREKTE"});
    CHECK(crossed(town, "ENH:310000280", IdentifierSystem::gln, at("2009-12-31")) ==
          Texts{"GLN:7099999000019 DIREKTE+1"});
    CHECK(crossed(town, "ENH:310000280", IdentifierSystem::resh) ==
          Texts{"RSH:4990020 UNDERLAGT"});
    CHECK(crossed(town, "ENH:310000353", IdentifierSystem::resh) ==
          Texts{"RSH:4990061 VIA_TILSVARER"});
    CHECK(crossed(town, "RSH:4990050", IdentifierSystem::her) ==
          Texts{"HER:8990001 ADRESSE+5"});
    CHECK(crossed(town, "HER:8990011", IdentifierSystem::orgnr) ==
          Texts{"ENH:310000140 TALER_FOR+1"});
    CHECK(crossed(town, "RSH:4990050", IdentifierSystem::ako).empty());
    const auto all = crossed(town, "RSH:4990050", {});
    CHECK(std::ranges::count(all, "RSH:4990050 DIREKTE") == 1);
    CHECK(std::ranges::count(all, "GLN:7099999000040 DIREKTE+1") == 1);
    CHECK(std::ranges::count(all, "ENH:310000280 TILHORER+3") == 1);
  });
}

TEST_CASE("the lowest suitable unit is the nearest that may be told and that a patient knows") {
  on_every_engine([](Town& town) {
    load_universe(town);
    CHECK(suitable(town, "HPR:999000002") ==
          Texts{"ENH:310000140 ENH:310000280 RSH:4990050", "ENH:310000639 ENH:310000914 -"});
    CHECK(suitable(town, "HPR:999000005") ==
          Texts{"ENH:310000140 ENH:310000353 RSH:4990061"}); // the name above would tell
    CHECK(suitable(town, "HPR:999000009") ==
          Texts{"ENH:310001120 ENH:310001058 LOK:310001120:LV-TEAM-2"});
    CHECK(suitable(town, "HPR:999000003") ==
          Texts{"ENH:310000140 ENH:310000426 RSH:4990071"});
    CHECK(suitable(town, "HPR:999000003", {}, at("2026-09-01")).empty());
    const Structure structure(town.registry(), spring);
    const auto wrong = lowest_suitable_units(structure, find(structure, "RSH:4990050"));
    REQUIRE_FALSE(wrong.has_value());
    CHECK(wrong.error().code == ErrorCode::invalid);
  });
}

TEST_CASE("a name that may not be told is shown nowhere") {
  on_every_engine([](Town& town) {
    load_universe(town);
    CHECK(name_of(town, "RSH:4990062", spring).empty());
    CHECK(name_of(town, "RSH:4990061", spring) == "DPS Nordvik");
  });
}

TEST_CASE("a way goes up to what both have above them, and down") {
  on_every_engine([](Town& town) {
    load_universe(town);
    const Structure structure(town.registry(), spring);
    const auto steps = structure.way(find(structure, "RSH:4990050"),
                                     find(structure, "RSH:4990041"), organised);
    REQUIRE(steps.has_value());
    Texts keys;
    for (const WayStep& step : *steps) {
      keys.push_back((step.upwards ? "" : "down ") + shown_key(structure, step.id));
    }
    CHECK(keys ==
          Texts{"RSH:4990050", "RSH:4990040", "RSH:4990030", "down RSH:4990041"});
    const auto none = structure.way(find(structure, "RSH:4990050"),
                                    find(structure, "ENH:310000914"), organised);
    REQUIRE(none.has_value());
    CHECK(none->empty());
    const auto down = structure.way(find(structure, "RSH:4990030"),
                                    find(structure, "RSH:4990050"), organised);
    REQUIRE(down.has_value());
    CHECK(down->size() == 3);
  });
}

TEST_CASE("a tree that is larger than asked for is an error, never a part of it") {
  Town town;
  load_universe(town);
  const Structure structure(town.registry(), spring);
  SubtreeOrder order;
  order.types = organised;
  order.nodes_max = 3;
  const auto found = structure.subtree(find(structure, "RSH:4990001"), order);
  REQUIRE_FALSE(found.has_value());
  CHECK(found.error().code == ErrorCode::invalid);
  order.nodes_max = 100;
  order.depth_max = 1;
  CHECK(structure.subtree(find(structure, "RSH:4990010"), order)->size() == 3);
}

TEST_CASE("a difference between two days says what came, what went and what hangs elsewhere") {
  on_every_engine([](Town& town) {
    load_universe(town);
    const auto changed = diff_of(town.registry(), number("ENH:310000426").view(),
                                 *day("2022-06-01"), *day("2026-03-01"), {});
    REQUIRE(changed.has_value());
    REQUIRE(changed->relations_gone.size() == 1);
    REQUIRE(changed->relations_come.size() == 1);
    CHECK(changed->relations_gone.front().type == NodeRelation::juridisk);
    CHECK(changed->rows_gone.empty());
    const auto renamed = diff_of(town.registry(), number("ENH:310000140").view(),
                                 *day("2005-01-01"), *day("2026-03-01"), {});
    REQUIRE(renamed.has_value());
    REQUIRE(renamed->rows_gone.size() == 1);
    CHECK(renamed->rows_gone.front().text == R"({"name":"NORDVIK SYKEHUS HF"})");
    CHECK(renamed->rows_come.front().part == NodePart::name);
    CHECK(renamed->lowers_come.size() == 1); // Soervik came with the merger
    const auto nothing = diff_of(town.registry(), number("ENH:310000140").view(),
                                 *day("2026-02-01"), *day("2026-03-01"), {});
    REQUIRE(nothing.has_value());
    CHECK(nothing->empty());
  });
}
