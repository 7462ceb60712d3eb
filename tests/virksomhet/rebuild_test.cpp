// What follows from nodes is found wrong by a check, and mended by a rebuild.
#include "registry/check.h"
#include "registry/rebuild.h"
#include "registry/virksomhet/stored.h"
#include "tests/virksomhet/universe.h"

#include <doctest/doctest.h>

#include <map>
#include <string>

using namespace grunndata::registry;
using namespace grunndata::registry::virksomhet;
using namespace grunndata::registry::virksomhet::stories;

namespace {

using store::Change;
using store::Family;
using Pairs = std::map<std::string, std::string>;

Pairs all_of(Town& town, Family family) {
  Pairs pairs;
  const auto cursor = town.registry().store().scan(family);
  for (cursor->seek(""); cursor->valid(); cursor->next()) {
    pairs.emplace(cursor->key(), cursor->value());
  }
  REQUIRE(cursor->status().has_value());
  return pairs;
}

void damage(Town& town, std::vector<Change> changes) {
  REQUIRE(town.registry().store().commit(changes, store::Durability::synced).has_value());
}

CheckReport checked(Town& town) {
  auto report = check(town.registry(), {});
  REQUIRE(report.has_value());
  return std::move(*report);
}

RebuildFigures rebuilt(Town& town) {
  const auto renderer = [](std::string_view, bool, SourceRecord&) -> Result<void> {
    return fail(ErrorCode::invalid, "there are no persons");
  };
  const auto figures = rebuild(town.registry(), renderer, {});
  REQUIRE(figures.has_value());
  return *figures;
}

} // namespace

TEST_CASE("a rebuild of what is right writes nothing") {
  on_every_engine([](Town& town) {
    load_universe(town);
    const auto newest = town.newest();
    const auto before = all_of(town, Family::structure);
    const auto figures = rebuilt(town);
    CHECK(figures.mended == 0);
    CHECK(figures.entities == all_of(town, Family::node).size());
    CHECK((all_of(town, Family::structure) == before));
    CHECK(town.newest() == newest);
  });
}

TEST_CASE("whatever is lost of what follows from nodes is found, and comes back as it was") {
  Town town;
  load_universe(town);
  const auto structure = all_of(town, Family::structure);
  const auto numbers = all_of(town, Family::node_key);
  std::map<char, int> kinds;
  std::vector<Change> losses;
  int place = 0;
  for (const auto& [key, value] : structure) {
    const bool is_derived = key.front() == 'd' || key.front() == 's' || key.front() == 'h';
    if (!is_derived || ++place % 3 != 0) continue;
    ++kinds[key.front()];
    losses.push_back({Family::structure, key, std::nullopt});
  }
  CHECK(kinds.size() == 3);
  for (const auto& [key, value] : numbers) {
    if (++place % 3 == 0) losses.push_back({Family::node_key, key, std::nullopt});
  }
  damage(town, losses);
  const CheckReport report = checked(town);
  CHECK(report.figures.faults >= losses.size());
  for (const Finding& finding : report.findings) {
    CHECK_MESSAGE(finding.advice == "run `grunndata rebuild`", finding.what);
  }
  CHECK(rebuilt(town).mended >= losses.size());
  CHECK((all_of(town, Family::structure) == structure));
  CHECK((all_of(town, Family::node_key) == numbers));
  CHECK(checked(town).figures.faults == 0);
  CHECK(rebuilt(town).mended == 0);
}

TEST_CASE("what follows from nothing is found, and goes; what stands otherwise is put right") {
  Town town;
  load_universe(town);
  const auto structure = all_of(town, Family::structure);
  const auto numbers = all_of(town, Family::node_key);
  const EntityId nobody{{9, 9, 9}};
  const auto node = [&] {
    EntityId id;
    const std::string key = all_of(town, Family::node).begin()->first;
    key.copy(reinterpret_cast<char*>(id.bytes.data()), id.bytes.size());
    return id;
  }();
  std::vector<Change> wrong;
  for (const auto& [key, value] : structure) {
    if (key.front() != 'd') continue;
    auto entries = read_down(value);
    REQUIRE(entries.has_value());
    entries->front().closed = 1;
    wrong.push_back({Family::structure, key, write_down(*entries)});
    break;
  }
  NumberOwner owner;
  owner.node = nobody;
  owner.recorded_from = 1;
  wrong.push_back({Family::node_key, virksomhet::key_of(number("ENH:310001805").view()),
                   write_owners({owner})});
  wrong.push_back({Family::structure, down_key(node, NodeRelation::juridisk, nobody),
                   write_down({DownEntry{}})});
  wrong.push_back({Family::structure, said_by_key(NodeSource::flr, nobody), std::string()});
  wrong.push_back({Family::structure, event_of_key(node, nobody), std::string()});
  damage(town, wrong);
  CHECK(checked(town).figures.faults >= wrong.size());
  CHECK(rebuilt(town).mended == wrong.size());
  CHECK((all_of(town, Family::structure) == structure));
  CHECK((all_of(town, Family::node_key) == numbers));
  CHECK(checked(town).figures.faults == 0);
}
