// A plain model of the structure beside the real one: whole copies of all that was known after each
// batch, searched from end to end. Random batches, among them such that break a rule; then random
// questions about any day, as known at any time.
#include "registry/virksomhet/successors.h"
#include "tests/virksomhet/node_builder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

using namespace grunndata::registry;
using namespace grunndata::registry::virksomhet;
using namespace grunndata::registry::virksomhet::stories;

namespace {

using Texts = std::vector<std::string>;

constexpr int units = 12;
constexpr int first_year = 2000;
constexpr int years = 20;
constexpr int never = 99'999;

/// Days are counted in years, to keep the model small; `never`: without end.
std::string date_of(int year) { return std::to_string(first_year + year) + "-01-01"; }
std::string key_text(int unit) { return "RSH:" + std::to_string(4990000 + unit); }

struct Edge {
  int upper = 0;
  int from = 0, to = never;
};
struct Named {
  std::string name;
  int from = -1, to = never; ///< from -1: since ever
};
struct Unit {
  bool is_described = false;
  int opened = -1, closed = never;
  std::vector<Edge> edges;
  std::vector<Named> names;
};
struct Happened {
  int effective = 0;
  std::set<int> from, to;
  bool operator==(const Happened&) const = default;
};
struct State {
  std::map<int, Unit> units;
  std::map<int, Happened> events;
};

struct Said {
  int unit = 0;
  std::string name;
  int opened = -1, closed = never;
  std::vector<Edge> edges;
};

class Model {
public:
  explicit Model(unsigned seed) : random_(seed) {}

  /// What happens next; nothing about how it ends.
  std::vector<Said> invent();
  Happened invent_event();
  /// As the registry should know it after the batch; nothing when a rule is broken.
  static std::optional<State> after(const State& before, const std::vector<Said>& batch,
                                    const std::map<int, Happened>& events, int observed);
  static Texts ancestors(const State& state, int unit, int year);
  static Texts subtree(const State& state, int unit, int year);
  static std::string name(const State& state, int unit, int year);
  static Texts successors(const State& state, int unit, int year);

  int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }
  bool chance(int percent) { return below(100) < percent; }

private:
  static bool holds(int from, int to, int year) { return from <= year && year < to; }
  static std::optional<int> parent(const State& state, int unit, int year);
  static bool keeps_rules(const State& state);

  std::mt19937 random_;
};

std::vector<Said> Model::invent() {
  std::vector<Said> batch;
  std::set<int> chosen;
  for (int i = below(4) + 1; i > 0; --i) {
    const int unit = below(units);
    if (!chosen.insert(unit).second) continue;
    Said said;
    said.unit = unit;
    said.name = "N" + std::to_string(below(3));
    said.opened = chance(40) ? below(6) : -1;
    if (chance(25)) said.closed = 8 + below(10);
    int from = below(6);
    for (int edge = below(3); edge > 0; --edge) {
      const int to = chance(40) ? never : from + 1 + below(6);
      const int upper = below(units);
      if (upper != unit) said.edges.push_back({upper, from, to});
      if (to == never && chance(90)) break;
      from = chance(90) && to != never ? to : below(10);
    }
    batch.push_back(std::move(said));
  }
  return batch;
}

Happened Model::invent_event() {
  Happened event;
  event.effective = 8 + below(8);
  event.from.insert(below(units));
  if (chance(30)) event.from.insert(below(units));
  for (int i = below(2) + 1; i > 0; --i) {
    const int to = below(units);
    if (!event.from.contains(to)) event.to.insert(to);
  }
  return event;
}

bool Model::keeps_rules(const State& state) {
  for (const auto& [number, unit] : state.units) {
    for (std::size_t i = 0; i < unit.edges.size(); ++i) {
      for (std::size_t j = i + 1; j < unit.edges.size(); ++j) {
        const Edge& a = unit.edges[i];
        const Edge& b = unit.edges[j];
        if (a.from < b.to && b.from < a.to) return false;
      }
    }
  }
  for (int year = 0; year < years; ++year) {
    for (int start = 0; start < units; ++start) {
      int at = start;
      for (int steps = 0; steps <= units; ++steps) {
        const auto unit = state.units.find(at);
        if (unit == state.units.end()) break;
        const auto edge = std::ranges::find_if(unit->second.edges, [year](const Edge& one) {
          return holds(one.from, one.to, year);
        });
        if (edge == unit->second.edges.end()) break;
        at = edge->upper;
        if (at == start) return false;
      }
    }
  }
  for (int start = 0; start < units; ++start) {
    std::vector<int> waiting{start};
    std::set<int> seen;
    while (!waiting.empty()) {
      const int at = waiting.back();
      waiting.pop_back();
      for (const auto& [key, event] : state.events) {
        if (!event.from.contains(at)) continue;
        for (const int to : event.to) {
          if (to == start) return false;
          if (seen.insert(to).second) waiting.push_back(to);
        }
      }
    }
  }
  return true;
}

