// Random operations against a plain model: persons with all versions of their rows, kept in
// vectors and searched from end to end.
#include "tests/registry/town.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <variant>

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

constexpr unsigned operations = 3000;
constexpr unsigned operations_between_checks = 250;
constexpr unsigned questions_per_operation = 3;
constexpr std::uint64_t forever = ~std::uint64_t{0};

using enum PersonPart;

/// The n-th day of a calendar of 28-day months.
std::string day_text(unsigned n) {
  const auto two = [](unsigned value) {
    return (value < 10 ? "0" : "") + std::to_string(value);
  };
  return std::to_string(1950 + n / 336) + '-' + two(n / 28 % 12 + 1) + '-' + two(n % 28 + 1);
}

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

struct Number {
  std::string text;
  bool in_use = true, primary = true;
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
  std::uint64_t first = 0;
  std::optional<std::size_t> merged_into;
  std::uint64_t merged_since = 0;
};

/// One who has or had an identifier.
struct Holding {
  std::size_t who = 0;
  bool in_use = true;
  std::uint64_t from = 0, to = forever;
};

constexpr bool tells_place(PersonPart part) { return part == residential_address; }

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
  void commit(std::size_t who, std::vector<std::string> events);
  std::set<PersonPart> learn(Someone& someone, std::uint64_t sequence);
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

std::vector<std::size_t> World::living() const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < people_.size(); ++i) {
    if (!people_[i].merged_into) found.push_back(i);
  }
  return found;
}

PersonBuilder World::record_of(const Someone& someone) const {
  PersonBuilder person(someone.number, key_of_number_text(someone.number).type);
  std::string all = someone.number;
  for (const std::string& old : someone.formerly) {
    person.formerly(old, key_of_number_text(old).type);
    all += '/' + old;
  }
  person.has(norwegian_identification_number, R"("numbers":")" + all + '"');
  if (someone.duf) person.also(IdentifierType::duf, *someone.duf);
  person.protection(someone.protection);
  for (const Fact& fact : someone.facts) {
    RowFacts facts;
    facts.from = fact.from;
    facts.registered = fact.registered;
    facts.validity = fact.valid ? Validity::valid : Validity::not_valid;
    facts.grading = fact.grading;
    person.has(fact.part, fact.body, facts);
  }
  return person;
}

