#include "tools/bench/import.h"

#include "importers/folkeregisteret/bulk_load.h"
#include "importers/folkeregisteret/record_reader.h"
#include "tools/allocator.h"
#include "tools/bench/bare_load.h"
#include "tools/bench/flags.h"
#include "tools/bench/measured_store.h"
#include "tools/bench/measuring.h"
#include "tools/bench/population_file.h"
#include "tools/bench/report.h"
#include "tools/commands/exit_status.h"

#include <CLI/CLI.hpp>

#include <cmath>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace grunndata::tools {

namespace {

namespace freg = importers::folkeregisteret;
namespace store = registry::store;
using bench::Figure;
using registry::ErrorCode;
using registry::fail;
using registry::Result;

constexpr double persons_per_second_min = 20'000;
constexpr double bare_ratio_min = 0.6;
constexpr double again_ratio_min = 2;
constexpr double disk_share_max = 0.8;
constexpr double anonymous_mib_max = 1024;
constexpr double mebibyte = 1u << 20;
constexpr double megabyte = 1e6;
constexpr std::int64_t hour_us = 3'600'000'000;
constexpr std::uint64_t mapping_sample = 20'000; ///< persons mapped alone

/// Processor seconds of one load, by who spent them.
struct Spending {
  double reading_s = 0; ///< the calling thread: read, split, hand over
  double writer_s = 0;  ///< preparing the values, between the engine's writes
  double process_s = 0; ///< all threads
  double wall_s = 0;
  double engine_wall_s = 0;
};

struct Round {
  Spending fresh;
  double again_s = 0; ///< the same file, read at the same time
  double later_s = 0; ///< the same file, read later
  double bare_s = 0;
  std::uint64_t written_again = 0;
  std::uint64_t peak_bytes = 0;
  std::uint64_t disk_bytes = 0;
  std::uint64_t given_bytes = 0; ///< keys and values the import gave to the engine
  std::uint64_t bare_bytes = 0;  ///< and the bare loop
};

struct Documents {
  std::filesystem::path file;
  std::uint64_t persons = 0;
  double bytes = 0;
};

/// Everything of one registry that is measured while it is open.
class Subject {
public:
  [[nodiscard]] Result<void> open(const std::filesystem::path& directory) {
    auto engine = store::open_rocksdb(directory, store::EngineOptions{});
    if (!engine) return tl::unexpected(engine.error());
    auto opened = registry::Registry::open(bench::measured(std::move(*engine), work_),
                                           registry::Environment::test);
    if (!opened) return tl::unexpected(opened.error());
    registry_ = std::move(*opened);
    work_ = {};
    return {};
  }

  [[nodiscard]] Result<freg::LoadFigures> load(const Documents& documents,
                                               registry::Instant extracted_at, Spending& spent) {
    freg::LoadOptions options;
    options.paths = {documents.file.string()};
    options.extracted_at = extracted_at;
    const double thread = bench::thread_cpu_seconds();
    const double process = bench::process_cpu_seconds();
    const double wall = bench::wall_seconds();
    const auto loaded = freg::load(*registry_, options);
    spent.wall_s = bench::wall_seconds() - wall;
    spent.process_s = bench::process_cpu_seconds() - process;
    spent.reading_s = bench::thread_cpu_seconds() - thread;
    spent.writer_s = work_.writer_cpu_seconds();
    spent.engine_wall_s = work_.engine_s;
    if (!loaded) return tl::unexpected(loaded.error());
    if (loaded->source_fault || loaded->figures.read != documents.persons ||
        loaded->figures.quarantined != 0) {
      return fail(ErrorCode::invalid, "the generated population was not taken whole");
    }
    return loaded->figures;
  }

