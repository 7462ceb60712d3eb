// Search beside the plainest thing that could answer: every unit looked at, word by word, over the
// same folding; for any day, as known after any batch.
#include "registry/virksomhet/search/node_search.h"
#include "tests/virksomhet/node_builder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <tuple>

using namespace grunndata::registry;
using namespace grunndata::registry::virksomhet;
using namespace grunndata::registry::virksomhet::stories;
using grunndata::registry::stories::Engine;
using grunndata::registry::stories::Texts;
using namespace grunndata::registry::virksomhet::search;

namespace {

constexpr int units = 30;
constexpr int never = 99'999;
constexpr int today = 1'000; ///< later than all years that are spoken of

const std::vector<std::string> name_words{
    "Fjord",    "FJORDANE", "Sjukehus", "sykehus",  "sykehuset", "Ås",       "AS",   "HF",
    "Tønsberg", "Tonsberg", "heimeteneste", "hjemmetjeneste", "øye", "avd", "avdeling", "post",
    "Posten",   "poste",    "Ullevål",  "1",        "2",    "Universitetssjukehus"};
const std::vector<std::string> asked_words{
    "fjord", "fjrod", "fjo", "sykehus", "sjukehus", "sykehsu", "ås", "as", "a", "tønsberg",
    "toensberg", "tonsbreg", "hjemmetenste", "heimeteneste", "oye", "auge", "avd", "avdelig",
    "post", "universitetssykehus",
    "posen", "ulleval", "ulevål", "1", "oslo", "bergn", "dal"};
const std::vector<std::string> places{"Oslo", "Bergen", "Dal"};

struct Said {
  std::string text;
  int from = -1, to = never;
  bool is_personal = false;
};
struct Unit {
  std::vector<Said> names, addresses; ///< of addresses the place
  int opened = -1, closed = never;
  int staff = 0;
  std::string form;
  bool is_withheld = false;
};
using State = std::map<int, Unit>;

std::string key_of(int unit) { return "RSH:" + std::to_string(4990000 + unit); }
std::string date_of(int year) { return std::to_string(2000 + year) + "-01-01"; }
Period period_of(const Said& said) {
  return {said.from < 0 ? "" : date_of(said.from), said.to == never ? "" : date_of(said.to),
          Says::interval};
}
bool holds(const Said& said, int year) { return said.from <= year && year < said.to; }
std::string municipality_of(const std::string& place) {
  return "030" + std::to_string(std::ranges::find(places, place) - places.begin());
}

class Random {
public:
  explicit Random(unsigned seed) : engine_(seed) {}
  int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(engine_); }
  bool chance(int percent) { return below(100) < percent; }
  const std::string& one_of(const std::vector<std::string>& texts) {
    return texts[static_cast<std::size_t>(below(static_cast<int>(texts.size())))];
  }

private:
  std::mt19937 engine_;
};

Said said(Random& random, std::string text) {
  Said one{std::move(text)};
  if (random.chance(50)) one.from = random.below(10);
  if (random.chance(40)) one.to = std::max(one.from, 0) + 1 + random.below(10);
  one.is_personal = random.chance(10);
  return one;
}

Unit invented(Random& random) {
  Unit unit;
  for (int i = random.below(3) + 1; i > 0; --i) {
    std::string name;
    for (int word = random.below(3) + 1; word > 0; --word) {
      name += (name.empty() ? "" : " ") + random.one_of(name_words);
    }
    unit.names.push_back(said(random, name));
  }
  if (random.chance(60)) unit.addresses.push_back(said(random, random.one_of(places)));
  if (random.chance(30)) unit.opened = random.below(10);
  if (random.chance(30)) unit.closed = std::max(unit.opened, 0) + 1 + random.below(15);
  if (random.chance(60)) unit.staff = 1 << random.below(8);
  unit.form = random.chance(50) ? "KOMM" : "ORGL";
  unit.is_withheld = random.chance(8);
  return unit;
}

NodeBuilder record_of(int number, const Unit& unit) {
  const Period always{"", "", Says::interval};
  NodeBuilder builder(NodeType::resh_enhet, key_of(number));
  const auto mark = [&builder](const Said& one) {
    if (one.is_personal) builder.personal();
  };
  for (const Said& name : unit.names) {
    builder.named(name.text, period_of(name));
    mark(name);
  }
  builder.says(NodePart::form, R"({"code":")" + unit.form + "\"}", always);
  if (unit.staff != 0) {
    builder.says(NodePart::employees, R"({"count":)" + std::to_string(unit.staff) + "}", always);
  }
  for (const Said& address : unit.addresses) {
    std::string body = R"({"postalPlace":")";
    body.append(address.text).append(R"(","municipalityNumber":")");
    body.append(municipality_of(address.text)).append("\"}");
    builder.says(NodePart::visiting_address, body, period_of(address));
    mark(address);
  }
  if (unit.opened >= 0) builder.opened(date_of(unit.opened));
  if (unit.closed != never) builder.closed(date_of(unit.closed));
  if (unit.is_withheld) builder.withheld();
  return builder;
}

