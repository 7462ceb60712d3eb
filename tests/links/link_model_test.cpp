// Random issuing, cancelling, links, undoings, approvals, imports, merges and splits end where a
// plain model ends: a map of who carries whom on, kept for every sequence.
#include "tests/links/desk.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include <doctest/doctest.h>

namespace grunndata::registry::stories {

namespace {

constexpr std::size_t nobody = ~std::size_t{0};
constexpr std::size_t numbers_at_first = 10;
constexpr std::size_t numbers_max = 40;
constexpr unsigned persons_at_first = 8;
constexpr unsigned persons_max = 16;

/// The n-th day of a calendar of 28-day months.
std::string day_text(unsigned n) {
  const auto two = [](unsigned value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  return std::to_string(1950 + n / 336) + '-' + two(n / 28 % 12 + 1) + '-' + two(n % 28 + 1);
}

struct Name {
  std::string text, from;
  std::uint64_t recorded = 0;
};

/// Who carried somebody on since a sequence, and whether a link had it so.
struct Edge {
  std::uint64_t since = 0;
  std::size_t to = nobody;
  bool by_link = false;
};

struct Human {
  std::string number, id;
  bool is_hjelpenummer = false;
  std::vector<Name> names; ///< oldest first
  std::size_t merged_into = nobody;
  std::size_t link = nobody;   ///< index of the live one
  bool rests = false;          ///< that link
  std::uint64_t cancelled = 0; ///< sequence since which nobody goes by the number; 0: never
  std::vector<Edge> edges{{}};

  [[nodiscard]] IdentifierKey key() const {
    return {is_hjelpenummer ? IdentifierType::fhn : IdentifierType::fnr, number, {}};
  }
};

struct Known {
  std::uint64_t number = 0;
  std::size_t loser = nobody, survivor = nobody;
  LinkState state{};
  std::string by;
};

class Model {
public:
  Model(std::uint32_t seed, Engine engine) : random_(seed), town_(engine) {}
  void run(unsigned steps, unsigned questions);

private:
  std::size_t pick(std::size_t count) {
    return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_);
  }
  bool chance(unsigned percent) { return pick(100) < percent; }
  std::string next_day() { return day_text(++day_); }

  void begin();
  void step();
  void issue();
  void bear();
  void cancel(std::size_t who);
  void tell(std::size_t who);
  void import(std::size_t who);
  void rename(std::size_t who);
  void merge(std::size_t loser, std::size_t survivor);
  void split(std::size_t loser);
  void link(std::size_t loser, std::size_t survivor);
  void decide(Known& link);
  void undo(Known& link);
  void question();
  void ask(std::size_t who, std::uint64_t recorded, bool is_now);

  /// The fold: who carries `who` on by what the source and people say now.
  [[nodiscard]] Edge edge(std::size_t who) const;
  [[nodiscard]] bool leads_to(std::size_t from, std::size_t to) const;
  [[nodiscard]] std::size_t end(std::size_t who) const;
  /// Somebody with a number of their own is one with `end`.
  [[nodiscard]] bool owns_a_number(std::size_t end) const;
  [[nodiscard]] bool carries_somebody(std::size_t who) const;
  /// A link rests only while its survivor leads back to its loser.
  void wake(std::vector<std::size_t> first);
  void note(std::uint64_t sequence);
  [[nodiscard]] const Edge& edge_then(std::size_t who, std::uint64_t recorded) const;
  [[nodiscard]] std::size_t end_then(std::size_t who, std::uint64_t recorded) const;
  [[nodiscard]] Texts numbers_then(std::size_t who, std::uint64_t recorded) const;
  [[nodiscard]] Texts ceased_then(std::size_t end, std::uint64_t recorded) const;

  std::mt19937 random_;
  Town town_;
  Desk desk_{town_};
  std::vector<Human> humans_;
  std::vector<Known> links_;
  unsigned day_ = 20'000, names_ = 0, persons_ = 0;
  std::size_t numbers_ = 0;
};

Edge Model::edge(std::size_t who) const {
  const Human& human = humans_[who];
  if (human.merged_into != nobody) return {0, human.merged_into, false};
  if (human.link != nobody && !human.rests) return {0, links_[human.link].survivor, true};
  return {};
}

bool Model::leads_to(std::size_t from, std::size_t to) const {
  for (; from != nobody; from = edge(from).to) {
    if (from == to) return true;
  }
  return false;
}

std::size_t Model::end(std::size_t who) const {
  while (edge(who).to != nobody) who = edge(who).to;
  return who;
}

bool Model::owns_a_number(std::size_t root) const {
  for (std::size_t i = 0; i < humans_.size(); ++i) {
    if (!humans_[i].is_hjelpenummer && end(i) == root) return true;
  }
  return false;
}

bool Model::carries_somebody(std::size_t who) const {
  for (std::size_t i = 0; i < humans_.size(); ++i) {
    if (edge(i).to == who) return true;
  }
  return false;
}

void Model::wake(std::vector<std::size_t> first) {
  for (std::size_t i = 0; i < humans_.size(); ++i) first.push_back(i);
  for (const std::size_t who : first) {
    Human& human = humans_[who];
    if (human.link == nobody || !human.rests || human.merged_into != nobody) continue;
    human.rests = leads_to(links_[human.link].survivor, who);
  }
}

void Model::note(std::uint64_t sequence) {
  for (std::size_t i = 0; i < humans_.size(); ++i) {
    Edge now = edge(i);
    now.since = sequence;
    const Edge& last = humans_[i].edges.back();
    if (last.to != now.to || last.by_link != now.by_link) humans_[i].edges.push_back(now);
  }
}

const Edge& Model::edge_then(std::size_t who, std::uint64_t recorded) const {
  const auto& edges = humans_[who].edges;
  auto found = edges.rbegin();
  while (found->since > recorded) ++found;
  return *found;
}

std::size_t Model::end_then(std::size_t who, std::uint64_t recorded) const {
  while (edge_then(who, recorded).to != nobody) who = edge_then(who, recorded).to;
  return who;
}

/// All that somebody held: their own number, and those of whom the source merged into them.
Texts Model::numbers_then(std::size_t who, std::uint64_t recorded) const {
  Texts numbers{humans_[who].number};
  for (std::size_t i = 0; i < humans_.size(); ++i) {
    const Edge& then = edge_then(i, recorded);
    if (then.to == who && !then.by_link) numbers.push_back(humans_[i].number);
  }
  return numbers;
}

Texts Model::ceased_then(std::size_t end, std::uint64_t recorded) const {
  Texts numbers;
  for (std::size_t i = 0; i < humans_.size(); ++i) {
    if (edge_then(i, recorded).by_link && end_then(i, recorded) == end) {
      std::ranges::move(numbers_then(i, recorded), std::back_inserter(numbers));
    }
  }
  std::ranges::sort(numbers);
  return numbers;
}

/// The source's record as it stands, at the next day.
void Model::import(std::size_t who) {
  const Human& human = humans_[who];
  PersonBuilder person(human.number);
  for (const Human& other : humans_) {
    if (other.merged_into == who) person.formerly(other.number);
  }
  for (std::size_t i = human.names.size(); i-- > 0;) {
    RowFacts facts;
    facts.from = human.names[i].from;
    facts.registered = human.names[i].from;
    facts.validity = i + 1 == human.names.size() ? Validity::valid : Validity::not_valid;
    person.named(human.names[i].text, facts);
  }
  town_.import(person, next_day());
}

void Model::rename(std::size_t who) {
  Human& human = humans_[who];
  const std::uint64_t sequence = town_.newest() + 1;
  human.names.push_back({"name" + std::to_string(++names_), day_text(10'000 + names_), sequence});
  import(who);
}

void Model::issue() {
  Human human;
  human.is_hjelpenummer = true;
  const std::string name = "name" + std::to_string(++names_);
  human.names.push_back({name, {}, town_.newest() + 1});
  human.number = desk_.issue(name);
  human.id = desk_.id(human.key());
  humans_.push_back(human);
  ++numbers_;
}

void Model::bear() {
  Human human;
  human.number = fnr(++persons_);
  humans_.push_back(human);
  rename(humans_.size() - 1);
  humans_.back().id = desk_.id(humans_.back().key());
}

void Model::begin() {
  while (numbers_ < numbers_at_first) issue();
  while (persons_ < persons_at_first) bear();
}

/// Of a number whose human is one with nobody else, by links.
void Model::cancel(std::size_t who) {
  Human& human = humans_[who];
  const std::uint64_t sequence = town_.newest() + 1;
  const bool done = desk_.try_cancel(human.number);
  CHECK(done == (human.link == nobody && !carries_somebody(who)));
  if (done) human.cancelled = sequence;
}

/// What is known of whoever goes by a hjelpenummer is told anew.
void Model::tell(std::size_t who) {
  Human& human = humans_[who];
  const std::uint64_t sequence = town_.newest() + 1;
  const std::string name = "name" + std::to_string(++names_);
  const bool done = desk_.try_tell(human.number, name);
  CHECK(done == (human.cancelled == 0));
  if (done) human.names.push_back({name, {}, sequence});
}

void Model::merge(std::size_t loser, std::size_t survivor) {
  const std::uint64_t sequence = town_.newest() + 1;
  humans_[loser].merged_into = survivor;
  import(survivor);
  if (leads_to(survivor, loser)) { // the first link on the way rests
    std::size_t at = survivor;
    while (!edge(at).by_link) at = edge(at).to;
    humans_[at].rests = true;
  }
  wake({});
  note(sequence);
}

void Model::split(std::size_t loser) {
  const std::size_t survivor = humans_[loser].merged_into;
  const std::uint64_t sequence = town_.newest() + 1;
  humans_[loser].merged_into = nobody;
  humans_[loser].rests = humans_[loser].link != nobody;
  import(loser);
  wake({loser});
  note(sequence);
  import(survivor);
}

void Model::link(std::size_t loser, std::size_t survivor) {
  const Human& from = humans_[loser];
  const Human& to = humans_[survivor];
  Manner manner;
  manner.by = chance(50) ? "Linda" : "Lars";
  manner.is_own_number = chance(70);
  const std::uint64_t sequence = town_.newest() + 1;
  const auto made = desk_.try_link(from.key(), to.key(), manner);
  const bool forbidden = loser == survivor || from.merged_into != nobody ||
                         to.merged_into != nobody || from.link != nobody || from.cancelled != 0 ||
                         to.cancelled != 0 || leads_to(survivor, loser);
  const bool foreign = !manner.is_own_number && (from.is_hjelpenummer || to.is_hjelpenummer);
  const bool waits =
      foreign || (!forbidden && owns_a_number(loser) && owns_a_number(end(survivor)));
  const auto proposed = std::ranges::find_if(links_, [&](const Known& known) {
    return known.state == LinkState::proposed && known.loser == loser && known.survivor == survivor;
  });
  if (forbidden || (waits && proposed != links_.end())) {
    CHECK_FALSE(made.has_value());
    CHECK(town_.newest() + 1 == sequence);
    return;
  }
  if (!made) FAIL(made.error().message);
  CHECK(made->link.state == (waits ? LinkState::proposed : LinkState::live));
  if (proposed != links_.end()) proposed->state = LinkState::refused;
  links_.push_back({made->link.number, loser, survivor, made->link.state, manner.by});
  if (!waits) {
    humans_[loser].link = links_.size() - 1;
    humans_[loser].rests = false;
    note(sequence);
  }
}

void Model::decide(Known& known) {
  const std::string by = chance(50) ? "Linda" : "Lars";
  const bool approved = chance(80);
  const std::uint64_t sequence = town_.newest() + 1;
  const auto decided = desk_.links().decide(known.number, approved, actor(by), "vurdert");
  Human& loser = humans_[known.loser];
  const bool refused =
      known.state != LinkState::proposed || by == known.by ||
      (approved &&
       (loser.link != nobody || loser.merged_into != nobody || loser.cancelled != 0 ||
        humans_[known.survivor].cancelled != 0 || leads_to(known.survivor, known.loser)));
  CHECK(decided.has_value() == !refused);
  if (refused) return;
  known.state = approved ? LinkState::live : LinkState::refused;
  CHECK(decided->state == known.state);
  if (approved) {
    loser.link = static_cast<std::size_t>(&known - links_.data());
    loser.rests = false;
    note(sequence);
  }
}

void Model::undo(Known& known) {
  const std::uint64_t sequence = town_.newest() + 1;
  const auto undone = desk_.links().undo(known.number, actor("Ulla"), "feil");
  CHECK(undone.has_value() == (known.state == LinkState::live || known.state == LinkState::undone));
  if (known.state != LinkState::live) return;
  known.state = LinkState::undone;
  humans_[known.loser].link = nobody;
  humans_[known.loser].rests = false;
  wake({});
  note(sequence);
}

void Model::step() {
  const std::size_t who = pick(humans_.size());
  const std::size_t other = pick(humans_.size());
  const std::size_t what = pick(100);
  const bool is_person = !humans_[who].is_hjelpenummer;
  if (what < 2 && numbers_ < numbers_max) {
    issue();
  } else if (what < 3 && persons_ < persons_max) {
    bear();
  } else if (what < 6) {
    if (!is_person && humans_[who].cancelled == 0) cancel(who);
  } else if (what < 12) {
    if (!is_person) tell(who);
  } else if (what < 44) {
    link(who, other);
  } else if (what < 62 && !links_.empty()) {
    undo(links_[pick(links_.size())]);
  } else if (what < 72 && !links_.empty()) {
    decide(links_[pick(links_.size())]);
  } else if (what < 83 && is_person && humans_[who].merged_into == nobody) {
    rename(who);
  } else if (what < 92 && is_person && !humans_[other].is_hjelpenummer && who != other) {
    const auto is_part = [this](std::size_t i) {
      return humans_[i].merged_into != nobody ||
             std::ranges::any_of(humans_, [i](const Human& h) { return h.merged_into == i; });
    };
    if (!is_part(who) && humans_[other].merged_into == nobody) merge(who, other);
  } else if (is_person && humans_[who].merged_into != nobody) {
    split(who);
  }
}

void Model::ask(std::size_t who, std::uint64_t recorded, bool is_now) {
  const Human& asked = humans_[who];
  if (asked.cancelled != 0 && asked.cancelled <= recorded) { // nobody goes by it any more
    CHECK_FALSE(town_.match(asked.key(), is_now ? std::nullopt : std::optional(recorded)));
    return;
  }
  const std::size_t end = end_then(who, recorded);
  const Human& found = humans_[end];
  Ask ask;
  if (!is_now) ask.recorded_as_of = recorded;
  const IdentifierKey key = asked.key();
  CHECK(desk_.id(key, ask.recorded_as_of) == found.id);
  const auto match = town_.match(key, ask.recorded_as_of);
  CHECK(match->moved == (end != who));
  CHECK(match->in_use == (end == who));
  CHECK(desk_.ceased(key, ask) == ceased_then(end, recorded));
  std::vector<const Name*> known;
  for (const Name& name : found.names) {
    if (name.recorded <= recorded) known.push_back(&name);
  }
  if (is_now) CHECK(desk_.name(key, ask) == Texts{known.back()->text});
  CHECK(desk_.name(key, as_of("2999-01-01T12:00:00Z", ask)) == Texts{known.back()->text});
  if (!found.is_hjelpenummer && chance(50)) {
    const std::string when = day_text(10'000 + static_cast<unsigned>(pick(names_ + 1)));
    const Name* valid = nullptr;
    for (const Name* name : known) {
      if (name->from <= when) valid = name;
    }
    CHECK(desk_.name(key, as_of(when + "T12:00:00Z", ask)) ==
          (valid == nullptr ? Texts{} : Texts{valid->text}));
  }
}

void Model::question() {
  const std::size_t who = pick(humans_.size());
  const bool is_now = chance(50);
  const std::uint64_t recorded = is_now ? town_.newest() : 1 + pick(town_.newest());
  const std::size_t end = end_then(who, recorded);
  const auto known_since = [this](std::size_t i) { return humans_[i].names.front().recorded; };
  if (known_since(who) > recorded || known_since(end) > recorded) return;
  CAPTURE(who);
  CAPTURE(recorded);
  CAPTURE(is_now);
  ask(who, recorded, is_now);
}

void Model::run(unsigned steps, unsigned questions) {
  begin();
  for (unsigned i = 1; i <= steps; ++i) {
    CAPTURE(i);
    step();
    for (unsigned q = 0; q < questions; ++q) question();
    if (i % 250 != 0) continue;
    check_whole(town_.registry());
    town_.reopen();
    for (const Known& known : links_) {
      CHECK(desk_.links().link(known.number)->state == known.state);
    }
  }
}

} // namespace

TEST_CASE("thousands of random links and imports end where a plain model ends, in memory") {
  for (const std::uint32_t seed : {1U, 2U, 3U}) {
    CAPTURE(seed);
    Model(seed, Engine::memory).run(2000, 3);
  }
}

TEST_CASE("and on disk, opened again and again") { Model(4, Engine::disk_flushed).run(1500, 2); }

} // namespace grunndata::registry::stories
