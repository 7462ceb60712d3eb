#include "tools/bench/lookup.h"

#include "registry/reading.h"
#include "registry/view.h"
#include "tools/bench/filled_registry.h"
#include "tools/bench/flags.h"
#include "tools/bench/http_side.h"
#include "tools/bench/measuring.h"
#include "tools/bench/population_file.h"
#include "tools/bench/report.h"
#include "tools/commands/exit_status.h"

#include <CLI/CLI.hpp>

#include <array>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace grunndata::tools {

namespace {

namespace store = registry::store;
using bench::Figure;
using registry::ErrorCode;
using registry::fail;
using registry::PersonPart;
using registry::Result;

constexpr double plain_ratio_min = 0.7;
constexpr std::size_t plain_batch_changes = 50'000;
constexpr std::uint64_t mebibyte = 1u << 20;

struct Case {
  std::string key;
  std::string label;
  registry::ViewRequest view;
  bool misses = false;
  bool has_target = true;
};

std::array<Case, 4> cases() {
  registry::ViewRequest name;
  name.access = registry::Access::legal_basis;
  registry::ViewRequest all = name;
  name.parts.set(static_cast<std::size_t>(PersonPart::name));
  name.parts.set(static_cast<std::size_t>(PersonPart::norwegian_identification_number));
  all.parts.set();
  registry::ViewRequest history = all;
  history.history = true;
  return {Case{"nameAndIdentifier", "name and identifier", name},
          Case{"allParts", "all current parts", all},
          Case{"history", "with history", history, false, false},
          Case{"miss", "a miss", name, true, true}};
}

/// What a look-up is asked with: fnr or dnr by its first digit, as the synthetic series have it.
registry::IdentifierKey key_of(const std::string& number) {
  const bool is_dnr = number.front() >= '4';
  return {is_dnr ? registry::IdentifierType::dnr : registry::IdentifierType::fnr, number};
}

Result<void> answer(const registry::Registry& registry, const std::string& number,
                    const registry::ViewRequest& view, registry::Reading& reading,
                    std::string& out) {
  if (const auto match = registry.lookup(key_of(number), reading); !match) {
    return tl::unexpected(match.error());
  }
  if (view.history) {
    if (auto past = registry.load_past(reading); !past) return past;
  }
  return registry::write_view(reading, view, out);
}

/// Answers of `way` and nothing else, by number.
Result<std::unique_ptr<store::Store>> plain_store(const registry::Registry& registry,
                                                  const std::vector<std::string>& numbers,
                                                  const Case& way, std::uint64_t cache_bytes,
                                                  const std::filesystem::path& directory) {
  auto opened = store::open_rocksdb(directory, {.cache_bytes = cache_bytes});
  if (!opened) return opened;
  registry::Reading reading;
  std::vector<store::Change> changes;
  for (const std::string& number : numbers) {
    std::string value;
    if (auto written = answer(registry, number, way.view, reading, value); !written) {
      return tl::unexpected(written.error());
    }
    changes.push_back({store::Family::current, number, std::move(value)});
    if (changes.size() == plain_batch_changes || &number == &numbers.back()) {
      if (auto loaded = (*opened)->bulk_load(changes); !loaded) {
        return tl::unexpected(loaded.error());
      }
      changes = {};
    }
  }
  if (auto done = (*opened)->compact(store::Family::current); !done) {
    return tl::unexpected(done.error());
  }
  return opened;
}

/// Processor nanoseconds of one look-up, three ways.
struct Cost {
  double ours_ns = 0;
  double plain_ns = 0;
  double pinned_ns = 0;
  double answer_bytes = 0;
};

/// Goes round and round over the numbers, on from where it stopped.
class Walk {
public:
  explicit Walk(const std::vector<std::string>& numbers) : numbers_(numbers) {}
  const std::string& next() { return numbers_[at_++ % numbers_.size()]; }

private:
  const std::vector<std::string>& numbers_;
  std::size_t at_ = 0;
};

template <typename Look>
Result<double> nanoseconds_each(std::uint64_t count, Walk& walk, const Look& look) {
  const double begin = bench::thread_cpu_seconds();
  for (std::uint64_t i = 0; i < count; ++i) {
    if (auto looked = look(walk.next()); !looked) return tl::unexpected(looked.error());
  }
  return (bench::thread_cpu_seconds() - begin) * 1e9 / static_cast<double>(count);
}

/// `not_found` is what a miss must say, and a hit must not.
Result<void> expected(Result<void> looked, bool misses) {
  const bool missed = !looked && looked.error().code == ErrorCode::not_found;
  if (missed == misses && (looked || missed)) return {};
  if (looked) return fail(ErrorCode::invalid, "a number that nobody has was found");
  return looked;
}

struct Subjects {
  const registry::Registry& registry;
  const store::Store& plain;
  Walk& ours;
  Walk& theirs;
};

Result<Cost> measure_round(const Subjects& subjects, const Case& way, std::uint64_t count) {
  registry::Reading reading;
  store::Pinned pin;
  std::string out;
  std::uint64_t bytes = 0;
  const auto ours = nanoseconds_each(count, subjects.ours, [&](const std::string& number) {
    out.clear();
    auto looked = answer(subjects.registry, number, way.view, reading, out);
    bytes += out.size();
    return expected(std::move(looked), way.misses);
  });
  const auto get = [&](const std::string& number, bool copy) -> Result<void> {
    const auto found = subjects.plain.get(store::Family::current, number, pin);
    if (!found) return tl::unexpected(found.error());
    if (*found && copy) out.assign(pin.view());
    if (*found == way.misses) return fail(ErrorCode::invalid, "the plain store is not as made");
    return {};
  };
  const auto plain = nanoseconds_each(count, subjects.theirs,
                                      [&](const std::string& number) { return get(number, true); });
  const auto pinned = nanoseconds_each(
      count, subjects.theirs, [&](const std::string& number) { return get(number, false); });
  for (const auto* taken : {&ours, &plain, &pinned}) {
    if (!*taken) return tl::unexpected(taken->error());
  }
  return Cost{*ours, *plain, *pinned, static_cast<double>(bytes) / static_cast<double>(count)};
}

void add_figures(const Case& way, const std::vector<Cost>& rounds, std::vector<Figure>& figures) {
  const auto middle = [&](auto value) {
    std::vector<double> values;
    for (const Cost& cost : rounds) values.push_back(value(cost));
    return bench::median(std::move(values));
  };
  const auto target = way.has_target ? std::optional<double>(plain_ratio_min) : std::nullopt;
  const auto per_second = [](double ns) { return 1e9 / ns; };
  figures.push_back({way.key + "AnswerBytes", way.label + ": mean answer",
                     middle([](const Cost& c) { return c.answer_bytes; }), 0, "B"});
  figures.push_back({way.key + "PerSecond", "  look-ups",
                     middle([&](const Cost& c) { return per_second(c.ours_ns); }), 0, "/s"});
  figures.push_back({way.key + "PlainPerSecond", "  plain Get into a string",
                     middle([&](const Cost& c) { return per_second(c.plain_ns); }), 0, "/s"});
  figures.push_back({way.key + "PinnedPerSecond", "  plain Get, value left in place",
                     middle([&](const Cost& c) { return per_second(c.pinned_ns); }), 0, "/s"});
  figures.push_back({way.key + "PlainRatio", "  beside plain Get",
                     middle([](const Cost& c) { return c.plain_ns / c.ours_ns; }), 2, "x", target});
  figures.push_back({way.key + "PinnedRatio", "  beside plain Get, value left in place",
                     middle([](const Cost& c) { return c.pinned_ns / c.ours_ns; }), 2, "x"});
}

Result<void> measure_case(const registry::Registry& registry, const LookupBenchOptions& options,
                          const Case& way, std::vector<Figure>& figures) {
  const bench::People people{options.persons, options.seed};
  const std::size_t count = static_cast<std::size_t>(options.persons);
  const auto known = bench::shuffled_numbers(people, count);
  const auto asked = way.misses ? bench::unknown_numbers(people, count) : known;
  const bench::TemporaryDirectory directory(options.directory);
  const auto plain =
      plain_store(registry, known, way, options.cache_mib * mebibyte, directory.path());
  if (!plain) return tl::unexpected(plain.error());
  Walk ours(asked);
  Walk theirs(asked);
  const Subjects subjects{registry, **plain, ours, theirs};
  std::vector<Cost> rounds;
  for (int round = -1; round < options.rounds; ++round) { // the first one warms, over everybody
    const std::uint64_t looked = round < 0 ? asked.size() : options.lookups;
    const auto cost = measure_round(subjects, way, looked);
    if (!cost) return tl::unexpected(cost.error());
    if (round >= 0) rounds.push_back(*cost);
  }
  add_figures(way, rounds, figures);
  return {};
}

Result<void> measure(const LookupBenchOptions& options, std::ostream& out, std::ostream& err) {
  const bench::TemporaryDirectory made(options.directory);
  const auto registry = bench::open_filled({.people = {options.persons, options.seed},
                                            .data = options.data,
                                            .made = made.path(),
                                            .cache_bytes = options.cache_mib * mebibyte});
  if (!registry) return tl::unexpected(registry.error());
  std::vector<Figure> figures;
  for (const Case& way : cases()) {
    err << way.label << '\n';
    if (auto done = measure_case(**registry, options, way, figures); !done) return done;
  }
  bench::print_report(out, options.json,
                      "Look-ups of " + std::to_string(options.persons) +
                          " persons on one core, by processor time, cache " +
                          std::to_string(options.cache_mib) + " MiB, median of " +
                          std::to_string(options.rounds),
                      figures);
  return {};
}

} // namespace

