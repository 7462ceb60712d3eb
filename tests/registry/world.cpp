#include "tests/registry/world.h"

#include <algorithm>

#include <doctest/doctest.h>

namespace grunndata::registry::stories {

using enum PersonPart;

std::string day_text(unsigned n) {
  const auto two = [](unsigned value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  return std::to_string(1950 + n / 336) + '-' + two(n / 28 % 12 + 1) + '-' + two(n % 28 + 1);
}

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

/// What is told of parts that changed, and of rows that stayed, but come into or go out of open
/// sight. A twin, for whom nothing of what hides was ever registered, would be told by name.
std::map<PersonPart, Told> World::told(const Someone& before, const Someone& after,
                                       const std::set<PersonPart>& changed) {
  const auto hides = [](const Someone& one) {
    return one.known_protection >= Grading::confidential;
  };
  const auto shows = [&hides](const Someone& one) {
    return !hides(one) && std::ranges::any_of(one.known, [](const Known& known) {
      return tells_place(known.fact.part) && known.recorded_to == forever;
    });
  };
  std::map<PersonPart, Told> events;
  for (const PersonPart part : changed) {
    events[part] = part == address_protection ? Told::nothing
                   : part == family_relation  ? Told::generalised
                                              : Told::named;
  }
  const bool goes = shows(before) && hides(after);
  const bool comes = hides(before) && shows(after);
  const bool moved = changed.contains(residential_address);
  if (goes) {
    events[moved ? residential_address : address_protection] = Told::generalised;
  } else if (comes) {
    events[residential_address] = Told::named;
  } else if (moved && !shows(before) && !shows(after)) {
    events[residential_address] = Told::nothing;
  }
  const auto is = [&events](Told wanted) {
    return std::ranges::find(events, wanted, [](const auto& one) { return one.second; });
  };
  // What they were told before is withheld from now on: they are told that something changed.
  if (hides(after) && before.told_moves && is(Told::generalised) == events.end()) {
    const auto hidden = is(Told::nothing);
    events[hidden == events.end() ? address_protection : hidden->first] = Told::generalised;
  }
  return events;
}

/// Rows that came and went; the events of it, as read with legal basis: those that are named
/// without come first, and those that are hidden last.
Texts World::learn(Someone& someone, std::uint64_t sequence) {
  const Someone before = someone;
  std::set<PersonPart> changed;
  std::vector<Fact> said = someone.facts;
  Fact numbers;
  numbers.part = norwegian_identification_number;
  numbers.value = someone.number;
  for (const std::string& old : someone.formerly) numbers.value += '/' + old;
  said.push_back(numbers);
  if (someone.protection >= someone.linked) someone.linked = Grading::unclassified;
  const Grading now = std::max(someone.protection, someone.linked);
  const bool strict = now == Grading::strictly_confidential;
  if (strict) {
    std::erase_if(said, [](const Fact& fact) { return tells_place(fact.part); });
  }
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
  if (strict) {
    std::erase_if(someone.known, [](const Known& known) {
      return tells_place(known.fact.part) && known.recorded_to != forever;
    });
  }
  someone.known_protection = now;
  const bool is_new = someone.first == 0;
  const auto events = is_new ? std::map<PersonPart, Told>{} : told(before, someone, changed);
  const auto move = events.find(residential_address);
  someone.told_moves =
      now < Grading::confidential &&
      (someone.told_moves || (move != events.end() && move->second == Told::named));
  Texts names;
  for (const Told wanted : {Told::named, Told::generalised, Told::nothing}) {
    for (const auto& [part, open] : events) {
      if (open == wanted) names.emplace_back(name_of(change_in(part)));
    }
  }
  return names;
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
    someone.linked = protection;
    someone.told_moves = someone.told_moves && protection < Grading::confidential;
    if (protection == Grading::strictly_confidential) {
      std::erase_if(someone.known, [](const Known& k) { return tells_place(k.fact.part); });
    }
  }
}

/// Imports the record of `who`. `events` come before those of changed parts.
void World::commit(std::size_t who, const std::vector<std::string>& events) {
  const std::uint64_t sequence = town_.newest() + 1;
  const bool is_new = people_[who].first == 0;
  REQUIRE(town_.import(record_of(people_[who]), next_day()) == WriteOutcome::written);
  const Texts changes = learn(people_[who], sequence);
  if (is_new) {
    people_[who].first = sequence;
    people_[who].id = town_.id_of(people_[who].number);
  }
  std::ranges::copy(events, std::back_inserter(events_));
  std::ranges::copy(changes, std::back_inserter(events_));
  hold(who, sequence);
  cover(who, people_[who].known_protection);
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
  kept.linked = std::max(kept.linked, people_[loser].known_protection);
  let_go(loser, people_[loser].number, sequence);
  for (const std::string& old : people_[loser].formerly) let_go(loser, old, sequence);
  commit(survivor, {"PersonIsDiscontinuedAsDuplicate", "PersonIsContinuedAsValidUponMerger"});
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
  std::ranges::copy(learn(people_[who], newest + 1), std::back_inserter(events_));
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

} // namespace grunndata::registry::stories
