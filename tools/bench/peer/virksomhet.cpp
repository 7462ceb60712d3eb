// The enterprise structure beside PostgreSQL: the same data, the same questions, in one run.
// tools/bench/virksomhet makes both sides ready and starts it.
#include "registry/virksomhet/live_relations.h"
#include "tools/bench/measuring.h"
#include "tools/bench/peer/questions.h"
#include "tools/bench/report.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace grunndata;
using namespace grunndata::tools::bench;
using registry::Result;
using registry::virksomhet::search::NodeSearch;

constexpr double times_faster_min = 10;
constexpr double search_p99_ms_max = 20;
constexpr double subtree_ms_max = 50;
constexpr double ancestors_ms_max = 1;
constexpr double megabyte = 1e6;
constexpr double megabytes_max = 1'610; ///< 1.5 GiB
constexpr double milliseconds = 1e3;

struct Options {
  std::filesystem::path data;
  std::string postgres;
  std::size_t questions = 200;
  int rounds = 5;
  std::uint64_t seed = 1;
  std::filesystem::path numbers; ///< empty: not written
  std::size_t numbers_max = 100'000;
  bool json = false;
};

double percentile(std::vector<double> values, double share) {
  std::ranges::sort(values);
  return values.empty() ? 0
                        : values[static_cast<std::size_t>(
                              share * static_cast<double>(values.size() - 1))];
}

/// Two lines of times and one of how they compare, without the way to PostgreSQL and back.
void put_kind(std::vector<Figure>& figures, const std::string& key, const std::string& label,
              const Times& times, double round_trip, const Figure& limit) {
  const double ours = median(times.ours);
  const double theirs = std::max(median(times.theirs) - round_trip, 0.0);
  figures.push_back({key, label, ours * milliseconds, 4, "ms", limit.target, true});
  figures.push_back({key + "P99", "  p99", percentile(times.ours, 0.99) * milliseconds, 4, "ms",
                     key.starts_with("search") ? limit.target : std::nullopt, true});
  figures.push_back({key + "Postgres", "  PostgreSQL", theirs * milliseconds, 4, "ms"});
  figures.push_back({key + "PostgresP99", "  PostgreSQL, p99",
                     (percentile(times.theirs, 0.99) - round_trip) * milliseconds, 4, "ms"});
  const auto share = [](std::size_t rows, std::size_t of) {
    return static_cast<double>(rows) / static_cast<double>(std::max<std::size_t>(of, 1));
  };
  figures.push_back({key + "Rows", "  rows each", share(times.rows_of_ours, times.ours.size()), 1,
                     ""});
  figures.push_back({key + "RowsPostgres", "  PostgreSQL, rows each",
                     share(times.rows_of_theirs, times.theirs.size()), 1, ""});
  if (key.starts_with("search")) {
    figures.push_back({key + "Found", "  shown what was sought",
                       100 * share(times.found_by_us, times.ours.size()), 1, "%"});
    figures.push_back({key + "FoundPostgres", "  PostgreSQL, shown what was sought",
                       100 * share(times.found_by_them, times.theirs.size()), 1, "%"});
  }
  const auto wanted = key == "lookup" ? std::nullopt : std::optional(times_faster_min);
  figures.push_back({key + "Times", "  times as fast", ours > 0 ? theirs / ours : 0, 1, "x",
                     wanted});
}

/// Numbers of units of Enhetsregisteret, in random order, a line each.
bool write_numbers(const Options& options, const StructureCopy& copy) {
  std::vector<const CopiedNode*> units;
  for (const CopiedNode& node : copy.nodes) {
    if (node.system == "ENH") units.push_back(&node);
  }
  std::ranges::shuffle(units, std::mt19937_64(options.seed));
  units.resize(std::min(units.size(), options.numbers_max));
  std::ofstream out(options.numbers);
  for (const CopiedNode* unit : units) out << unit->number << '\n';
  out.close();
  return out.good();
}