/// A new row in front; the one before is superseded, or corrected away.
void World::replace(Someone& someone, PersonPart part, const std::string& property) {
  const auto first = std::ranges::find(someone.facts, part, &Fact::part);
  std::string from = day_text(10'000 + static_cast<unsigned>(pick(9000)));
  if (first != someone.facts.end()) {
    if (chance(30)) {
      someone.facts.erase(first);
    } else {
      if (chance(20)) from = first->from; // as a kommuneregulering does
      first->valid = false;
    }
  }
  Fact fact;
  fact.part = part;
  fact.value = std::to_string(++number_);
  fact.body = '"' + property + R"(":")" + fact.value + '"';
  fact.from = std::move(from);
  fact.registered = day_text(19'000 + number_);
  someone.facts.insert(someone.facts.begin(), fact);
}

void World::mutate(Someone& someone) {
  if (chance(15)) {
    someone.protection = static_cast<Grading>(pick(4));
    std::erase_if(someone.facts, [](const Fact& f) { return f.part == address_protection; });
    if (someone.protection != Grading::unclassified) {
      replace(someone, address_protection, "level");
    }
  }
  const bool strict = someone.protection == Grading::strictly_confidential;
  if (strict) {
    std::erase_if(someone.facts, [](const Fact& fact) { return tells_place(fact.part); });
  } else if (chance(40)) {
    replace(someone, residential_address, "street");
  }
  if (chance(20)) replace(someone, family_relation, "role");
  if (chance(20)) replace(someone, citizenship, "country");
  replace(someone, name, "lastName");
}

bool World::leads_to(std::size_t from, std::size_t to) const {
  while (people_[from].merged_into) from = *people_[from].merged_into;
  return from == to;
}

/// Rows that came and went; the parts that changed.
std::set<PersonPart> World::learn(Someone& someone, std::uint64_t sequence) {
  std::set<PersonPart> changed;
  std::vector<Fact> said = someone.facts;
  Fact numbers;
  numbers.part = norwegian_identification_number;
  numbers.value = someone.number;
  for (const std::string& old : someone.formerly) numbers.value += '/' + old;
  said.push_back(numbers);
  for (Known& known : someone.known) {
    if (known.recorded_to != forever) continue;
    const auto same = std::ranges::find(said, known.fact);
    if (same != said.end()) {
      said.erase(same);
    } else {
      known.recorded_to = sequence;
      changed.insert(known.fact.part);
    }
  }
  for (const Fact& fact : said) {
    someone.known.push_back({fact, sequence});
    changed.insert(fact.part);
  }
  if (someone.protection == Grading::strictly_confidential) {
    std::erase_if(someone.known, [](const Known& known) {
      return tells_place(known.fact.part) && known.recorded_to != forever;
    });
  }
  someone.known_protection = someone.protection;
  return changed;
}

void World::hold(std::size_t who, std::uint64_t sequence) {
  const Someone& someone = people_[who];
  std::map<std::string, bool> wanted{{someone.number, true}};
  for (const std::string& old : someone.formerly) wanted[old] = false;
  if (someone.duf) wanted[*someone.duf] = true;
  for (auto& [number, holdings] : held_) {
    for (Holding& holding : holdings) {
      if (holding.who != who || holding.to != forever) continue;
      const auto same = wanted.find(number);
      if (same != wanted.end() && same->second == holding.in_use) {
        wanted.erase(same);
      } else {
        holding.to = sequence;
      }
    }
  }
  for (const auto& [number, in_use] : wanted) held_[number].push_back({who, in_use, sequence});
}

void World::let_go(std::size_t who, const std::string& number, std::uint64_t sequence) {
  for (Holding& holding : held_[number]) {
    if (holding.who == who && holding.to == forever) holding.to = sequence;
  }
}

void World::cover(std::size_t survivor, Grading protection) {
  for (std::size_t i = 0; i < people_.size(); ++i) {
    Someone& someone = people_[i];
    if (i == survivor || !leads_to(i, survivor) || someone.known_protection >= protection) continue;
    someone.known_protection = protection;
    if (protection == Grading::strictly_confidential) {
      std::erase_if(someone.known, [](const Known& k) { return tells_place(k.fact.part); });
    }
  }
}

/// Imports the record of `who`. `events` come before those of changed parts.
void World::commit(std::size_t who, std::vector<std::string> events) {
  const std::uint64_t sequence = town_.newest() + 1;
  const bool is_new = people_[who].first == 0;
  REQUIRE(town_.import(record_of(people_[who]), next_day()) == WriteOutcome::written);
  const auto changed = learn(people_[who], sequence);
  if (is_new) {
    people_[who].first = sequence;
    people_[who].id = town_.id_of(people_[who].number);
  } else {
    for (const PersonPart part : changed) events.emplace_back(name_of(change_in(part)));
  }
  std::ranges::copy(events, std::back_inserter(events_));
  hold(who, sequence);
  cover(who, people_[who].protection);
}

void World::be_born() {
  Someone someone;
  someone.number = chance(30) ? dnr(++number_) : fnr(++number_);
  if (chance(30)) someone.duf = "2020" + std::to_string(10'000'000 + pick(20));
  mutate(someone);
  people_.push_back(std::move(someone));
  commit(people_.size() - 1, {"PersonPopulated"});
}

void World::change(std::size_t who) {
  mutate(people_[who]);
  if (chance(10)) people_[who].duf.reset();
  commit(who, {});
}

void World::get_new_number(std::size_t who) {
  Someone& someone = people_[who];
  someone.formerly.insert(someone.formerly.begin(), someone.number);
  someone.number = fnr(++number_);
  commit(who, {});
}

void World::merge(std::size_t loser, std::size_t survivor) {
  Someone& kept = people_[survivor];
  const std::uint64_t sequence = town_.newest() + 1;
  kept.formerly.push_back(people_[loser].number);
  std::ranges::copy(people_[loser].formerly, std::back_inserter(kept.formerly));
  people_[loser].merged_into = survivor;
  people_[loser].merged_since = sequence;
  let_go(loser, people_[loser].number, sequence);
  for (const std::string& old : people_[loser].formerly) let_go(loser, old, sequence);
  commit(survivor, {"PersonIsContinuedAsValidUponMerger"});
  events_.emplace_back("PersonIsDiscontinuedAsDuplicate");
}

void World::split(std::size_t who) {
  Someone& back = people_[who];
  const std::uint64_t sequence = town_.newest() + 1;
  std::vector<std::string> numbers = back.formerly;
  numbers.push_back(back.number);
  for (std::size_t i = who; people_[i].merged_into; i = *people_[i].merged_into) {
    const std::size_t survivor = *people_[i].merged_into;
    std::erase_if(people_[survivor].formerly, [&](const std::string& number) {
      return std::ranges::find(numbers, number) != numbers.end();
    });
    for (const std::string& number : numbers) let_go(survivor, number, sequence);
  }
  back.merged_into.reset();
  mutate(back);
  commit(who, {"PersonIsRestoredBySplitting"});
  events_.emplace_back("PersonIsChangedBySplitting");
}

void World::repeat(std::size_t who) {
  const auto newest = town_.newest();
  // A record that a split took numbers from says something else than what was imported.
  const auto outcome = town_.import(record_of(people_[who]), next_day());
  if (outcome == WriteOutcome::unchanged) {
    CHECK(town_.newest() == newest);
    return;
  }
  for (const PersonPart part : learn(people_[who], newest + 1)) {
    events_.emplace_back(name_of(change_in(part)));
  }
  hold(who, newest + 1);
}

void World::come_late(std::size_t who) {
  Someone old = people_[who];
  mutate(old);
  const auto newest = town_.newest();
  CHECK(town_.import(record_of(old), day_text(19'990)) == WriteOutcome::superseded);
  CHECK(town_.newest() == newest);
}

void World::operate() {
  const auto alive = living();
  std::vector<std::size_t> merged;
  for (std::size_t i = 0; i < people_.size(); ++i) {
    if (people_[i].merged_into) merged.push_back(i);
  }
  const std::size_t dice = pick(100);
  const std::size_t who = alive.empty() ? 0 : alive[pick(alive.size())];
  const std::size_t other = alive.empty() ? 0 : alive[pick(alive.size())];
  if (alive.size() < 4 || (dice < 8 && people_.size() < 200)) return be_born();
  if (dice < 60) return change(who);
  if (dice < 68) return get_new_number(who);
  if (dice < 78 && who != other) return merge(who, other);
  if (dice < 86 && !merged.empty()) return split(merged[pick(merged.size())]);
  if (dice < 93) return repeat(who);
  return come_late(who);
}

std::size_t World::carried_on(std::size_t who, std::uint64_t recorded) const {
  while (people_[who].merged_into && people_[who].merged_since <= recorded) {
    who = *people_[who].merged_into;
  }
  return who;
}

std::variant<std::size_t, ErrorCode> World::find(const std::string& number,
                                                 std::uint64_t recorded) const {
  std::set<std::size_t> used, ceased;
  for (const Holding& holding : held_.at(number)) {
    const bool then = recorded == forever
                          ? holding.to == forever
                          : holding.from <= recorded && recorded < holding.to;
    if (then) (holding.in_use ? used : ceased).insert(carried_on(holding.who, recorded));
  }
  const auto& best = used.empty() ? ceased : used;
  if (best.empty()) {
    return recorded == forever ? ErrorCode::not_found : ErrorCode::not_known_then;
  }
  if (best.size() > 1) return ErrorCode::ambiguous;
  return *best.begin();
}

/// From and to of rows of one part, by index; "9" sorts behind every day.
std::vector<std::pair<std::string, std::string>>
World::intervals(std::vector<const Known*> rows) const {
  const auto later = [](const Known* a, const Known* b) {
    return std::pair(a->fact.from, a->fact.registered) < std::pair(b->fact.from, b->fact.registered);
  };
  std::vector<std::pair<std::string, std::string>> found;
  for (const Known* row : rows) {
    const Known *next = nullptr, *before = nullptr;
    for (const Known* other : rows) {
      if (later(row, other) && (next == nullptr || later(other, next))) next = other;
      if (later(other, row) && (before == nullptr || later(before, other))) before = other;
    }
    const bool single = facts_of(row->fact.part).single_valued;
    std::string from = row->fact.from, to = "9";
    if (single && before != nullptr && !before->fact.valid && before->fact.from == from) {
      from = std::max(from, row->fact.registered);
    }
    if (!row->fact.valid) {
      to = next == nullptr                     ? row->fact.registered
           : next->fact.from > row->fact.from ? next->fact.from
                                              : next->fact.registered;
    }
    found.emplace_back(from, to);
  }
  return found;
}

/// Sorted: the order of a part's rows as recorded then is not kept.
Texts World::expected(std::size_t who, PersonPart part, const Ask& ask) const {
  const Someone& someone = people_[who];
  std::vector<const Known*> rows;
  for (const Known& known : someone.known) {
    const bool then = ask.recorded_as_of ? known.recorded_from <= *ask.recorded_as_of &&
                                               *ask.recorded_as_of < known.recorded_to
                                         : known.recorded_to == forever;
    if (known.fact.part == part && then) rows.push_back(&known);
  }
  const bool open = ask.access == Access::no_legal_basis;
  const bool strict = someone.known_protection == Grading::strictly_confidential;
  const bool hides = someone.known_protection >= Grading::confidential;
  if (tells_place(part) && (strict || (open && hides))) return {};
  if (open && (part == family_relation || part == address_protection)) return {};
  const auto times = intervals(rows);
  Texts values;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Known& row = *rows[i];
    const bool historic = !row.fact.valid || row.recorded_to != forever;
    if (open && historic && part == citizenship) continue;
    const std::string when = ask.as_of ? format_instant(*ask.as_of).substr(0, 10) : "";
    const bool wanted = ask.as_of ? times[i].first <= when && when < times[i].second
                                  : ask.history || row.fact.valid;
    if (wanted) values.push_back(row.fact.value);
  }
  std::ranges::sort(values);
  return values;
}

void World::ask_about(const std::string& number, std::size_t who, const Ask& ask) {
  const std::string view = town_.view(number, ask);
  CHECK(values_of(view, "id") == Texts{people_[who].id});
  const std::vector<std::pair<PersonPart, std::string>> parts{{name, "lastName"},
                                                              {residential_address, "street"},
                                                              {citizenship, "country"},
                                                              {family_relation, "role"},
                                                              {address_protection, "level"}};
  for (const auto& [part, property] : parts) {
    Texts told = values_of(view, property);
    std::ranges::sort(told);
    CAPTURE(property);
    CAPTURE(view);
    CHECK(told == expected(who, part, ask));
  }
}

void World::question() {
  auto holding = held_.begin();
  std::advance(holding, static_cast<std::ptrdiff_t>(pick(held_.size())));
  const std::string& number = holding->first;
  Ask ask;
  ask.access = chance(50) ? Access::legal_basis : Access::no_legal_basis;
  ask.history = chance(50);
  if (chance(40)) ask.recorded_as_of = 1 + pick(town_.newest());
  if (chance(40)) {
    ask.as_of = at(day_text(9'990 + static_cast<unsigned>(pick(9'100))) + "T12:00:00Z");
  }
  const IdentifierKey key = number.starts_with("2020")
                                ? IdentifierKey{IdentifierType::duf, number, {}}
                                : key_of_number_text(number);
  const auto answer = find(number, ask.recorded_as_of.value_or(forever));
  CAPTURE(number);
  if (const auto* who = std::get_if<std::size_t>(&answer)) {
    const auto match = town_.match(key, ask.recorded_as_of);
    REQUIRE(match.has_value());
    CHECK(std::string(view_of(town_.registry().ids().seal(match->entity))) == people_[*who].id);
    if (key.type == IdentifierType::duf || (ask.recorded_as_of && *ask.recorded_as_of < people_[*who].first)) return;
    ask_about(number, *who, ask);
  } else {
    CHECK(town_.refusal(key, ask) == std::get<ErrorCode>(answer));
  }
}

void World::run() {
  for (unsigned i = 1; i <= operations; ++i) {
    CAPTURE(i);
    operate();
    CAPTURE(town_.events(town_.newest() > 6 ? town_.newest() - 6 : 0));
    REQUIRE(town_.newest() == events_.size());
    for (unsigned q = 0; q < questions_per_operation; ++q) question();
    if (i % operations_between_checks != 0) continue;
    check_whole(town_.registry());
    town_.reopen();
    std::uint64_t from = 0;
    Texts told;
    while (from <= town_.newest()) {
      const auto page = town_.registry().events(from, 500, Access::legal_basis);
      REQUIRE(page.has_value());
      for (const Event& event : page->events) told.emplace_back(name_of(event.type));
      from = page->next;
    }
    std::size_t first_wrong = 0;
    while (first_wrong < told.size() && told[first_wrong] == events_[first_wrong]) ++first_wrong;
    CHECK(first_wrong == events_.size());
    CHECK(told.size() == events_.size());
  }
}

} // namespace

TEST_CASE("thousands of random operations end where a plain model ends") {
  for (const std::uint32_t seed : {1U, 2U, 3U}) {
    CAPTURE(seed);
    World world(seed);
    world.run();
  }
}