std::optional<State> Model::after(const State& before, const std::vector<Said>& batch,
                                  const std::map<int, Happened>& events, int observed) {
  State state = before;
  for (const Said& said : batch) {
    if (said.opened != -1 && said.opened >= said.closed) return std::nullopt;
    Unit& unit = state.units[said.unit];
    if (unit.names.empty()) {
      unit.names.push_back({said.name});
    } else if (unit.names.back().name != said.name) {
      unit.names.back().to = observed;
      unit.names.push_back({said.name, observed});
    }
    unit.is_described = true;
    unit.opened = said.opened;
    unit.closed = said.closed;
    unit.edges = said.edges;
    for (const Edge& edge : said.edges) state.units[edge.upper];
  }
  for (const auto& [key, event] : events) {
    if (const auto told = state.events.find(key);
        told != state.events.end() && told->second == event) {
      continue; // told again: nothing is looked at anew
    }
    for (const int from : event.from) {
      const auto unit = state.units.find(from);
      if (unit != state.units.end() && unit->second.opened > event.effective) return std::nullopt;
    }
    state.events[key] = event;
    for (const auto* side : {&event.from, &event.to}) {
      for (const int unit : *side) state.units[unit];
    }
  }
  return keeps_rules(state) ? std::optional(state) : std::nullopt;
}

std::optional<int> Model::parent(const State& state, int unit, int year) {
  const auto found = state.units.find(unit);
  if (found == state.units.end()) return std::nullopt;
  for (const Edge& edge : found->second.edges) {
    const Unit& upper = state.units.at(edge.upper);
    if (holds(edge.from, edge.to, year) && holds(upper.opened, upper.closed, year)) {
      return edge.upper;
    }
  }
  return std::nullopt;
}

Texts Model::ancestors(const State& state, int unit, int year) {
  Texts keys;
  for (auto at = parent(state, unit, year); at; at = parent(state, *at, year)) {
    keys.push_back(key_text(*at));
  }
  return keys;
}

/// Whoever is alive and whose chain of parents, all alive, leads to the unit.
Texts Model::subtree(const State& state, int unit, int year) {
  Texts keys;
  for (const auto& [number, one] : state.units) {
    if (number == unit || !holds(one.opened, one.closed, year)) continue;
    const Texts above = ancestors(state, number, year);
    if (std::ranges::count(above, key_text(unit)) != 0) keys.push_back(key_text(number));
  }
  std::ranges::sort(keys);
  return keys;
}

std::string Model::name(const State& state, int unit, int year) {
  const auto found = state.units.find(unit);
  if (found == state.units.end()) return {};
  for (const Named& named : found->second.names) {
    if (holds(named.from, named.to, year)) return named.name;
  }
  return {};
}

Texts Model::successors(const State& state, int unit, int year) {
  std::set<std::string> leaves;
  std::set<int> seen{unit};
  std::vector<int> waiting{unit};
  while (!waiting.empty()) {
    const int at = waiting.back();
    waiting.pop_back();
    bool is_followed = false;
    for (const auto& [key, event] : state.events) {
      if (!event.from.contains(at) || event.effective > year) continue;
      for (const int to : event.to) {
        is_followed = true;
        if (seen.insert(to).second) waiting.push_back(to);
      }
    }
    if (!is_followed && at != unit) leaves.insert(key_text(at));
  }
  return {leaves.begin(), leaves.end()};
}

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

/// Asks both about one unit, one day and one time of knowledge.
void compare(Town& town, const State& state, std::optional<std::uint64_t> recorded, int unit,
             int year) {
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
}

/// How many batches were refused.
int live(Town& town, unsigned seed, int batches) {
  CAPTURE(seed);
  Model model(seed);
  std::vector<std::pair<std::uint64_t, State>> known{{0, {}}};
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
      compare(town, known.back().second, {}, model.below(units), model.below(years));
      const auto& [recorded, state] = known[static_cast<std::size_t>(
          model.below(static_cast<int>(known.size())))];
      if (recorded != 0) {
        CAPTURE(recorded);
        compare(town, state, recorded, model.below(units), model.below(years));
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