Result<void> measure(const Options& options) {
  registry::OpenOptions open;
  open.directory = options.data;
  open.create = false;
  auto registry = registry::Registry::open(open);
  auto postgres = Postgres::connect(options.postgres);
  if (!registry || !postgres) {
    return tl::unexpected(registry ? postgres.error() : registry.error());
  }
  NodeSearch search(**registry);
  const std::uint64_t memory_before = anonymous_bytes();
  const double begin = wall_seconds();
  if (auto ready = search.refresh([] { return false; }); !ready) return ready;
  const double read_seconds = wall_seconds() - begin;
  const std::uint64_t memory = anonymous_bytes();
  const double relations_begin = wall_seconds();
  if (auto read = registry::virksomhet::load_relations(**registry, [] { return false; }); !read) {
    return read;
  }
  const double relations_seconds = wall_seconds() - relations_begin;
  const std::uint64_t memory_with_relations = anonymous_bytes();
  std::cerr << "copying to PostgreSQL\n";
  const auto copy = copy_structure(**registry, *postgres);
  if (!copy) return tl::unexpected(copy.error());
  if (!options.numbers.empty() && !write_numbers(options, *copy)) {
    return registry::fail(registry::ErrorCode::storage, "cannot write " + options.numbers.string());
  }

  Questions questions(**registry, search, *copy, *postgres, options.seed);
  if (auto prepared = questions.prepare(); !prepared) return prepared;
  using Sought = Questions::Sought;
  Times lookups, subtrees, ancestors, whole, beginnings, misspelt;
  std::vector<double> trips;
  const auto ask = [&](std::size_t count, Times* to) -> Result<void> {
    const auto into = [to](Times& times) -> Times& { return to != nullptr ? *to : times; };
    auto done = questions.round_trips(count, trips);
    if (done) done = questions.lookups(count, into(lookups));
    if (done) done = questions.subtrees(into(subtrees));
    if (done) done = questions.ancestors(count, into(ancestors));
    if (done) done = questions.searches(count, Sought::whole, into(whole));
    if (done) done = questions.searches(count, Sought::beginnings, into(beginnings));
    if (done) done = questions.searches(count, Sought::misspelt, into(misspelt));
    return done;
  };
  Times warm;
  if (auto done = ask(options.questions / 4 + 1, &warm); !done) return done;
  trips.clear();
  for (int round = 0; round < options.rounds; ++round) {
    std::cerr << "round " << round + 1 << " of " << options.rounds << '\n';
    if (auto done = ask(options.questions, nullptr); !done) return done;
  }
  const std::uint64_t memory_after = anonymous_bytes();

  const auto figures_of_search = search.figures();
  const double trip = median(trips);
  std::vector<Figure> figures;
  figures.push_back({"nodes", "nodes", static_cast<double>(copy->nodes.size()), 0, ""});
  figures.push_back({"relations", "relations", static_cast<double>(copy->relations), 0, ""});
  figures.push_back({"readSeconds", "reading all nodes for search", read_seconds, 1, "s"});
  figures.push_back({"searchMegabytes", "  memory it takes",
                     static_cast<double>(memory - std::min(memory, memory_before)) / megabyte, 0,
                     "MB"});
  figures.push_back({"relationsSeconds", "reading all relations", relations_seconds, 1, "s"});
  figures.push_back({"relationsMegabytes", "  memory they take",
                     static_cast<double>(memory_with_relations -
                                         std::min(memory_with_relations, memory)) /
                         megabyte,
                     0, "MB"});
  figures.push_back({"words", "  words", static_cast<double>(figures_of_search.words), 0, ""});
  figures.push_back({"megabytes", "memory of all, caches too",
                     static_cast<double>(memory_after) / megabyte, 0, "MB", megabytes_max, true});
  figures.push_back({"copySeconds", "PostgreSQL, rows ready made, COPY", copy->copy_seconds, 1,
                     "s"});
  figures.push_back({"indexSeconds", "PostgreSQL, indexes and ANALYZE", copy->index_seconds, 1,
                     "s"});
  figures.push_back({"roundTrip", "PostgreSQL, way there and back", trip * milliseconds, 4, "ms"});
  const auto at_most = [](std::optional<double> target) {
    Figure limit;
    limit.target = target;
    return limit;
  };
  put_kind(figures, "lookup", "look-up by number", lookups, trip, at_most({}));
  put_kind(figures, "subtree", "subtree of a regional authority", subtrees, trip,
           at_most(subtree_ms_max));
  put_kind(figures, "ancestors", "ancestors", ancestors, trip, at_most(ancestors_ms_max));
  put_kind(figures, "searchWhole", "search, whole words", whole, trip,
           at_most(search_p99_ms_max));
  put_kind(figures, "searchBeginnings", "search, a beginning", beginnings, trip,
           at_most(search_p99_ms_max));
  put_kind(figures, "searchMisspelt", "search, misspelt", misspelt, trip,
           at_most(search_p99_ms_max));
  print_report(std::cout, options.json,
               "The enterprise structure beside PostgreSQL: medians; PostgreSQL's without the way "
               "there and back",
               figures);
  return {};
}

} // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App program("The enterprise structure beside PostgreSQL");
  program.add_option("--data", options.data, "A data directory with the structure")->required();
  program.add_option("--postgres", options.postgres, "An empty database, as libpq reads it")
      ->required();
  program.add_option("--questions", options.questions, "Of each kind, in each round")
      ->check(CLI::Range(std::size_t{10}, std::size_t{100'000}))
      ->capture_default_str();
  program.add_option("--rounds", options.rounds, "Rounds")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  program.add_option("--seed", options.seed, "Other questions")->capture_default_str();
  program.add_option("--numbers", options.numbers,
                     "Write the numbers of some units to this file, for look-ups over HTTP");
  program.add_option("--numbers-max", options.numbers_max, "So many")->capture_default_str();
  program.add_flag("--json", options.json, "Print one JSON object, not a table");
  CLI11_PARSE(program, argc, argv);
  const auto done = measure(options);
  if (done) return 0;
  std::cerr << "bench virksomhet: " << done.error().message << '\n';
  return 1;
}
