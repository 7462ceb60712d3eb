// Each number of a range comes exactly once, in an order that never changes.
#include "registry/hjelpenummer/number_space.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <concepts>
#include <numeric>
#include <vector>

using namespace grunndata::registry;
using namespace grunndata::registry::hjelpenummer;
namespace identifiers = grunndata::identifiers;

namespace {

/// The bytes first, first + 1, …
IssuingKey key_from(std::uint8_t first) {
  std::array<std::uint8_t, IssuingKey::bytes_count> bytes{};
  std::iota(bytes.begin(), bytes.end(), first);
  return IssuingKey(bytes);
}

PrefixRange range_of(std::uint32_t first, std::uint32_t size) { return {first, first + size - 1}; }

NumberSpace space_of(const IssuingKey& key, PrefixRange range) {
  auto space = NumberSpace::make(key, range);
  REQUIRE(space);
  return std::move(*space);
}

/// Counts the numbers of a range by trying each prefix.
std::size_t numbers_in(PrefixRange range) {
  std::size_t count = 0;
  for (std::uint32_t prefix = range.first; prefix <= range.last; ++prefix) {
    count += identifiers::make_felles_hjelpenummer(prefix) ? 1 : 0;
  }
  return count;
}

void check_whole(const NumberSpace& space) {
  const PrefixRange range = space.range();
  std::vector<bool> seen(range.size());
  std::size_t numbers = 0;
  std::size_t faults = 0;
  for (std::uint32_t counter = 0; counter < space.size(); ++counter) {
    const std::uint32_t prefix = space.prefix_at(counter);
    REQUIRE(prefix >= range.first);
    REQUIRE(prefix <= range.last);
    faults += seen[prefix - range.first] ? 1 : 0;
    seen[prefix - range.first] = true;
    faults += space.counter_of_prefix(prefix) == counter ? 0 : 1;

    const auto number = space.number_at(counter);
    const auto expected = identifiers::make_felles_hjelpenummer(prefix);
    faults += number.has_value() == expected.has_value() ? 0 : 1;
    if (number && expected) {
      ++numbers;
      faults += number->text() == expected->text() ? 0 : 1;
      faults += space.counter_of(*number) == counter ? 0 : 1;
    }
  }
  // As many counters as prefixes, and none met twice: all were met.
  CHECK(faults == 0);
  CHECK(numbers == numbers_in(range));
}

using Prefixes = std::array<std::uint32_t, 8>;

/// At the first six counters and the last two.
Prefixes ends_of(const NumberSpace& space) {
  const std::uint32_t size = space.size();
  Prefixes prefixes{};
  const std::array<std::uint32_t, 8> counters{0, 1, 2, 3, 4, 5, size - 2, size - 1};
  for (std::size_t place = 0; place < counters.size(); ++place) {
    prefixes[place] = space.prefix_at(counters[place]);
  }
  return prefixes;
}

} // namespace