int run_lookup_bench(const LookupBenchOptions& options, std::ostream& out, std::ostream& err) {
  const auto done = measure(options, out, err);
  if (done) return exit_ok;
  err << "grunndata: bench lookup: " << done.error().message << '\n';
  return exit_failure;
}

void add_bench_lookup(CLI::App& bench, int& exit_status) {
  const auto options = std::make_shared<LookupBenchOptions>();
  CLI::App* command = bench.add_subcommand(
      "lookup", "Look persons up without HTTP, beside a plain Get of equal values");
  command->footer("grunndata bench lookup\n"
                  "grunndata bench lookup --data DIR --persons 1000000 --seed 1");
  bench::add_people_flags(*command, options->persons, options->seed);
  command->add_option("--data", options->data,
                      "A data directory with just these people (default: make one)");
  bench::add_directory_flag(*command, options->directory);
  command->add_option("--lookups", options->lookups, "Look-ups in one round")
      ->check(CLI::Range(std::uint64_t{1'000}, std::uint64_t{1'000'000'000}))
      ->capture_default_str();
  command->add_option("--cache-mib", options->cache_mib, "Block cache of each store, in MiB")
      ->capture_default_str();
  bench::add_rounds_flag(*command, options->rounds);
  bench::add_json_flag(*command, options->json);
  command->callback(
      [options, &exit_status] { exit_status = run_lookup_bench(*options, std::cout, std::cerr); });
  add_bench_numbers(bench, exit_status);
  add_bench_bare_handler(bench, exit_status);
}

} // namespace grunndata::tools