std::size_t edits_between(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> table(a.size() + 1,
                                              std::vector<std::size_t>(b.size() + 1, 0));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        table[i][j] = i + j;
        continue;
      }
      std::size_t least = table[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      least = std::min({least, table[i - 1][j] + 1, table[i][j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        least = std::min(least, table[i - 2][j - 2] + 1);
      }
      table[i][j] = least;
    }
  }
  return table[a.size()][b.size()];
}

struct Question {
  SearchOrder order;
  std::string place; ///< of the kommune asked for; empty: any
  int year = today;
};

/// 0 exact, 1 beginning, 2 misspelt.
std::optional<int> kind_of(const Word& asked, const Word& there, bool misspelt_too) {
  std::optional<int> kind;
  const auto note = [&kind](int one) { kind = kind ? std::min(*kind, one) : one; };
  for (const std::string& a : {asked.strict, asked.plain}) {
    for (const std::string& b : {there.strict, there.plain}) {
      if (a.empty() || b.empty()) continue;
      if (a == b) note(0);
      if (b.starts_with(a)) note(1);
    }
  }
  const std::string& plainest = asked.plain.empty() ? asked.strict : asked.plain;
  for (const std::string& b : {there.strict, there.plain}) {
    if (misspelt_too && !b.empty() && edits_between(plainest, b) <= edits_allowed(plainest)) {
      note(2);
    }
  }
  return kind;
}

using Rank = std::tuple<int, bool, bool, bool, int, int>;

class Model {
public:
  Model(const State& known, const State& newest, const Question& question)
      : known_(known), newest_(newest), question_(question),
        asked_(words_of(question.order.text)) {}

  std::map<int, Rank> answer() const {
    auto all = fitting(false);
    return all.size() < misspelt_below && !asked_.empty() ? fitting(true) : all;
  }

private:
  bool sees(bool is_personal) const { return !is_personal || question_.order.sight.personal; }
  std::map<int, Rank> fitting(bool misspelt_too) const {
    std::map<int, Rank> all;
    for (const auto& [number, unit] : known_) {
      const auto rank = rank_of(unit, misspelt_too);
      const bool is_seen = !newest_.at(number).is_withheld || question_.order.sight.withheld;
      if (rank && is_seen) all.emplace(number, *rank);
    }
    return all;
  }
  std::optional<Rank> rank_of(const Unit& unit, bool misspelt_too) const;
  std::optional<std::pair<int, int>> word_fit(const Unit& unit, const Word& word,
                                              bool misspelt_too) const;

  const State& known_;
  const State& newest_;
  const Question& question_;
  std::vector<Word> asked_;
};

std::optional<std::pair<int, int>> Model::word_fit(const Unit& unit, const Word& word,
                                                   bool misspelt_too) const {
  std::optional<std::pair<int, int>> best;
  const auto look = [&](const Said& said, int field) {
    if (!sees(said.is_personal)) return;
    for (const Word& there : words_of(said.text)) {
      const std::string head = head_of(there);
      for (const Word& part : {there, Word{head, plain_of(head)}}) {
        const auto kind = kind_of(word, part, misspelt_too);
        const std::pair fit{kind.value_or(0), field};
        if (kind && (!best || fit < *best)) best = fit;
      }
    }
  };
  for (const Said& name : unit.names) {
    if (holds(name, question_.year)) look(name, 0);
    else if (name.to <= question_.year) look(name, 2);
  }
  for (const Said& address : unit.addresses) {
    if (holds(address, question_.year)) look(address, 1);
  }
  return best;
}