TEST_CASE("every prefix of a range comes exactly once, whatever the range and the key") {
  for (const std::uint32_t size : {1U, 2U, 3U, 4U, 5U, 15U, 16U, 17U, 63U, 64U, 65U, 100U, 1'000U,
                                   4'095U, 4'096U, 4'097U, 10'007U}) {
    for (const std::uint32_t first : {800'000'000U, 876'543'210U, 1'000'000'000U - size}) {
      for (const std::uint8_t seed : std::array<std::uint8_t, 3>{0, 1, 77}) {
        CAPTURE(size);
        CAPTURE(first);
        check_whole(space_of(key_from(seed), range_of(first, size)));
      }
    }
  }
}

TEST_CASE("every prefix of a large range comes exactly once") {
  check_whole(space_of(key_from(5), range_of(830'000'000, 1'000'000)));
  check_whole(space_of(key_from(5), range_of(899'737'856, 262'145)));
}

TEST_CASE("in the whole range the inverse leads back, from both sides") {
  const NumberSpace space = space_of(key_from(9), PrefixRange{});
  CHECK(space.size() == 200'000'000);
  std::size_t faults = 0;
  for (std::uint32_t step = 0; step < 200'000; ++step) {
    const std::uint32_t counter = step * 997;
    const std::uint32_t prefix = 800'000'000 + counter;
    faults += space.counter_of_prefix(space.prefix_at(counter)) == counter ? 0 : 1;
    faults += space.prefix_at(space.counter_of_prefix(prefix)) == prefix ? 0 : 1;
  }
  CHECK(faults == 0);
}

TEST_CASE("the order of a key and a range is what it has always been") {
  // Computed apart from this code, from FORMAT.md, with the openssl command.
  CHECK(ends_of(space_of(key_from(0), PrefixRange{})) ==
        Prefixes{998'389'388, 833'064'163, 944'585'806, 997'927'695, 916'986'963, 978'395'316,
                 887'098'654, 855'510'609});
  CHECK(ends_of(space_of(key_from(0), {812'345'678, 812'345'777})) ==
        Prefixes{812'345'698, 812'345'709, 812'345'682, 812'345'731, 812'345'728, 812'345'759,
                 812'345'751, 812'345'684});
  constexpr std::array<std::uint8_t, IssuingKey::bytes_count> zeros{};
  CHECK(ends_of(space_of(IssuingKey(zeros), {900'000'000, 900'999'999})) ==
        Prefixes{900'097'800, 900'267'935, 900'166'988, 900'329'234, 900'479'741, 900'128'433,
                 900'119'699, 900'266'707});
}

TEST_CASE("another key or another range gives an unrelated order") {
  std::array<std::uint8_t, IssuingKey::bytes_count> bytes{};
  const PrefixRange range = range_of(850'000'000, 1'000'000);
  const NumberSpace one = space_of(IssuingKey(bytes), range);
  bytes.back() = 1; // one bit of it
  const NumberSpace two = space_of(IssuingKey(bytes), range);
  bytes.back() = 0;
  const NumberSpace moved = space_of(IssuingKey(bytes), range_of(850'000'001, 1'000'000));
  const NumberSpace longer = space_of(IssuingKey(bytes), range_of(850'000'000, 1'000'001));
  std::array<unsigned, 3> same{};
  for (std::uint32_t counter = 0; counter < one.size(); ++counter) {
    const std::uint32_t place = one.prefix_at(counter) - range.first;
    same[0] += two.prefix_at(counter) - range.first == place ? 1 : 0;
    same[1] += moved.prefix_at(counter) - 850'000'001 == place ? 1 : 0;
    same[2] += longer.prefix_at(counter) - range.first == place ? 1 : 0;
  }
  // Two permutations at random agree in one place, give or take a few.
  for (const unsigned places : same) {
    CHECK(places < 10);
  }
}

TEST_CASE("a number outside the range has no counter") {
  const NumberSpace space = space_of(key_from(2), range_of(850'000'000, 1'000));
  const NumberSpace below = space_of(key_from(2), range_of(849'999'000, 1'000));
  const NumberSpace above = space_of(key_from(2), range_of(850'001'000, 1'000));
  for (std::uint32_t counter = 0; counter < 1'000; ++counter) {
    for (const NumberSpace* other : {&below, &above}) {
      if (const auto number = other->number_at(counter)) {
        CHECK_FALSE(space.counter_of(*number));
      }
    }
  }
}

TEST_CASE("a range must lie in the space of felles hjelpenumre") {
  for (const PrefixRange range :
       {PrefixRange{799'999'999, 800'000'010}, PrefixRange{999'999'990, 1'000'000'000},
        PrefixRange{850'000'001, 850'000'000}, PrefixRange{0, 0}, PrefixRange{0, 4'294'967'295}}) {
    const auto space = NumberSpace::make(key_from(0), range);
    REQUIRE_FALSE(space);
    CHECK(space.error().code == ErrorCode::invalid);
  }
  CHECK(NumberSpace::make(key_from(0), {800'000'000, 800'000'000}));
  CHECK(NumberSpace::make(key_from(0), {999'999'999, 999'999'999}));
}

TEST_CASE("a space can be moved, and a random key is another each time") {
  const auto one = IssuingKey::random();
  const auto two = IssuingKey::random();
  REQUIRE(one);
  REQUIRE(two);
  CHECK_FALSE(std::ranges::equal(one->bytes(), two->bytes()));
  const PrefixRange range = range_of(850'000'000, 1'000);
  NumberSpace space = space_of(*one, range);
  const Prefixes before = ends_of(space);
  NumberSpace moved = std::move(space);
  CHECK(ends_of(moved) == before);
  moved = space_of(*two, range);
  CHECK(ends_of(moved) != before);
  check_whole(moved);
  static_assert(!std::copy_constructible<NumberSpace>);
}
