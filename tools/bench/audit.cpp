#include "tools/bench/audit.h"

#include "registry/audit/log.h"
#include "tools/bench/flags.h"
#include "tools/bench/measuring.h"
#include "tools/bench/report.h"
#include "tools/commands/exit_status.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <iostream>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace grunndata::tools {

namespace {

namespace audit = registry::audit;
using bench::Figure;

constexpr double append_ns_max = 1'500;
constexpr double year_look_ups = 8.4e9;

struct AuditBenchOptions {
  std::uint64_t records = 500'000;
  unsigned runs = 3;
  unsigned threads = 2;
  std::string directory;
  bool json = false;
};

/// A look-up as an answer with a token gives it.
audit::Record typical_record(std::uint64_t n) {
  audit::Record record;
  record.subject.emplace();
  for (std::size_t i = 0; i < sizeof(n); ++i) {
    record.subject->bytes[15 - i] = static_cast<std::uint8_t>((n * 0x9E3779B97F4A7C15U) >> (8 * i));
  }
  record.actor.issuer = "helseid";
  record.actor.client_id = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";
  record.actor.client_name = "Journalsystem, avdeling 4";
  record.actor.organisation = "999000001";
  record.actor.organisation_parent = "998000001";
  record.actor.user_name = "Kari Nordmann Hansen";
  record.actor.user_hpr = "1000001";
  record.actor.user_key = "00112233445566778899aabbccddeeff";
  record.actor.security_level = 4;
  record.reason.purpose_of_use = "TREAT";
  record.operation = "getPersonByNin";
  record.parts_asked.set(1);
  record.parts_delivered.set(1);
  record.with_legal_basis = true;
  record.outcome = "ok";
  record.request_id = "01JF8Z3K9Q6W2X7Y4V5T0S1R2P";
  return record;
}

struct Run {
  double ns = 0;         ///< wall time of one append by one thread
  double cpu_ns = 0;     ///< its processor time
  double per_second = 0; ///< by all threads
  double behind_ns = 0;  ///< processor time of the threads that sync, hash and index, each record
  double segment_bytes = 0;
  double disk_bytes = 0;
};

void append(audit::Log& log, std::uint64_t count) {
  audit::Record record = typical_record(0);
  for (std::uint64_t n = 0; n < count; ++n) {
    record.subject->bytes[8] = static_cast<std::uint8_t>(n);
    record.subject->bytes[9] = static_cast<std::uint8_t>(n >> 8U);
    record.subject->bytes[10] = static_cast<std::uint8_t>(n >> 16U);
    if (!log.append({&record, 1})) {
      return;
    }
  }
}

registry::Result<Run> measure(const AuditBenchOptions& options,
                              const std::filesystem::path& folder) {
  audit::LogOptions set;
  set.directory = folder;
  auto log = audit::Log::open(set);
  if (!log) {
    return tl::unexpected(log.error());
  }
  Run run;
  const auto count = static_cast<double>(options.records);
  const double process_before = bench::process_cpu_seconds();
  const double cpu_before = bench::thread_cpu_seconds();
  const double before = bench::wall_seconds();
  append(**log, options.records);
  run.ns = (bench::wall_seconds() - before) / count * 1e9;
  const double cpu = bench::thread_cpu_seconds() - cpu_before;
  run.cpu_ns = cpu / count * 1e9;
  if (auto note = (*log)->checkpoint(); !note) {
    return tl::unexpected(note.error());
  }
  run.behind_ns = (bench::process_cpu_seconds() - process_before - cpu) / count * 1e9;
  run.segment_bytes = static_cast<double>((*log)->figures().bytes) / count;

  std::vector<std::thread> threads;
  std::latch ready(options.threads + 1);
  for (unsigned i = 0; i < options.threads; ++i) {
    threads.emplace_back([&] {
      ready.arrive_and_wait();
      append(**log, options.records);
    });
  }
  ready.arrive_and_wait();
  const double together = bench::wall_seconds();
  for (std::thread& thread : threads) {
    thread.join();
  }
  run.per_second = count * options.threads / (bench::wall_seconds() - together);
  if ((*log)->figures().records != options.records * (options.threads + 1)) {
    return registry::fail(registry::ErrorCode::unavailable, "an append was refused");
  }
  log->reset();
  const double all = count * (options.threads + 1);
  run.disk_bytes = static_cast<double>(bench::disk_bytes(folder)) / all;
  return run;
}

double median_of(const std::vector<Run>& runs, double Run::*figure) {
  std::vector<double> values;
  for (const Run& run : runs) {
    values.push_back(run.*figure);
  }
  return bench::median(std::move(values));
}

int run_audit_bench(const AuditBenchOptions& options) {
  std::vector<Run> runs;
  // Nothing is deleted between runs: a file system is slow to give fresh deletions away again.
  const bench::TemporaryDirectory folder(options.directory);
  for (unsigned i = 0; i < options.runs; ++i) {
    const auto run = measure(options, folder.path() / std::to_string(i));
    if (!run) {
      return report_error(run.error());
    }
    runs.push_back(*run);
  }
  const double segment = median_of(runs, &Run::segment_bytes);
  const double disk = median_of(runs, &Run::disk_bytes);
  const std::vector<Figure> figures{
      {"appendNs", "one append, one thread", median_of(runs, &Run::ns), 0, "ns", append_ns_max,
       true},
      {"appendCpuNs", "  of that processor time", median_of(runs, &Run::cpu_ns), 0, "ns"},
      {"behindCpuNs", "hash, index, sync behind it", median_of(runs, &Run::behind_ns), 0, "ns"},
      {"appendsPerSecond", "appends of all threads", median_of(runs, &Run::per_second), 0, "/s"},
      {"recordBytes", "a record in its segment", segment, 0, "bytes"},
      {"diskBytes", "with tree, index and spare", disk, 0, "bytes"},
      {"yearTerabytes", "8.4 billion look-ups a year", segment * year_look_ups / 1e12, 2, "TB"}};
  bench::print_report(std::cout, options.json,
                      std::to_string(options.records) + " records, " +
                          std::to_string(options.threads) + " threads, median of " +
                          std::to_string(options.runs) + " runs",
                      figures);
  return exit_ok;
}

} // namespace

void add_bench_audit(CLI::App& bench, int& exit_status) {
  const auto options = std::make_shared<AuditBenchOptions>();
  CLI::App* command =
      bench.add_subcommand("audit", "What logging costs a look-up, and what it needs on the disk");
  command->add_option("--records", options->records, "records appended by a thread in one run")
      ->check(CLI::Range(1'000, 100'000'000))
      ->capture_default_str();
  command->add_option("--runs", options->runs, "runs, of which the median counts")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  command->add_option("--threads", options->threads, "threads that append together")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command->add_option("--directory", options->directory,
                      "where to put the log (default: the system's folder for temporary files)");
  bench::add_json_flag(*command, options->json);
  command->callback([options, &exit_status] { exit_status = run_audit_bench(*options); });
}

} // namespace grunndata::tools
