#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "identifiers/batch.h"
#include "identifiers/check.h"
#include "identifiers/generate.h"

namespace ids = grunndata::identifiers;
using ids::CheckRule;
using ids::Kind;
using ids::Synthetic;

namespace {

// The published count of felles hjelpenummer.
constexpr std::uint64_t felles_hjelpenummer_count = 165'289'255;

std::vector<ids::PersonText> sample() {
  std::vector<ids::PersonText> numbers;
  for (const auto kind : {Kind::fnr, Kind::dnr}) {
    for (const auto rule : {CheckRule::pre2032, CheckRule::from2032}) {
      for (int year = 1870; year < 2035; year += 11) {
        const ids::Date birth{static_cast<std::int16_t>(year),
                              static_cast<std::uint8_t>(year % 12 + 1),
                              static_cast<std::uint8_t>(year % 28 + 1)};
        ids::NumberSequence sequence(birth, {kind, Synthetic::skatteetaten, rule});
        for (int taken = 0; taken < 20; ++taken) {
          if (const auto number = sequence.next()) numbers.push_back(*number);
        }
      }
    }
  }
  for (std::uint32_t prefix = ids::fhn_prefix_min; prefix < ids::fhn_prefix_max;
       prefix += 999'983) {
    if (const auto number = ids::make_felles_hjelpenummer(prefix)) numbers.push_back(*number);
  }
  return numbers;
}

}  // namespace

TEST_CASE("no number stays valid when one digit is wrong or two neighbours are swapped") {
  for (const ids::PersonText& number : sample()) {
    REQUIRE(check_person(number, ids::Rules{}).valid);
    for (std::size_t place = 0; place < ids::person_number_digits; ++place) {
      for (char digit = '0'; digit <= '9'; ++digit) {
        ids::PersonText wrong = number;
        wrong.digits[place] = digit;
        REQUIRE(check_person(wrong, ids::Rules{}).valid == (wrong == number));
      }
      if (place == 0) continue;
      ids::PersonText swapped = number;
      std::swap(swapped.digits[place - 1], swapped.digits[place]);
      REQUIRE(check_person(swapped, ids::Rules{}).valid == (swapped == number));
    }
  }
}

