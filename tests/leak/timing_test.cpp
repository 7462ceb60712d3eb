// Whether the time of an answer tells. Long, and about the machine it runs on: only with
// LEAK_TIMING in the environment.
#include "tests/api/registry_fixture.h"
#include "tests/leak/people.h"
#include "tests/leak/world.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <doctest/doctest.h>

using namespace grunndata;
using namespace grunndata::leak;

namespace {

constexpr std::size_t rounds = 10'000;
/// A round trip in one building varies by a hundred times as much.
constexpr double median_difference_microseconds_max = 2.0;

using Sample = std::vector<double>;

/// The greatest distance between the two distributions (Kolmogorov-Smirnov), of sorted samples.
double distance_of(const Sample& a, const Sample& b) {
  double distance = 0;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const double at = std::min(a[i], b[j]);
    while (i < a.size() && a[i] <= at) ++i;
    while (j < b.size() && b[j] <= at) ++j;
    const double part_a = static_cast<double>(i) / static_cast<double>(a.size());
    const double part_b = static_cast<double>(j) / static_cast<double>(b.size());
    distance = std::max(distance, std::abs(part_a - part_b));
  }
  return distance;
}

double microseconds_of(World& world, const Ask& ask) {
  const auto begin = std::chrono::steady_clock::now();
  static_cast<void>(world.ask(registry::Access::no_legal_basis, ask));
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin)
      .count();
}

Ask look_up(const std::string& number, std::string_view history) {
  return {api::http::Method::post,
          "/api/no-legal-basis/person/get-by-nin?informationParts=Name,Birth,Status,"
          "ResidentialAddress,PostalAddress,MaritalStatus" +
              std::string(history),
          "nin=" + number,
          {{"api-version", "2"}, {"Content-Type", "application/x-www-form-urlencoded"}}};
}

void measure(Level level, std::string_view history) {
  World world;
  Document hides = somebody(api::fnr(1), Fields::with_places);
  grade(hides, level);
  add_addresses(hides, level);
  const Document twin = somebody(api::fnr(2), Fields::without_places);
  world.import({hides, twin});
  Sample of_hidden;
  Sample of_twin;
  for (std::size_t i = 0; i < rounds; ++i) {
    // By turns first, so that neither is always the one whose predecessor warmed the cache.
    const bool hidden_first = i % 2 == 0;
    (hidden_first ? of_hidden : of_twin)
        .push_back(microseconds_of(world, look_up(api::fnr(hidden_first ? 1 : 2), history)));
    (hidden_first ? of_twin : of_hidden)
        .push_back(microseconds_of(world, look_up(api::fnr(hidden_first ? 2 : 1), history)));
  }
  std::ranges::sort(of_hidden);
  std::ranges::sort(of_twin);
  const double difference = of_hidden[rounds / 2] - of_twin[rounds / 2];
  MESSAGE(std::string(word_of(level)), std::string(history), ": median ", of_hidden[rounds / 2],
          " and ", of_twin[rounds / 2], " microseconds, difference ", difference, " (at most ",
          median_difference_microseconds_max, "), Kolmogorov-Smirnov distance ",
          distance_of(of_hidden, of_twin));
  CHECK(std::abs(difference) <= median_difference_microseconds_max);
}

} // namespace

TEST_CASE("the time of an answer does not tell a protected person from the twin") {
  if (std::getenv("LEAK_TIMING") == nullptr) return;
  for (const Level level : {Level::confidential, Level::strict}) {
    for (const char* history : {"", "&includeHistory=true"}) measure(level, history);
  }
}
