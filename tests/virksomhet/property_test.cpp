// Whatever batches come, what is stored keeps the rules: read back and held against each of them.
#include "tests/virksomhet/node_builder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <random>
#include <set>

using namespace grunndata::registry;
using namespace grunndata::registry::virksomhet;
using namespace grunndata::registry::virksomhet::stories;

namespace {

const std::vector<std::string>& numbers() {
  static const std::vector<std::string> all{"ENH:310000078", "ENH:310000140", "ENH:310000213",
                                            "ENH:310000280", "ENH:310000353", "ENH:310000426",
                                            "ENH:310000493", "ENH:310000639"};
  return all;
}

class Chance {
public:
  explicit Chance(unsigned seed) : random_(seed) {}
  int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }
  std::string node() {
    return numbers()[static_cast<std::size_t>(below(static_cast<int>(numbers().size())))];
  }
  std::string year() { return std::to_string(2000 + below(20)) + "-01-01"; }

private:
  std::mt19937 random_;
};

/// Of any kind and in any time, sensible or not.
NodeBuilder any_record(Chance& chance) {
  constexpr std::array types{NodeType::juridisk_enhet, NodeType::organisasjonsledd,
                             NodeType::underenhet};
  NodeBuilder builder(types[static_cast<std::size_t>(chance.below(3))], chance.node());
  builder.named("N" + std::to_string(chance.below(3)));
  for (int i = chance.below(3); i > 0; --i) {
    const auto type = chance.below(3) == 0 ? NodeRelation::eierskap : NodeRelation::juridisk;
    Period period;
    if (chance.below(2) == 0) period = {chance.year(), {}, Says::now};
    if (chance.below(3) == 0) period = during(chance.year(), chance.year());
    builder.under(type, chance.node(), period);
  }
  if (chance.below(4) == 0) builder.goes_by("GLN:7099999000019");
  if (chance.below(6) == 0) builder.closed(chance.year());
  return builder;
}

void check_rules_at(Town& town, std::string_view date) {
  const Structure structure(town.registry(), at(date));
  std::size_t with_gln = 0;
  for (const std::string& text : numbers()) {
    const auto id = structure.find(number(text).view());
    if (!id) continue;
    CAPTURE(text);
    const auto uppers = structure.uppers(*id);
    REQUIRE(uppers.has_value());
    CHECK(std::ranges::count(*uppers, NodeRelation::juridisk, &NodeUpper::type) <= 1); // rule 1
    for (const NodeUpper& upper : *uppers) {
      CHECK(upper.upper != *id);
      const auto above = structure.summary(upper.upper);
      REQUIRE(above.has_value());
      if (upper.type == NodeRelation::juridisk) {
        CHECK(above->type != NodeType::underenhet); // rule 5
      }
      if (upper.valid_to != no_instant) CHECK(upper.valid_from < upper.valid_to); // rule 4
    }
    for (const RelationSet types : {legal, set_of({NodeRelation::eierskap})}) { // rule 2
      std::set<EntityId> seen;
      std::vector<EntityId> waiting{*id};
      while (!waiting.empty()) {
        const auto next = structure.uppers(waiting.back());
        waiting.pop_back();
        REQUIRE(next.has_value());
        for (const NodeUpper& upper : *next) {
          if (!types.test(static_cast<std::size_t>(upper.type))) continue;
          CHECK(upper.upper != *id);
          if (seen.insert(upper.upper).second) waiting.push_back(upper.upper);
        }
      }
    }
    const auto summary = structure.summary(*id);
    REQUIRE(summary.has_value());
    const auto above = structure.ancestors(*id, legal);
    REQUIRE(above.has_value());
    for (const Ancestor& ancestor : *above) { // rule 3
      const auto upper = structure.summary(ancestor.id);
      REQUIRE(upper.has_value());
      CHECK(upper->status != NodeStatus::opphort);
    }
    Structure::NodeRoom room;
    const auto node = structure.node(*id, room);
    REQUIRE(node.has_value());
    with_gln += static_cast<std::size_t>(std::ranges::any_of(
        node->numbers,
        [](const HeldNumber& held) { return held.entry.system == IdentifierSystem::gln; }));
  }
  if (with_gln > 1) { // rule 6: then of one legal entity, once; the index knows them all
    const auto owners = structure.owners(number("GLN:7099999000019").view());
    REQUIRE(owners.has_value());
    CHECK(owners->size() >= with_gln);
  }
}

} // namespace

TEST_CASE("no batch leads to a structure that breaks a rule") {
  std::size_t written = 0;
  std::size_t refused = 0;
  for (unsigned seed = 1; seed <= 30; ++seed) {
    CAPTURE(seed);
    Chance chance(seed);
    Town town(seed % 10 == 0 ? grunndata::registry::stories::Engine::disk_reopened
                             : grunndata::registry::stories::Engine::memory);
    for (int i = 0; i < 15; ++i) {
      std::vector<NodeBuilder> records;
      for (int n = chance.below(3) + 1; n > 0; --n) records.push_back(any_record(chance));
      NodeBatch made = batch(NodeSource::enhetsregisteret,
                             "2024-01-" + std::to_string(10 + i), records);
      made.refusal = chance.below(2) == 0 ? Refusal::batch : Refusal::record;
      const auto counts = load(town, made);
      written += counts.written;
      refused += counts.quarantined;
      for (const char* date : {"1999-06-01", "2005-01-01", "2010-06-01", "2019-12-31",
                               "2024-06-01"}) {
        CAPTURE(date);
        check_rules_at(town, date);
      }
    }
    grunndata::registry::stories::check_whole(town.registry());
  }
  CHECK(written > 100);
  CHECK(refused > 100);
}