TEST_CASE("every day of a D-nummer and foedselsnummer is in the calendar and no other") {
  for (int first_four = 0; first_four < 8000; ++first_four) {
    for (const int year : {1900, 1999, 2000, 2023, 2024}) {
      const int day = first_four / 100 % 40;
      const int month = first_four % 100 - 80;
      const bool d_number = first_four >= 4000;
      const int individnummer = year < 2000 ? 123 : 777;
      const auto number = ids::frame::seal(
          static_cast<std::uint32_t>(first_four * 100'000 + year % 100 * 1000 + individnummer), 0);
      if (!number || month < 1) continue;
      ids::Rules rules;
      rules.check_rule = CheckRule::pre2032;
      rules.accepted_synthetic = ids::SyntheticSet{}.with(Synthetic::skatteetaten);
      const ids::Check check = check_person(*number, rules);
      const bool expected = month <= 12 && day >= 1 && day <= ids::days_in_month(year, month);
      REQUIRE(check.valid == expected);
      if (check.valid) REQUIRE(check.kind == (d_number ? Kind::dnr : Kind::fnr));
    }
  }
}

TEST_CASE("the table of plans holds what the rules say for every combination") {
  for (unsigned set = 0; set < 8; ++set) {
    ids::Rules rules;
    rules.accepted_synthetic = ids::SyntheticSet{};
    for (unsigned series = 1; series <= 3; ++series) {
      if ((set >> (series - 1) & 1U) != 0) {
        rules.accepted_synthetic =
            rules.accepted_synthetic.with(static_cast<Synthetic>(series));
      }
    }
    for (const auto month40 : {ids::Month40::h_number, ids::Month40::nav}) {
      for (const auto rule : {CheckRule::pre2032, CheckRule::from2032}) {
        rules.month40 = month40;
        rules.check_rule = rule;
        for (const auto declared : {Kind::none, Kind::fnr, Kind::dnr, Kind::hnr, Kind::fhn}) {
          const ids::frame::Plan made = ids::frame::make_plan(rules, declared);
          const ids::frame::Plan& kept = ids::frame::plan_for(rules, declared);
          for (std::size_t index = 0; index < made.size(); ++index) {
            REQUIRE(made[index].verdict == kept[index].verdict);
            REQUIRE(made[index].calendar == kept[index].calendar);
            REQUIRE(made[index].remainders1 == kept[index].remainders1);
          }
        }
      }
    }
  }
}

TEST_CASE("a batch of any length and any bytes is judged as each of its numbers alone") {
  std::mt19937 random(7);
  std::vector<std::array<char, ids::person_number_digits>> numbers;
  for (const ids::PersonText& number : sample()) {
    for (int copy = 0; copy < 40; ++copy) {
      auto& changed = numbers.emplace_back(number.digits);
      for (std::uint32_t changes = random() % 4; changes > 0; --changes) {
        changed[random() % changed.size()] =
            static_cast<char>(random() % 50 == 0 ? random() % 256 : '0' + random() % 10);
      }
    }
    // Any date and individnummer, with right control digits.
    for (std::uint32_t remainder = 0; remainder < 4; ++remainder) {
      const auto sealed =
          ids::frame::seal(static_cast<std::uint32_t>(random() % 1'000'000'000), remainder);
      if (sealed) numbers.push_back(sealed->digits);
    }
  }
  std::vector<ids::Verdict> verdicts(numbers.size());
  for (unsigned choice = 0; choice < 32; ++choice) {
    ids::Rules rules;
    rules.check_rule = static_cast<CheckRule>(choice & 1);
    rules.month40 = static_cast<ids::Month40>((choice >> 1) & 1);
    if ((choice >> 2) != 7) rules.accepted_synthetic = ids::SyntheticSet{};
    if ((choice >> 2 & 1) != 0) {
      rules.accepted_synthetic = rules.accepted_synthetic.with(Synthetic::skatteetaten);
    }
    for (std::size_t length = numbers.size() - 8; length <= numbers.size(); ++length) {
      ids::check_batch({numbers.data(), length}, {verdicts.data(), length}, rules);
    }
    for (std::size_t index = 0; index < numbers.size(); ++index) {
      const ids::Check alone =
          check_person({numbers[index].data(), numbers[index].size()}, rules);
      const ids::Verdict expected = alone.valid
                                        ? ids::Verdict::accepted(alone.kind, alone.synthetic)
                                        : ids::Verdict::refused(alone.reason);
      REQUIRE(verdicts[index] == expected);
    }
  }
}

TEST_CASE("there are 165,289,255 felles hjelpenummer, by counting remainders") {
  // How many prefixes of the digits seen so far leave each pair of remainders.
  std::array<std::array<std::uint64_t, 11>, 11> counts{};
  counts[0][0] = 1;
  constexpr std::array<std::size_t, 9> weights1{3, 7, 6, 1, 8, 9, 4, 5, 2};
  constexpr std::array<std::size_t, 9> weights2{5, 4, 3, 2, 7, 6, 5, 4, 3};
  for (std::size_t place = 0; place < 9; ++place) {
    std::array<std::array<std::uint64_t, 11>, 11> grown{};
    for (std::size_t digit = place == 0 ? 8 : 0; digit <= 9; ++digit) {
      for (std::size_t first = 0; first < 11; ++first) {
        for (std::size_t second = 0; second < 11; ++second) {
          grown[(first + weights1[place] * digit) % 11][(second + weights2[place] * digit) % 11] +=
              counts[first][second];
        }
      }
    }
    counts = grown;
  }
  std::uint64_t numbers = 0;
  for (std::size_t first = 0; first < 11; ++first) {
    for (std::size_t second = 0; second < 11; ++second) {
      const std::size_t k1 = (11 - first) % 11;
      const std::size_t k2 = (11 - (second + 2 * k1) % 11) % 11;
      if (k1 < 10 && k2 < 10) numbers += counts[first][second];
    }
  }
  CHECK(numbers == felles_hjelpenummer_count);
}

// Making all 200 million is for optimised builds; the count above runs in every build.
#if defined(NDEBUG) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("there are 165,289,255 felles hjelpenummer, by making every one") {
  std::uint64_t numbers = 0;
  for (std::uint32_t prefix = ids::fhn_prefix_min; prefix <= ids::fhn_prefix_max; ++prefix) {
    numbers += ids::make_felles_hjelpenummer(prefix) ? 1U : 0U;
  }
  CHECK(numbers == felles_hjelpenummer_count);
}
#endif
