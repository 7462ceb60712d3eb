#include "tests/virksomhet/structure_model.h"

#include <algorithm>

namespace grunndata::registry::virksomhet::stories {

std::string date_of(int year) { return std::to_string(first_year + year) + "-01-01"; }

std::string key_text(int unit) { return "RSH:" + std::to_string(4990000 + unit); }

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
    if (chance(40)) {
      const int begin = below(10);
      said.belongs.push_back({below(2), begin, chance(50) ? never : begin + 1 + below(8)});
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
    unit.belongs = said.belongs;
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

Texts Model::way(const State& state, int from, int to, int year) {
  const auto chain = [&](int unit) {
    Texts keys{key_text(unit)};
    const Texts above = ancestors(state, unit, year);
    keys.insert(keys.end(), above.begin(), above.end());
    return keys;
  };
  const Texts up = chain(from);
  const Texts down = chain(to);
  for (std::size_t i = 0; i < up.size(); ++i) {
    const auto meeting = std::ranges::find(down, up[i]);
    if (meeting == down.end()) continue;
    Texts keys(up.begin(), up.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    keys.insert(keys.end(), std::make_reverse_iterator(meeting), down.rend());
    return keys;
  }
  return {};
}

std::string Model::legal_root(const State& state, int unit, int year) {
  for (std::optional<int> at = unit;; at = parent(state, *at, year)) {
    for (const Edge& edge : state.units.at(*at).belongs) {
      if (holds(edge.from, edge.to, year)) return owners[static_cast<std::size_t>(edge.upper)];
    }
    if (!parent(state, *at, year)) return key_text(*at);
  }
}

Texts Model::crossed(const State& state, int unit, int year) {
  int steps = 0;
  for (std::optional<int> at = unit; at; at = parent(state, *at, year), ++steps) {
    for (const Edge& edge : state.units.at(*at).belongs) {
      if (holds(edge.from, edge.to, year)) {
        return {owners[static_cast<std::size_t>(edge.upper)] + "+" + std::to_string(steps)};
      }
    }
  }
  return {};
}

std::set<std::string> Model::joined(const State& state, int unit, int year) {
  std::set<std::string> relations;
  const Unit& own = state.units.at(unit);
  for (const Edge& edge : own.edges) {
    if (holds(edge.from, edge.to, year)) relations.insert("under " + key_text(edge.upper));
  }
  for (const Edge& edge : own.belongs) {
    if (holds(edge.from, edge.to, year)) {
      relations.insert("of " + owners[static_cast<std::size_t>(edge.upper)]);
    }
  }
  for (const auto& [number, one] : state.units) {
    if (holds(one.opened, one.closed, year) && parent(state, number, year) == unit) {
      relations.insert("above " + key_text(number));
    }
  }
  return relations;
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

} // namespace grunndata::registry::virksomhet::stories