  [[nodiscard]] const bench::StoreWork& written() const noexcept { return work_; }
  [[nodiscard]] const store::Store& store() { return registry_->store(); }

private:
  bench::StoreWork work_;
  std::unique_ptr<registry::Registry> registry_;
};

/// Processor seconds of mapping alone, for all of the documents.
Result<double> mapping_seconds(const Documents& documents) {
  auto reader = freg::RecordReader::open({documents.file.string()});
  if (!reader) return tl::unexpected(reader.error());
  freg::PersonMapper mapper{freg::MappingOptions{}};
  freg::MappingReport report;
  registry::SourceRecord mapped;
  freg::Record record;
  double seconds = 0;
  std::uint64_t count = 0;
  while (count < mapping_sample) {
    const auto more = reader->next(record);
    if (!more) return tl::unexpected(more.error());
    if (!*more) break;
    const double begin = bench::thread_cpu_seconds();
    const auto done = mapper.map(record.json, mapped, report);
    seconds += bench::thread_cpu_seconds() - begin;
    if (!done) return fail(ErrorCode::invalid, "a generated document cannot be mapped");
    ++count;
  }
  return seconds * static_cast<double>(documents.persons) / static_cast<double>(count);
}

/// The three loads; what the bare loop is to write is left in `batches`.
Result<Round> measure_import(const Documents& documents, const std::filesystem::path& directory,
                             bench::BareBatches& batches) {
  Round round;
  Subject subject;
  if (auto opened = subject.open(directory); !opened) return tl::unexpected(opened.error());
  const registry::Instant read_at = registry::now();
  bench::PeakMemory memory;
  const auto fresh = subject.load(documents, read_at, round.fresh);
  round.peak_bytes = memory.stop();
  if (!fresh) return tl::unexpected(fresh.error());
  const std::uint64_t writes = subject.written().writes;
  round.given_bytes = subject.written().bytes;
  round.disk_bytes = bench::disk_bytes(directory);
  auto collected = bench::collect_batches(subject.store(), writes);
  if (!collected) return tl::unexpected(collected.error());
  batches = std::move(*collected);
  round.bare_bytes = batches.bytes;

  Spending spent;
  const auto again = subject.load(documents, read_at, spent);
  if (!again) return tl::unexpected(again.error());
  round.again_s = spent.wall_s;
  const auto later = subject.load(documents, {read_at.microseconds + hour_us}, spent);
  if (!later) return tl::unexpected(later.error());
  round.later_s = spent.wall_s;
  round.written_again = again->written + later->written;
  return round;
}

Result<Round> measure_round(const Documents& documents, const std::filesystem::path& parent) {
  bench::BareBatches batches;
  Result<Round> round;
  {
    const bench::TemporaryDirectory directory(parent);
    round = measure_import(documents, directory.path(), batches);
  }
  if (!round) return round;
  const bench::TemporaryDirectory directory(parent);
  auto empty = store::open_rocksdb(directory.path(), store::EngineOptions{});
  if (!empty) return tl::unexpected(empty.error());
  const auto bare =
      bench::run_bare_load(documents.file, documents.persons, std::move(batches), **empty);
  if (!bare) return tl::unexpected(bare.error());
  round->bare_s = *bare;
  return round;
}

template <typename Value>
double median_of(const std::vector<Round>& rounds, const Value& value) {
  std::vector<double> values;
  for (const Round& round : rounds) values.push_back(value(round));
  return bench::median(std::move(values));
}

std::vector<Figure> main_figures(const Documents& documents, const std::vector<Round>& rounds) {
  const auto persons = static_cast<double>(documents.persons);
  const auto middle = [&](auto value) { return median_of(rounds, value); };
  double written_again = 0;
  for (const Round& round : rounds) written_again += static_cast<double>(round.written_again);
  const auto ratio = [](double over, double under) { return under > 0 ? over / under : 0; };
  return {
      {"personsPerSecond", "import into an empty registry",
       middle([&](const Round& r) { return persons / r.fresh.wall_s; }), 0, "/s",
       persons_per_second_min},
      {"barePersonsPerSecond", "bare loop: parse, compress, write the same bytes",
       middle([&](const Round& r) { return persons / r.bare_s; }), 0, "/s"},
      {"bareRatio", "import beside the bare loop",
       middle([](const Round& r) { return r.bare_s / r.fresh.wall_s; }), 2, "x", bare_ratio_min},
      {"againPersonsPerSecond", "the same file again, read at the same time",
       middle([&](const Round& r) { return persons / r.again_s; }), 0, "/s"},
      {"againRatio", "  beside the first import",
       middle([](const Round& r) { return r.fresh.wall_s / r.again_s; }), 2, "x", again_ratio_min},
      {"laterPersonsPerSecond", "the same file again, read an hour later",
       middle([&](const Round& r) { return persons / r.later_s; }), 0, "/s"},
      {"laterRatio", "  beside the first import",
       middle([](const Round& r) { return r.fresh.wall_s / r.later_s; }), 2, "x", again_ratio_min},
      {"writtenAgain", "persons written by those two", written_again, 0, "", 1, true},
      {"peakAnonymousMib", "peak anonymous memory (first round)",
       static_cast<double>(rounds.front().peak_bytes) / mebibyte, 0, "MiB", anonymous_mib_max,
       true},
      {"diskShare", "disk beside the raw JSON",
       middle([&](const Round& r) { return static_cast<double>(r.disk_bytes) / documents.bytes; }),
       3, "x", disk_share_max, true},
      {"bareBytesShare", "bytes the bare loop wrote beside the import's",
       middle([&](const Round& r) {
         return ratio(static_cast<double>(r.bare_bytes), static_cast<double>(r.given_bytes));
       }),
       3, "x"},
  };
}

/// Medians; mapping and parsing were measured alone, the engine is what remains.
std::vector<Figure> spending_figures(const std::vector<Round>& rounds, double mapping_s,
                                     double parsing_s) {
  const auto middle = [&](double Spending::*part) {
    return median_of(rounds, [part](const Round& round) { return round.fresh.*part; });
  };
  const double reading = middle(&Spending::reading_s);
  const double writer = middle(&Spending::writer_s);
  const double process = middle(&Spending::process_s);
  return {
      {"readingCpuSeconds", "reading: the calling thread", reading, 2, "s"},
      {"mappingCpuSeconds", "mapping: measured alone on one thread", mapping_s, 2, "s"},
      {"parsingCpuSeconds", "  of it simdjson alone would take", parsing_s, 2, "s"},
      {"preparingCpuSeconds", "preparing values and keys: the writer's thread", writer, 2, "s"},
      {"engineCpuSeconds", "engine: sort, compress, files (the rest)",
       process - reading - mapping_s - writer, 2, "s"},
      {"processCpuSeconds", "all threads", process, 2, "s"},
      {"engineWallSeconds", "wall time inside the engine's writes",
       middle(&Spending::engine_wall_s), 2, "s"},
      {"wallSeconds", "wall time of the import", middle(&Spending::wall_s), 2, "s"},
  };
}

Result<void> measure(const ImportBenchOptions& options, std::ostream& out, std::ostream& err) {
  const bench::TemporaryDirectory directory(options.directory);
  Documents documents{directory.path() / "persons.ndjson", options.persons, 0};
  if (directory.path().empty() ||
      !bench::write_documents({options.persons, options.seed}, documents.file)) {
    return fail(ErrorCode::storage, "cannot write the documents");
  }
  documents.bytes = static_cast<double>(std::filesystem::file_size(documents.file));
  std::vector<Round> rounds;
  for (int number = 1; number <= options.rounds; ++number) {
    err << "round " << number << " of " << options.rounds << '\n';
    const auto round = measure_round(documents, directory.path());
    if (!round) return tl::unexpected(round.error());
    rounds.push_back(*round);
    give_back_memory(); // what the bare loop held
  }
  const auto mapping = mapping_seconds(documents);
  const auto parsing = bench::parse_seconds(documents.file, documents.persons);
  if (!mapping || !parsing) return tl::unexpected(mapping ? parsing.error() : mapping.error());

  auto figures = main_figures(documents, rounds);
  const auto spending = spending_figures(rounds, *mapping, *parsing);
  if (options.json) {
    figures.insert(figures.end(), spending.begin(), spending.end());
    bench::print_json(out, figures);
    return {};
  }
  const std::string people = std::to_string(options.persons) + " persons, " +
                             std::to_string(std::llround(documents.bytes / megabyte)) +
                             " MB of JSON, seed " + std::to_string(options.seed) + ", median of " +
                             std::to_string(options.rounds);
  bench::print_table(out, "Import: " + people, figures);
  bench::print_table(out, "Where the processor time of the first import goes", spending);
  return {};
}

} // namespace

int run_import_bench(const ImportBenchOptions& options, std::ostream& out, std::ostream& err) {
  const auto done = measure(options, out, err);
  if (done) return exit_ok;
  err << "grunndata: bench import: " << done.error().message << '\n';
  return exit_failure;
}

void add_bench_import(CLI::App& bench, int& exit_status) {
  const auto options = std::make_shared<ImportBenchOptions>();
  CLI::App* command = bench.add_subcommand(
      "import", "Load a synthetic population, beside a loop that only parses and writes");
  command->footer("grunndata bench import\n"
                  "grunndata bench import --persons 20000 --rounds 1 --directory /var/tmp");
  bench::add_people_flags(*command, options->persons, options->seed);
  bench::add_rounds_flag(*command, options->rounds);
  bench::add_directory_flag(*command, options->directory);
  bench::add_json_flag(*command, options->json);
  command->callback(
      [options, &exit_status] { exit_status = run_import_bench(*options, std::cout, std::cerr); });
}

} // namespace grunndata::tools
