#include "identifiers/check.h"
#include "tests/generate/documents.h"

#include <doctest/doctest.h>
#include <simdjson.h>

#include <algorithm>
#include <set>
#include <unordered_set>
#include <vector>

namespace grunndata::generate {
namespace {

std::size_t lines_in(std::string_view text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

identifiers::Rules rules(identifiers::CheckRule check_rule) {
  identifiers::Rules chosen = identifiers::rules_for(identifiers::Environment::test);
  chosen.check_rule = check_rule;
  return chosen;
}

} // namespace

TEST_CASE("there are exactly as many documents as persons asked for") {
  for (const std::uint64_t persons : {0U, 1U, 2U, 3U, 4U, 5U, 6U, 7U, 50U, 999U, 1000U, 12345U}) {
    for (const std::uint64_t seed : {0U, 1U, 7U}) {
      const std::string text = documents({.persons = persons, .seed = seed});
      CHECK(lines_in(text) == persons);
      CHECK((text.empty() || text.back() == '\n'));
    }
  }
}

TEST_CASE("the same options give the same bytes and another seed others") {
  const PopulationOptions options{.persons = 3000, .seed = 7};
  const std::string once = documents(options);
  CHECK(once == documents(options));
  Population population(options);
  std::string pieces;
  for (std::string piece; population.next(piece); piece.clear()) pieces += piece;
  CHECK(once == pieces);
  CHECK(population.written() == 3000);
  CHECK(once != documents({.persons = 3000, .seed = 8}));
  CHECK(once != documents({.persons = 3000, .seed = 7, .as_of = day_of(2026, 6, 1)}));
}

TEST_CASE("no number stands twice among 200,000 persons, and each is valid and synthetic") {
  std::unordered_set<std::string> seen;
  std::uint64_t current = 0;
  std::uint64_t d_numbers = 0;
  const auto strict = rules(identifiers::CheckRule::pre2032);
  for_each_number({.persons = 200'000, .seed = 3}, [&](const PersonNumber& number) {
    REQUIRE(seen.emplace(number.number).second);
    const auto check = identifiers::check_person(number.number, strict);
    REQUIRE(check.valid);
    REQUIRE(check.synthetic == identifiers::Synthetic::skatteetaten);
    current += number.current ? 1 : 0;
    d_numbers += check.kind == identifiers::Kind::dnr ? 1 : 0;
  });
  CHECK(current == 200'000);
  CHECK(seen.size() > 206'000);
  CHECK(d_numbers > 25'000);
}

TEST_CASE("the numbers without documents are those of the documents") {
  const PopulationOptions options{.persons = 5000, .seed = 5};
  std::vector<std::set<std::string>> listed(options.persons);
  for_each_number(
      options, [&](const PersonNumber& number) { listed[number.person].emplace(number.number); });
  std::size_t person = 0;
  for_each_document(options, [&](simdjson::dom::object document) {
    std::set<std::string> written;
    for (simdjson::dom::object row : rows_at(document, "identifikasjonsnummer")) {
      written.insert(text_at(row, "foedselsEllerDNummer"));
    }
    REQUIRE(written == listed[person++]);
  });
  CHECK(person == 5000);
}

TEST_CASE("the asked share of numbers only the rule from 2032 accepts") {
  std::uint64_t later = 0;
  std::unordered_set<std::string> seen;
  const PopulationOptions options{.persons = 50'000, .seed = 2, .share_2032 = 0.25};
  for_each_number(options, [&](const PersonNumber& number) {
    REQUIRE(seen.emplace(number.number).second);
    REQUIRE(
        identifiers::check_person(number.number, rules(identifiers::CheckRule::from2032)).valid);
    const auto strict =
        identifiers::check_person(number.number, rules(identifiers::CheckRule::pre2032));
    later += strict.valid ? 0 : 1;
  });
  CHECK(later > 12'000);
  CHECK(later < 13'000);
}

TEST_CASE("what cannot be made is refused with a sentence") {
  CHECK(why_impossible({.persons = 1'000'000}).empty());
  CHECK(why_impossible({.persons = persons_max}).empty());
  CHECK_FALSE(why_impossible({.persons = persons_max + 1}).empty());
  CHECK_FALSE(why_impossible({.as_of = as_of_min - 1}).empty());
  CHECK_FALSE(why_impossible({.as_of = as_of_max + 1}).empty());
  CHECK_FALSE(why_impossible({.share_2032 = -0.1}).empty());
  CHECK_FALSE(why_impossible({.share_2032 = 1.5}).empty());
}

TEST_CASE("there are families enough for the largest population on the first and last day") {
  for (const Day as_of : {as_of_min, default_as_of, as_of_max}) {
    const Plan plan(1, as_of);
    const Setting setting{.seed = 1, .as_of = as_of};
    std::uint64_t members = 0;
    const std::uint64_t step = plan.size() / 20'000;
    auto family = std::make_unique<Family>();
    for (std::uint64_t index = 0; index < 20'000; ++index) {
      Pending pending;
      if (make_family(plan, setting, index * step, members_max, pending, *family)) {
        members += family->count;
      }
    }
    CHECK(members * step > persons_max + persons_max / 50);
  }
}

TEST_CASE("other days work as well") {
  for (const Day as_of : {as_of_min, as_of_max}) {
    std::size_t count = 0;
    for_each_document({.persons = 3000, .seed = 4, .as_of = as_of},
                      [&](simdjson::dom::object) { ++count; });
    CHECK(count == 3000);
  }
}

} // namespace grunndata::generate