std::optional<Rank> Model::rank_of(const Unit& unit, bool misspelt_too) const {
  const int year = question_.year;
  const bool is_open = year < unit.closed;
  const SearchOrder& order = question_.order;
  if (year < unit.opened || (order.life == Life::open && !is_open) ||
      (order.life == Life::closed && is_open) || (!order.code.empty() && order.code != unit.form)) {
    return std::nullopt;
  }
  const bool is_there = std::ranges::any_of(unit.addresses, [&](const Said& address) {
    return holds(address, year) && address.text == question_.place && sees(address.is_personal);
  });
  if (!question_.place.empty() && !is_there) return std::nullopt;
  int worst = 0, in_places = 0;
  bool former = false;
  for (std::size_t i = 0; i < asked_.size(); ++i) {
    const bool is_again = std::any_of(asked_.begin(), asked_.begin() + static_cast<int>(i),
                                      [&](const Word& w) { return w.strict == asked_[i].strict; });
    const auto fit = word_fit(unit, asked_[i], misspelt_too);
    if (!fit) return std::nullopt;
    if (is_again) continue;
    worst = std::max(worst, fit->first);
    in_places += fit->second == 1 ? 1 : 0;
    former = former || fit->second == 2;
  }
  const bool whole = std::ranges::any_of(unit.names, [&](const Said& name) {
    return !asked_.empty() && holds(name, year) && sees(name.is_personal) &&
           whole_name_of(words_of(name.text)) == whole_name_of(asked_);
  });
  const int size = unit.staff == 0 ? 0 : static_cast<int>(std::bit_width(unsigned(unit.staff)));
  return Rank{worst, !whole, former, !is_open, in_places, -size};
}

Question invented_question(Random& random) {
  Question question;
  SearchOrder& order = question.order;
  for (int i = random.below(3) + (random.chance(90) ? 1 : 0); i > 0; --i) {
    order.text += (order.text.empty() ? "" : " ") + random.one_of(asked_words);
  }
  if (order.text.find_first_not_of("a1 ") == std::string::npos) order.text.clear();
  if (random.chance(20) || order.text.empty()) {
    question.place = random.one_of(places);
    order.municipality = municipality_of(question.place);
  }
  if (random.chance(20)) order.code = random.chance(50) ? "KOMM" : "ORGL";
  order.life = static_cast<Life>(random.below(3));
  order.sight = {.withheld = random.chance(50), .personal = random.chance(50)};
  order.limit = static_cast<std::size_t>(1 + random.below(12));
  return question;
}

/// Keys of all pages.
Texts found(NodeSearch& search, SearchOrder order) {
  Texts keys;
  do {
    const auto page = search.search(order);
    if (!page) FAIL(page.error().message);
    for (const SearchHit& hit : page->hits) keys.push_back(to_text(hit.node.key.view()));
    order.after = page->next;
  } while (!order.after.empty());
  return keys;
}

} // namespace

TEST_CASE("search answers as looking at every unit would, on both axes of time") {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    Town town(Engine::memory);
    NodeSearch search(town.registry());
    const auto go_on = [] { return false; };
    REQUIRE(search.refresh(go_on).has_value());
    State state;
    std::vector<std::pair<std::uint64_t, State>> known;
    for (int round = 0; round < 12; ++round) {
      std::vector<NodeBuilder> records;
      for (int number = 0; number < units; ++number) {
        if (!random.chance(round == 0 ? 70 : 20)) continue;
        state[number] = invented(random);
        records.push_back(record_of(number, state[number]));
      }
      load(town, NodeSource::resh, "20" + std::to_string(25 + round) + "-01-01", records);
      known.emplace_back(town.newest(), state);
      if (round % 5 == 4) REQUIRE(search.refresh(go_on).has_value());
      std::map<std::string, EntityId> ids;
      {
        const Structure structure(town.registry(), {});
        for (const auto& [number, unit] : state) {
          ids[key_of(number)] = find(structure, key_of(number));
        }
      }
      for (int ask = 0; ask < 60; ++ask) {
        Question question = invented_question(random);
        const State* then = &state;
        if (random.chance(40)) {
          question.year = random.below(25);
          question.order.as_of.valid = day(date_of(question.year));
        }
        if (random.chance(30)) {
          const auto& one = known[static_cast<std::size_t>(random.below(round + 1))];
          question.order.as_of.recorded = one.first;
          then = &one.second;
        }
        std::vector<std::tuple<Rank, EntityId, std::string>> expected;
        for (const auto& [number, rank] : Model(*then, state, question).answer()) {
          expected.emplace_back(rank, ids[key_of(number)], key_of(number));
        }
        std::ranges::sort(expected);
        Texts keys;
        for (const auto& one : expected) keys.push_back(std::get<2>(one));
        CAPTURE(question.order.text);
        CAPTURE(question.year);
        REQUIRE(found(search, question.order) == keys);
      }
    }
  }
}
