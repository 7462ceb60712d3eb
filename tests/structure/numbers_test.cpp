// No number of a living person may stand in the project: what looks like a plain person number
// (a real month, valid control digits) is allowed only among the public test vectors.
#include "identifiers/check.h"
#include "tests/structure/tree.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

using namespace grunndata::structure;
namespace identifiers = grunndata::identifiers;

namespace {

// Public vectors: published examples of the algorithms, which need real months to mean anything.
constexpr std::string_view vectors_file = "tests/data/identifier-vectors";

constexpr std::size_t number_digits = 11;
constexpr std::size_t month_position = 2;

bool is_digit(char character) { return character >= '0' && character <= '9'; }

// A number that the register could have given to somebody: not synthetic, of a month 01..12. Under
// the newer rule three of ten random texts would pass, so the rule here is the one every number
// alive today was made by.
bool could_be_somebody(std::string_view digits) {
  const int month = (digits[month_position] - '0') * 10 + (digits[month_position + 1] - '0');
  if (month < 1 || month > 12) return false;
  identifiers::Rules rules = identifiers::rules_for(identifiers::Environment::production);
  rules.check_rule = identifiers::CheckRule::pre2032;
  return identifiers::check_person(digits, rules).valid;
}

// Each run of exactly eleven digits; also written in two groups, six and five.
std::vector<std::string> candidates_in(std::string_view line) {
  std::vector<std::string> found;
  for (std::size_t start = 0; start < line.size();) {
    std::size_t end = start;
    while (end < line.size() && is_digit(line[end])) ++end;
    const std::size_t length = end - start;
    if (length == number_digits) found.emplace_back(line.substr(start, length));
    if (length == 6 && end + 6 <= line.size() && (line[end] == ' ' || line[end] == '-')) {
      std::size_t rest = end + 1;
      while (rest < line.size() && is_digit(line[rest])) ++rest;
      if (rest - end - 1 == 5) {
        found.push_back(std::string(line.substr(start, 6)) + std::string(line.substr(end + 1, 5)));
      }
    }
    start = end + 1;
  }
  return found;
}

} // namespace

TEST_CASE("no plain person number stands outside the test vectors") {
  std::string faults;
  for (const File& file : files()) {
    if (file.path.starts_with(vectors_file)) continue;
    std::size_t number = 0;
    for (const std::string_view line : lines_of(file.text)) {
      ++number;
      for (const std::string& digits : candidates_in(line)) {
        if (could_be_somebody(digits)) faults += "\n" + at(file, number, "a plain number");
      }
    }
  }
  CHECK_MESSAGE(faults.empty(), faults);
}

TEST_CASE("the search finds plain numbers and lets synthetic ones pass") {
  // Put together while running, so that none stands in this file.
  std::string plain;
  for (int rest = 10'000; plain.empty() && rest < 100'000; ++rest) {
    const std::string digits = "010190" + std::to_string(rest);
    if (could_be_somebody(digits)) plain = digits;
  }
  REQUIRE_FALSE(plain.empty());
  const auto runs = candidates_in("a " + plain + ", " + plain.substr(0, 6) + " " + plain.substr(6) +
                                  " and 1" + plain);
  CHECK(runs == std::vector<std::string>{plain, plain});
  for (int rest = 10'000; rest < 100'000; ++rest) {
    CHECK_FALSE(could_be_somebody("018190" + std::to_string(rest)));
  }
}
