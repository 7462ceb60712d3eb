// A plain model of the structure: whole copies of all that was known after each batch, searched
// from end to end.
#pragma once

#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace grunndata::registry::virksomhet::stories {

using Texts = std::vector<std::string>;

inline constexpr int units = 12;
inline constexpr int first_year = 2000;
inline constexpr int years = 20;
inline constexpr int never = 99'999;
/// Units of RESH belong to them; always there.
inline const std::vector<std::string> owners{"ENH:310000078", "ENH:310000140"};

/// Days are counted in years, to keep the model small; `never`: without end.
[[nodiscard]] std::string date_of(int year);
[[nodiscard]] std::string key_text(int unit);

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
  std::vector<Edge> belongs; ///< `upper` of `owners`
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
  std::vector<Edge> belongs;
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
  /// Empty: they have nothing above them in common.
  static Texts way(const State& state, int from, int to, int year);
  static std::string legal_root(const State& state, int unit, int year);
  /// "ENH:310000078+2": the organisasjonsnummer, from so many steps up.
  static Texts crossed(const State& state, int unit, int year);
  /// Relations that the unit has then to who is above it, and to who is below it.
  static std::set<std::string> joined(const State& state, int unit, int year);

  int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }
  bool chance(int percent) { return below(100) < percent; }

private:
  static bool holds(int from, int to, int year) { return from <= year && year < to; }
  static std::optional<int> parent(const State& state, int unit, int year);
  static bool keeps_rules(const State& state);

  std::mt19937 random_;
};

} // namespace grunndata::registry::virksomhet::stories
