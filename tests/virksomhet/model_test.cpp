// A plain model of the structure beside the real one. Random batches, among them such that break a
// rule; then random questions about any day, as known at any time.
#include "tests/virksomhet/structure_model.h"

#include "registry/virksomhet/crosswalk.h"
#include "registry/virksomhet/node_diff.h"
#include "registry/virksomhet/successors.h"
#include "tests/virksomhet/node_builder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <set>

using namespace grunndata::registry;
using namespace grunndata::registry::virksomhet;
using namespace grunndata::registry::virksomhet::stories;

namespace {

NodeBatch batch_of(const std::vector<Said>& saids, const std::map<int, Happened>& events,
                   int observed) {
  std::vector<NodeBuilder> records;
  for (const Said& said : saids) {
    NodeBuilder builder(NodeType::resh_enhet, key_text(said.unit));
    builder.named(said.name);
    if (said.opened != -1) builder.opened(date_of(said.opened));
    if (said.closed != never) builder.closed(date_of(said.closed));
    for (const Edge& edge : said.edges) {
      builder.under(NodeRelation::organisatorisk, key_text(edge.upper),
                    during(date_of(edge.from), edge.to == never ? "" : date_of(edge.to)));
    }
    for (const Edge& edge : said.belongs) {
      builder.under(NodeRelation::tilhorer, owners[static_cast<std::size_t>(edge.upper)],
                    during(date_of(edge.from), edge.to == never ? "" : date_of(edge.to)));
    }
    records.push_back(std::move(builder));
  }
  NodeBatch made = batch(NodeSource::resh, date_of(observed), records);
  for (const auto& [key, happened] : events) {
    NodeEventClaim claim;
    claim.source_key = std::to_string(key);
    claim.type = NodeEventType::deling;
    claim.effective = *day(date_of(happened.effective));
    for (const int unit : happened.from) claim.from.push_back(number(key_text(unit)));
    for (const int unit : happened.to) claim.to.push_back(number(key_text(unit)));
    made.events.push_back(std::move(claim));
  }
  return made;
}

std::set<std::string> without(const std::set<std::string>& all,
                              const std::set<std::string>& others) {
  std::set<std::string> left;
  std::ranges::set_difference(all, others, std::inserter(left, left.end()));
  return left;
}

std::set<std::string> told(const Structure& structure, const std::vector<NodeUpper>& uppers,
                           const std::vector<Descendant>& lowers) {
  std::set<std::string> relations;
  for (const NodeUpper& upper : uppers) {
    if (upper.type == NodeRelation::etterfolger) continue;
    relations.insert((upper.type == NodeRelation::tilhorer ? "of " : "under ") +
                     shown_key(structure, upper.upper));
  }
  for (const Descendant& lower : lowers) {
    relations.insert("above " + shown_key(structure, lower.id));
  }
  return relations;
}

/// What joins units, and what was otherwise on another day.
void compare_joined(Town& town, const State& state, const AsOf& as_of, int unit, int year,
                    int other, int other_year) {
  CAPTURE(other);
  CAPTURE(other_year);
  const Structure structure(town.registry(), as_of);
  const EntityId id = find(structure, key_text(unit));
  CHECK(legal_root(town, key_text(unit), as_of) == Model::legal_root(state, unit, year));
  const auto answers = crosswalk(structure, id, IdentifierSystem::orgnr);
  REQUIRE(answers.has_value());
  Texts crossed;
  for (const CrossAnswer& answer : *answers) {
    crossed.push_back("ENH:" + answer.number.text + "+" + std::to_string(answer.inherited_from));
  }
  CHECK(crossed == Model::crossed(state, unit, year));
  if (state.units.contains(other)) {
    const auto steps = structure.way(id, find(structure, key_text(other)), organised);
    REQUIRE(steps.has_value());
    Texts way;
    for (const WayStep& step : *steps) way.push_back(shown_key(structure, step.id));
    CHECK(way == Model::way(state, unit, other, year));
  }
  const Structure then(town.registry(), at(date_of(other_year), as_of.recorded));
  const auto diff = diff_of(structure, then, id);
  REQUIRE(diff.has_value());
  const auto before = Model::joined(state, unit, year);
  const auto after = Model::joined(state, unit, other_year);
  CHECK(told(structure, diff->relations_gone, diff->lowers_gone) == without(before, after));
  CHECK(told(structure, diff->relations_come, diff->lowers_come) == without(after, before));
}

/// Asks both about one unit, one day and one time of knowledge.
void compare(Town& town, const State& state, std::optional<std::uint64_t> recorded, int unit,
             int year, int other, int other_year) {
  CAPTURE(unit);
  CAPTURE(year);
  const AsOf as_of = at(date_of(year), recorded);
  const Structure structure(town.registry(), as_of);
  const auto id = structure.find(number(key_text(unit)).view());
  if (!state.units.contains(unit)) {
    CHECK_FALSE(id.has_value());
    return;
  }
  REQUIRE(id.has_value());
  CHECK(ancestors(town, key_text(unit), organised, as_of) == Model::ancestors(state, unit, year));
  CHECK(name_of(town, key_text(unit), as_of) == Model::name(state, unit, year));
  const Unit& own = state.units.at(unit);
  if (own.opened <= year && year < own.closed) {
    CHECK(subtree(town, key_text(unit), organised, as_of) == Model::subtree(state, unit, year));
  } else {
    CHECK(subtree(town, key_text(unit), organised, as_of).empty());
  }
  const auto followed = successors(structure, *id, true);
  REQUIRE(followed.has_value());
  Texts leaves;
  for (const EntityId& leaf : followed->leaves) leaves.push_back(shown_key(structure, leaf));
  std::ranges::sort(leaves);
  CHECK(leaves == Model::successors(state, unit, year));
  compare_joined(town, state, as_of, unit, year, other, other_year);
}

/// How many batches were refused.
int live(Town& town, unsigned seed, int batches) {
  CAPTURE(seed);
  Model model(seed);
  std::vector<std::pair<std::uint64_t, State>> known{{0, {}}};
  static_cast<void>(load(town, NodeSource::enhetsregisteret, "1999-01-01",
                         {juridisk(owners[0], "A"), juridisk(owners[1], "B")}));
  const auto ask = [&](const State& state, std::optional<std::uint64_t> recorded) {
    const int unit = model.below(units);
    const int year = model.below(years);
    compare(town, state, recorded, unit, year, model.below(units), model.below(years));
  };
  int refused = 0;
  for (int i = 0; i < batches; ++i) {
    CAPTURE(i);
    if (i == batches / 2) { // from here on memory answers what is known now
      REQUIRE(load_relations(town.registry(), [] { return false; }).has_value());
    }
    const int observed = i; // the feed's years go on beside those that records tell of
    const auto saids = model.invent();
    std::map<int, Happened> events;
    if (model.chance(30)) events[model.below(6)] = model.invent_event();
    const auto wanted = Model::after(known.back().second, saids, events, observed);
    const auto counts = load(town, batch_of(saids, events, observed));
    refused += wanted ? 0 : 1;
    CHECK((counts.quarantined != 0) == !wanted.has_value());
    if (wanted) known.emplace_back(town.newest(), *wanted);
    for (int question = 0; question < 6; ++question) {
      ask(known.back().second, {});
      const auto& [recorded, state] = known[static_cast<std::size_t>(
          model.below(static_cast<int>(known.size())))];
      if (recorded != 0) {
        CAPTURE(recorded);
        ask(state, recorded);
      }
    }
  }
  CHECK(known.size() > 3);
  return refused;
}

} // namespace

TEST_CASE("the structure answers as a plain model does, on both axes") {
  int refused = 0;
  for (unsigned seed = 1; seed <= 20; ++seed) {
    Town town(grunndata::registry::stories::Engine::memory);
    refused += live(town, seed, 20);
    grunndata::registry::stories::check_whole(town.registry());
  }
  CHECK(refused > 20);
}

TEST_CASE("the structure answers as a plain model does, whatever engine is below") {
  on_every_engine([](Town& town) { CHECK(live(town, 77, 20) > 0); });
}
