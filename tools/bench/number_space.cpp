#include "tools/bench/number_space.h"

#include "registry/hjelpenummer/number_space.h"
#include "tools/bench/flags.h"
#include "tools/bench/measuring.h"
#include "tools/bench/report.h"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace grunndata::tools {

namespace {

using registry::hjelpenummer::IssuingKey;
using registry::hjelpenummer::NumberSpace;
using registry::hjelpenummer::PrefixRange;

constexpr std::uint64_t whole_space_numbers = 165'289'255;
constexpr double millions_per_second_target = 1;

struct Count {
  std::uint64_t twice = 0;       ///< prefixes that had come before
  std::uint64_t outside = 0;     ///< of the range
  std::uint64_t not_inverse = 0; ///< prefixes whose counter is another
};

/// Calls `visit` with each counter, and says on `err` how far it is.
template <typename Visit>
void for_each_counter(const NumberSpace& space, const char* what, std::ostream& err, Visit visit) {
  constexpr std::uint64_t parts = 10;
  const std::uint64_t size = space.size();
  std::uint32_t counter = 0;
  for (std::uint64_t part = 1; part <= parts; ++part) {
    for (; counter < size * part / parts; ++counter) visit(counter);
    err << what << ": " << part * 100 / parts << " %\n" << std::flush;
  }
}

/// Every number in the order of issue, as issuing makes them.
std::uint64_t count_numbers(const NumberSpace& space, std::ostream& err) {
  std::uint64_t numbers = 0;
  for_each_counter(space, "numbers", err,
                   [&](std::uint32_t counter) { numbers += space.number_at(counter) ? 1 : 0; });
  return numbers;
}

/// Every prefix once, by a bit for each.
Count count_prefixes(const NumberSpace& space, std::ostream& err) {
  Count count;
  const PrefixRange range = space.range();
  std::vector<bool> seen(range.size());
  for_each_counter(space, "prefixes", err, [&](std::uint32_t counter) {
    const std::uint32_t prefix = space.prefix_at(counter);
    if (prefix < range.first || prefix > range.last) {
      ++count.outside;
      return;
    }
    auto bit = seen[prefix - range.first];
    count.twice += bit ? 1 : 0;
    bit = true;
    count.not_inverse += space.counter_of_prefix(prefix) == counter ? 0 : 1;
  });
  return count;
}

std::uint64_t expected_numbers(const PrefixRange& range) {
  if (range == PrefixRange{}) return whole_space_numbers;
  std::uint64_t numbers = 0;
  for (std::uint32_t prefix = range.first; prefix <= range.last; ++prefix) {
    numbers += identifiers::make_felles_hjelpenummer(prefix) ? 1 : 0;
  }
  return numbers;
}

} // namespace

int run_number_space_bench(const NumberSpaceBenchOptions& options, std::ostream& out,
                           std::ostream& err) {
  const auto key = IssuingKey::random();
  const auto space =
      key ? NumberSpace::make(*key, {options.first, options.last}) : tl::unexpected(key.error());
  if (!space) {
    err << "grunndata: " << space.error().message << '\n';
    return 1;
  }
  const double begin = bench::thread_cpu_seconds();
  const std::uint64_t numbers = count_numbers(*space, err);
  const double seconds = bench::thread_cpu_seconds() - begin;
  const Count count = count_prefixes(*space, err);

  const auto expected = expected_numbers(space->range());
  const bool is_bijection = count.twice == 0 && count.outside == 0 && count.not_inverse == 0;
  const double rate = seconds > 0 ? static_cast<double>(numbers) / seconds : 0;
  const std::vector<bench::Figure> figures{
      {"counters", "counters", static_cast<double>(space->size()), 0, ""},
      {"numbers", "numbers, each once", static_cast<double>(numbers), 0, ""},
      {"expected", "numbers there are", static_cast<double>(expected), 0, ""},
      {"twice", "prefixes that came twice", static_cast<double>(count.twice), 0, ""},
      {"outside", "prefixes outside the range", static_cast<double>(count.outside), 0, ""},
      {"notInverse", "counters not led back to", static_cast<double>(count.not_inverse), 0, ""},
      {"millionsPerSecond", "millions of numbers a second, one core", rate / 1e6, 1, "",
       millions_per_second_target},
  };
  bench::print_report(out, options.json, "The order of hjelpenumre, number by number", figures);
  if (!is_bijection || numbers != expected) {
    err << "grunndata: the order of hjelpenumre is no permutation of its range\n";
    return 1;
  }
  return 0;
}

void add_bench_number_space(CLI::App& bench, int& exit_status) {
  auto options = std::make_shared<NumberSpaceBenchOptions>();
  CLI::App* command = bench.add_subcommand(
      "number-space", "Prove that every hjelpenummer comes exactly once, over the whole range");
  command->add_option("--first", options->first, "First nine-digit prefix")->capture_default_str();
  command->add_option("--last", options->last, "Last nine-digit prefix")->capture_default_str();
  bench::add_json_flag(*command, options->json);
  command->callback([options, &exit_status] {
    exit_status = run_number_space_bench(*options, std::cout, std::cerr);
  });
}

} // namespace grunndata::tools
