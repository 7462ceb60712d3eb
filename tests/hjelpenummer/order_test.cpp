// Consecutive numbers show no order: measures that a random sequence keeps near 0, in standard
// deviations. Keys are fixed, so that the outcome is, too; the same measures find an order in
// sequences that have one.
#include "registry/hjelpenummer/number_space.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <vector>

using namespace grunndata::registry;
using namespace grunndata::registry::hjelpenummer;
namespace identifiers = grunndata::identifiers;

namespace {

constexpr std::size_t sequence_numbers = 40'000;
constexpr unsigned keys = 10;
// About 30 measures for each of 10 keys: at random one in some thousand runs would go beyond.
constexpr double deviations_max = 5.0;

using Scores = std::map<std::string, double>;

/// The first numbers of a key, prefixes only; counters without a number are skipped as in issuing.
std::vector<std::uint32_t> numbers_of(std::uint8_t seed, PrefixRange range, std::size_t count) {
  std::array<std::uint8_t, IssuingKey::bytes_count> bytes{};
  bytes[0] = seed;
  const auto space = NumberSpace::make(IssuingKey(bytes), range);
  REQUIRE(space);
  std::vector<std::uint32_t> prefixes;
  for (std::uint32_t counter = 0; prefixes.size() < count; ++counter) {
    REQUIRE(counter < space->size());
    if (space->number_at(counter)) prefixes.push_back(space->prefix_at(counter));
  }
  return prefixes;
}

/// Of counts that should be alike.
double chi_square_score(const std::vector<std::size_t>& cells, std::size_t total) {
  const double expected = static_cast<double>(total) / static_cast<double>(cells.size());
  double sum = 0;
  for (const std::size_t cell : cells) {
    const double off = static_cast<double>(cell) - expected;
    sum += off * off / expected;
  }
  const auto freedom = static_cast<double>(cells.size() - 1);
  // Wilson and Hilferty's approximation to the normal distribution.
  const double spread = 2.0 / (9.0 * freedom);
  return (std::cbrt(sum / freedom) - (1.0 - spread)) / std::sqrt(spread);
}

double serial_correlation_score(const std::vector<double>& values, std::size_t lag) {
  double mean = 0;
  for (const double value : values) mean += value / static_cast<double>(values.size());
  double together = 0;
  double alone = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    alone += (values[i] - mean) * (values[i] - mean);
    together += (values[i] - mean) * (values[(i + lag) % values.size()] - mean);
  }
  return together / alone * std::sqrt(static_cast<double>(values.size()));
}

/// Runs above and below the middle.
double runs_score(const std::vector<double>& values) {
  double high = 0;
  double runs = 1;
  for (std::size_t i = 0; i < values.size(); ++i) {
    high += values[i] >= 0.5 ? 1 : 0;
    runs += i > 0 && (values[i] >= 0.5) != (values[i - 1] >= 0.5) ? 1 : 0;
  }
  const auto count = static_cast<double>(values.size());
  const double twice = 2 * high * (count - high);
  const double mean = twice / count + 1;
  const double variance = twice * (twice - count) / (count * count * (count - 1));
  return variance > 0 ? (runs - mean) / std::sqrt(variance) : count;
}

/// Runs up and down.
double directions_score(const std::vector<double>& values) {
  double runs = 1;
  for (std::size_t i = 2; i < values.size(); ++i) {
    runs += (values[i] > values[i - 1]) != (values[i - 1] > values[i - 2]) ? 1 : 0;
  }
  const auto count = static_cast<double>(values.size());
  return (runs - (2 * count - 1) / 3) / std::sqrt((16 * count - 29) / 90);
}

void score_digits(const std::vector<std::uint32_t>& prefixes, Scores& scores) {
  constexpr std::size_t prefix_digits = 9;
  constexpr std::size_t digits = 11;
  std::array<std::vector<std::size_t>, digits> cells;
  cells.fill(std::vector<std::size_t>(10));
  for (const std::uint32_t prefix : prefixes) {
    const auto number = identifiers::make_felles_hjelpenummer(prefix);
    for (std::size_t place = 0; number && place < digits; ++place) {
      ++cells[place][static_cast<std::size_t>(number->digits[place] - '0')];
    }
  }
  cells[0].erase(cells[0].begin(), cells[0].begin() + 8); // always 8 or 9
  for (std::size_t place = 0; place < digits; ++place) {
    const char* kind = place < prefix_digits ? "digit " : "control digit ";
    scores[kind + std::to_string(place + 1)] = chi_square_score(cells[place], prefixes.size());
  }
}

