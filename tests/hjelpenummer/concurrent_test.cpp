// Threads share one mark.
#include "registry/hjelpenummer/issuing_mark.h"
#include "registry/hjelpenummer/number_space.h"
#include "tests/hjelpenummer/scratch_folder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <thread>
#include <vector>

using namespace grunndata::registry;
using namespace grunndata::registry::hjelpenummer;
using namespace grunndata::registry::hjelpenummer::tests;

TEST_CASE("leases of many threads do not overlap, nor do the numbers made of them") {
  constexpr unsigned threads = 8;
  constexpr std::uint32_t leases_each = 25;
  constexpr std::uint32_t lease_counters = 40;
  constexpr PrefixRange range{850'000'000, 850'009'999};
  const ScratchFolder folder;
  const auto mark = IssuingMark::create(folder.mark(), this_installation, range);
  REQUIRE(mark);
  const auto space = NumberSpace::make((*mark)->key(), range);
  REQUIRE(space);
  std::array<std::vector<std::string>, threads> numbers;
  std::vector<std::thread> takers;
  for (unsigned taker = 0; taker < threads; ++taker) {
    takers.emplace_back([&, taker] {
      for (std::uint32_t lease = 0; lease < leases_each; ++lease) {
        const auto taken = (*mark)->reserve(lease_counters);
        if (!taken) return;
        static_cast<void>((*mark)->state());
        for (std::uint32_t counter = taken->first; counter < taken->end(); ++counter) {
          const auto number = space->number_at(counter);
          if (number) numbers[taker].emplace_back(number->text());
        }
      }
    });
  }
  for (std::thread& taker : takers) taker.join();
  const std::uint32_t end = threads * leases_each * lease_counters;
  CHECK((*mark)->reserved_up_to() == end);
  std::vector<std::string> all;
  for (const auto& some : numbers) all.insert(all.end(), some.begin(), some.end());
  std::size_t expected = 0;
  for (std::uint32_t counter = 0; counter < end; ++counter) {
    expected += space->number_at(counter) ? 1 : 0;
  }
  CHECK(all.size() == expected);
  std::sort(all.begin(), all.end());
  CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
}
