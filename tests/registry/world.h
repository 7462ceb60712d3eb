// A plain model of the registry: persons with all versions of their rows, kept in vectors and
// searched from end to end. It lives through random operations beside a real registry.
#pragma once

#include "tests/registry/town.h"

#include <map>
#include <random>
#include <set>
#include <utility>
#include <variant>

namespace grunndata::registry::stories {

inline constexpr std::uint64_t forever = ~std::uint64_t{0};

/// The n-th day of a calendar of 28-day months.
[[nodiscard]] std::string day_text(unsigned n);

struct Fact {
  PersonPart part{};
  std::string body, value, from, registered;
  bool valid = true;
  Grading grading = Grading::unclassified;
  auto operator<=>(const Fact&) const = default;
};

/// A fact as the registry got to know it.
struct Known {
  Fact fact;
  std::uint64_t recorded_from = 0, recorded_to = forever;
};

struct Someone {
  // What the source says now.
  std::vector<Fact> facts; ///< newest first inside a part
  std::string number;
  std::vector<std::string> formerly;
  std::optional<std::string> duf;
  Grading protection = Grading::unclassified;
  std::string id;
  // What the registry should know.
  std::vector<Known> known;
  Grading known_protection = Grading::unclassified;
  Grading linked = Grading::unclassified; ///< from merges; until the source says as much
  bool told_moves = false; ///< callers without legal basis are told of changes of address by name
  std::uint64_t first = 0;
  std::optional<std::size_t> merged_into;
  std::uint64_t merged_since = 0;
};

/// What callers without legal basis are told of a change: its name, that something changed,
/// nothing.
enum class Told : std::uint8_t { named, generalised, nothing };

/// One who has or had an identifier.
struct Holding {
  std::size_t who = 0;
  bool in_use = true;
  std::uint64_t from = 0, to = forever;
};

constexpr bool tells_place(PersonPart part) { return part == PersonPart::residential_address; }

class World {
public:
  explicit World(std::uint32_t seed) : random_(seed) {}

  void run();

private:
  std::size_t pick(std::size_t count) {
    return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_);
  }
  bool chance(unsigned percent) { return pick(100) < percent; }
  std::vector<std::size_t> living() const;
  std::string next_day() { return day_text(++day_); }

  void operate();
  void be_born();
  void change(std::size_t who);
  void merge(std::size_t loser, std::size_t survivor);
  void split(std::size_t who);
  void get_new_number(std::size_t who);
  void repeat(std::size_t who);
  void come_late(std::size_t who);

  void mutate(Someone& someone);
  void replace(Someone& someone, PersonPart part, const std::string& property);
  PersonBuilder record_of(const Someone& someone) const;
  void commit(std::size_t who, const std::vector<std::string>& events);
  Texts learn(Someone& someone, std::uint64_t sequence);
  static std::map<PersonPart, Told> told(const Someone& before, const Someone& after,
                                         const std::set<PersonPart>& changed);
  void hold(std::size_t who, std::uint64_t sequence);
  void let_go(std::size_t who, const std::string& number, std::uint64_t sequence);
  void cover(std::size_t survivor, Grading protection);
  bool leads_to(std::size_t from, std::size_t to) const;

  std::size_t carried_on(std::size_t who, std::uint64_t recorded) const;
  std::variant<std::size_t, ErrorCode> find(const std::string& number,
                                            std::uint64_t recorded) const;
  Texts expected(std::size_t who, PersonPart part, const Ask& ask) const;
  std::vector<std::pair<std::string, std::string>> intervals(std::vector<const Known*> rows) const;
  void question();
  void ask_about(const std::string& number, std::size_t who, const Ask& ask);

  std::mt19937 random_;
  Town town_{Engine::memory};
  std::vector<Someone> people_;
  std::map<std::string, std::vector<Holding>> held_;
  Texts events_;
  unsigned day_ = 20'000, number_ = 0;
};

} // namespace grunndata::registry::stories