/// Of numbers taken from the whole range.
Scores scores_of(const std::vector<std::uint32_t>& prefixes) {
  constexpr std::size_t steps = 64;
  constexpr std::size_t squares = 16;
  Scores scores;
  std::vector<double> values;
  for (const std::uint32_t prefix : prefixes) {
    values.push_back((static_cast<double>(prefix) - 8e8) / 2e8);
  }
  for (const std::size_t lag : {1, 2, 3, 4, 5, 8, 16, 64, 128, 1'024, 16'384}) {
    scores["serial correlation " + std::to_string(lag)] = serial_correlation_score(values, lag);
  }
  scores["runs about the middle"] = runs_score(values);
  scores["runs up and down"] = directions_score(values);
  std::vector<std::size_t> differences(steps);
  std::vector<std::size_t> low_differences(steps);
  std::vector<std::size_t> pairs(squares * squares);
  for (std::size_t i = 1; i < values.size(); ++i) {
    const double difference = values[i] - values[i - 1];
    ++differences[static_cast<std::size_t>((difference - std::floor(difference)) * steps) % steps];
    ++low_differences[(prefixes[i] - prefixes[i - 1]) % steps];
    if (i % 2 == 1) {
      ++pairs[static_cast<std::size_t>(values[i - 1] * squares) * squares +
              static_cast<std::size_t>(values[i] * squares)];
    }
  }
  scores["differences"] = chi_square_score(differences, values.size() - 1);
  scores["differences' low bits"] = chi_square_score(low_differences, values.size() - 1);
  scores["pairs"] = chi_square_score(pairs, values.size() / 2);
  score_digits(prefixes, scores);
  return scores;
}

bool is_beyond(const Scores& scores, const std::string& name) {
  const auto row = scores.find(name);
  REQUIRE(row != scores.end());
  return std::abs(row->second) > deviations_max;
}

} // namespace

TEST_CASE("consecutive numbers show no order") {
  for (unsigned seed = 0; seed < keys; ++seed) {
    const auto prefixes =
        numbers_of(static_cast<std::uint8_t>(seed), PrefixRange{}, sequence_numbers);
    for (const auto& [name, score] : scores_of(prefixes)) {
      CAPTURE(seed);
      CAPTURE(name);
      CHECK(std::abs(score) < deviations_max);
    }
  }
}

TEST_CASE("the numbers of neighbouring keys have nothing to do with each other") {
  std::vector<double> one;
  std::vector<double> two;
  for (const std::uint32_t prefix : numbers_of(0, PrefixRange{}, sequence_numbers)) {
    one.push_back(static_cast<double>(prefix));
  }
  for (const std::uint32_t prefix : numbers_of(1, PrefixRange{}, sequence_numbers)) {
    two.push_back(static_cast<double>(prefix));
  }
  double together = 0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    together += (one[i] - 9e8) / 2e8 * ((two[i] - 9e8) / 2e8) * 12;
  }
  CHECK(std::abs(together / std::sqrt(static_cast<double>(one.size()))) < deviations_max);
}

TEST_CASE("the same measures find the order in sequences that have one") {
  std::vector<std::uint32_t> counted;
  std::vector<std::uint32_t> multiplied;
  std::vector<std::uint32_t> scrambled_low;
  const auto random = numbers_of(3, PrefixRange{}, sequence_numbers);
  for (std::size_t i = 0; i < sequence_numbers; ++i) {
    counted.push_back(static_cast<std::uint32_t>(800'000'000 + i));
    multiplied.push_back(static_cast<std::uint32_t>(800'000'000 + i * 123'456'789 % 200'000'000));
    // Random, but ten at a time in rising order.
    scrambled_low.push_back(random[i]);
    if (i % 10 == 9) std::sort(scrambled_low.end() - 10, scrambled_low.end());
  }
  const Scores of_counted = scores_of(counted);
  CHECK(is_beyond(of_counted, "serial correlation 1"));
  CHECK(is_beyond(of_counted, "runs about the middle"));
  CHECK(is_beyond(of_counted, "digit 2"));
  const Scores of_multiplied = scores_of(multiplied);
  CHECK(is_beyond(of_multiplied, "differences"));
  CHECK(is_beyond(of_multiplied, "pairs"));
  const Scores of_sorted = scores_of(scrambled_low);
  CHECK(is_beyond(of_sorted, "runs up and down"));
  CHECK(is_beyond(of_sorted, "serial correlation 1"));
}
