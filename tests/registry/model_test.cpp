// Random operations end where a plain model ends: what the model answers, and the registry.
#include "tests/registry/world.h"

#include <algorithm>

#include <doctest/doctest.h>

namespace grunndata::registry::stories {

namespace {
constexpr unsigned operations = 3000;
constexpr unsigned operations_between_checks = 250;
constexpr unsigned questions_per_operation = 3;
} // namespace

using enum PersonPart;

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
    const bool then = recorded == forever ? holding.to == forever
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
    return std::pair(a->fact.from, a->fact.registered) <
           std::pair(b->fact.from, b->fact.registered);
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
      to = next == nullptr                    ? row->fact.registered
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
    if (key.type == IdentifierType::duf ||
        (ask.recorded_as_of && *ask.recorded_as_of < people_[*who].first))
      return;
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

TEST_CASE("thousands of random operations end where a plain model ends") {
  for (const std::uint32_t seed : {1U, 2U, 3U}) {
    CAPTURE(seed);
    World world(seed);
    world.run();
  }
}

} // namespace grunndata::registry::stories
