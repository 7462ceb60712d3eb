#include "tools/bench/population_file.h"

#include "tools/generate/population.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <random>
#include <unordered_set>

namespace grunndata::tools::bench {

namespace {

constexpr std::size_t block_bytes = std::size_t{1} << 20U;

generate::PopulationOptions options_of(const People& people) {
  return {.persons = people.persons, .seed = people.seed};
}

std::uint64_t value_of(std::string_view number) {
  std::uint64_t value = 0;
  std::from_chars(number.data(), number.data() + number.size(), value);
  return value;
}

void shuffle_and_cut(std::vector<std::string>& numbers, std::size_t count) {
  std::mt19937_64 random(1); // fixed: the same order every time
  for (std::size_t i = numbers.size(); i > 1; --i) {
    std::swap(numbers[i - 1], numbers[static_cast<std::size_t>(random() % i)]);
  }
  numbers.resize(std::min(numbers.size(), count));
}

} // namespace

bool write_documents(const People& people, const std::filesystem::path& file) {
  std::ofstream out(file, std::ios::binary);
  generate::Population population(options_of(people));
  std::string block;
  for (bool more = true; more;) {
    more = population.next(block);
    if (block.size() >= block_bytes || !more) {
      out.write(block.data(), static_cast<std::streamsize>(block.size()));
      block.clear();
    }
  }
  out.close();
  return out.good();
}

std::vector<std::string> shuffled_numbers(const People& people, std::size_t count) {
  std::vector<std::string> numbers;
  numbers.reserve(static_cast<std::size_t>(people.persons));
  generate::for_each_number(options_of(people), [&](const generate::PersonNumber& number) {
    if (number.current) numbers.emplace_back(number.number);
  });
  shuffle_and_cut(numbers, count);
  return numbers;
}

std::vector<std::string> unknown_numbers(const People& people, std::size_t count) {
  std::unordered_set<std::uint64_t> known;
  generate::for_each_number(options_of(people), [&](const generate::PersonNumber& number) {
    known.insert(value_of(number.number));
  });
  const People others{people.persons, people.seed + 1};
  std::vector<std::string> numbers;
  generate::for_each_number(options_of(others), [&](const generate::PersonNumber& number) {
    if (known.insert(value_of(number.number)).second) numbers.emplace_back(number.number);
  });
  shuffle_and_cut(numbers, count);
  return numbers;
}

} // namespace grunndata::tools::bench
