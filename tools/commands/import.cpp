#include "tools/commands/import.h"

#include "importers/folkeregisteret/bulk_load.h"
#include "tools/administration/command_host.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/finish_purges.h"
#include "tools/commands/import_aliases.h"
#include "tools/commands/import_audit.h"
#include "tools/commands/import_kodeverk.h"
#include "tools/commands/import_structure.h"
#include "tools/config/flags.h"
#include "tools/logging/log.h"
#include "tools/progress/progress.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace grunndata::tools {

namespace {

namespace freg = importers::folkeregisteret;

struct ImportFlags {
  config::ConfigSources sources;
  std::vector<std::string> paths;
  std::string extracted_at;
  std::string progress = "auto";
  bool resume = false;
  bool json = false;
};

void print_oddities(const freg::MappingReport& report) {
  for (const auto& [key, count] : report.counts()) {
    log::warn("import", "left out of the mapped persons, kept in their source records",
              {{"what", importers::reading::oddity_name(key.oddity)},
               {"place", key.path},
               {"count", count}});
  }
}

const char* end_name(freg::LoadEnd end) {
  constexpr const char* names[] = {"complete", "stopped", "too_many_errors"};
  return names[static_cast<int>(end)];
}

void print_summary(const freg::LoadResult& result, const ImportFlags& flags, Console& console) {
  const freg::LoadFigures& f = result.figures;
  if (flags.resume) {
    console.err << (result.records_before == 0
                        ? "nothing was interrupted: began at the beginning\n"
                        : "went on after " + std::to_string(result.records_before) + " records\n");
  }
  console.err << "read " << f.read << ", written " << f.written << ", unchanged " << f.unchanged
              << ", superseded " << f.superseded << ", quarantined " << f.quarantined
              << "; extracted at " << registry::format_instant(result.extracted_at) << '\n';
  if (!flags.json) {
    return;
  }
  std::uint64_t oddities = 0;
  for (const auto& [key, count] : result.report.counts()) {
    oddities += count;
  }
  console.out << R"({"read":)" << f.read << R"(,"written":)" << f.written << R"(,"unchanged":)"
              << f.unchanged << R"(,"superseded":)" << f.superseded << R"(,"quarantined":)"
              << f.quarantined << R"(,"bytes":)" << f.bytes << R"(,"oddities":)" << oddities
              << R"(,"extractedAt":")" << registry::format_instant(result.extracted_at)
              << R"(","end":")" << end_name(result.end) << R"(","sourceComplete":)"
              << (result.source_fault ? "false" : "true") << "}\n"
              << std::flush;
}

int exit_status_of_load(const freg::LoadResult& result, Console& console) {
  if (result.source_fault) {
    console.err << "grunndata: the source could not be read to its end: " << *result.source_fault
                << '\n';
  }
  if (result.end == freg::LoadEnd::stopped) {
    console.err << "grunndata: stopped; run the same command with --resume to go on\n";
    return exit_interrupted;
  }
  if (result.end == freg::LoadEnd::too_many_errors) {
    console.err << "grunndata: more records were refused than import.errors_max allows; see "
                   "`grunndata quarantine list`, then run the same command with --resume\n";
    return exit_failure;
  }
  if (result.source_fault) {
    return exit_failure;
  }
  return result.figures.quarantined == 0 ? exit_ok : exit_data_errors;
}

/// What the record of the job says of it.
registry::Result<void> log_load(ImportAudit& job,
                                const registry::Result<freg::LoadResult>& result) {
  job.note("source", "folkeregisteret");
  if (!result) {
    return job.finish(tl::unexpected(result.error()));
  }
  const freg::LoadFigures& f = result->figures;
  job.note("extracted_at", registry::format_instant(result->extracted_at));
  job.note({{"read", f.read},
            {"written", f.written},
            {"unchanged", f.unchanged},
            {"superseded", f.superseded},
            {"quarantined", f.quarantined}});
  job.note("end", result->source_fault ? "source_fault" : end_name(result->end));
  return job.finish({});
}

registry::Result<freg::LoadOptions> load_options(const ImportFlags& flags, OpenedRegistry& opened,
                                                 const Console& console) {
  freg::LoadOptions options;
  options.extracted_at = registry::now();
  if (!flags.extracted_at.empty()) {
    const auto when = registry::parse_instant(flags.extracted_at);
    if (!when) {
      return registry::fail(registry::ErrorCode::invalid,
                            "--extracted-at is a date or an RFC 3339 date-time");
    }
    options.extracted_at = *when;
  }
  const config::ImportConfig& import = console.config.import;
  for (const std::string& path : flags.paths) {
    options.paths.push_back(console.path_of(path));
  }
  options.standard_input = console.input_path;
  options.mapping = opened.mapping;
  options.batch_records = import.batch_records;
  options.errors_max = import.errors_max;
  options.resume = flags.resume;
  options.totals = opened.load_totals.get();
  options.stop_requested = console.stop;
  options.may_go_on = [&opened] { return opened.space->may_go_on(registry::Work::import); };
  return options;
}

int import_folkeregisteret(const ImportFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto style = progress_style(flags.progress);
  if (!style) {
    console.err << "grunndata: --progress is auto, bar, lines, json or none\n";
    return exit_usage;
  }
  auto options = load_options(flags, opened, console);
  if (!options) {
    console.err << "grunndata: " << options.error().message << '\n';
    return exit_usage;
  }
  if (const auto able = can_audit(opened); !able) {
    return report_error(console.err, able.error());
  }
  std::unique_ptr<Progress> progress;
  options->progress = [&](const freg::LoadFigures& figures) {
    if (!progress) {
      progress = std::make_unique<Progress>(
          "import", *style, ProgressTotals{std::nullopt, figures.bytes_total}, console.err);
    }
    progress->update({figures.read, figures.bytes, figures.quarantined});
  };
  ImportAudit job(opened, console, "import folkeregisteret");
  const auto result = freg::load(*opened.registry, *options);
  const auto logged = log_load(job, result);
  finish_purges(opened, console);
  if (!result) {
    progress.reset();
    if (!logged) {
      report_error(console.err, logged.error());
    }
    const int status = report_error(console.err, result.error());
    if (result.error().code == registry::ErrorCode::storage ||
        result.error().code == registry::ErrorCode::unavailable) {
      console.err
          << "grunndata: what was committed is kept; once the cause is mended, run the same "
             "command with --resume\n";
    }
    return status;
  }
  if (progress) {
    progress->finish({result->figures.read, result->figures.bytes, result->figures.quarantined});
  }
  print_oddities(result->report);
  print_summary(*result, flags, console);
  const int status = exit_status_of_load(*result, console);
  return logged ? status : report_error(console.err, logged.error());
}

} // namespace

void add_import_command(CLI::App& program, CommandHost& host, int& exit_status) {
  CLI::App* group = program.add_subcommand("import", "Load a source from files or stdin");
  group->require_subcommand(1);
  add_import_aliases_command(*group, host, exit_status);
  add_import_structure_commands(*group, host, exit_status);
  add_import_kodeverk_command(*group, host, exit_status);
  CLI::App* command = group->add_subcommand(
      "folkeregisteret", "Person documents of Folkeregisteret (offentlig med hjemmel)");
  command->footer("grunndata import folkeregisteret --data DIR persons.ndjson.zst\n"
                  "grunndata generate folkeregisteret --persons 1000 --seed 7 | grunndata import "
                  "folkeregisteret --data DIR -\n"
                  "grunndata import folkeregisteret --data DIR --resume persons.ndjson.zst");
  auto flags = std::make_shared<ImportFlags>();
  config::add_config_flags(*command, flags->sources,
                           {"data.directory", "data.environment", "import.batch_records",
                            "import.errors_max", "log.level", "log.format"});
  command
      ->add_option("paths", flags->paths,
                   "Files (documents one a line, an array, bulk answers; plain, gzip or zstd), "
                   "folders of them, or - for stdin")
      ->required();
  command->add_option(
      "--extracted-at", flags->extracted_at,
      "When the source was read; of two records the later read wins (default: now)");
  command->add_flag("--resume", flags->resume, "Go on with an interrupted load of the same paths");
  command->add_flag("--json", flags->json, "Print the summary as one JSON object on stdout");
  command->add_option("--progress", flags->progress, "auto, bar, lines, json or none");
  command->callback([flags, &host, &exit_status] {
    const bool reads_input = std::ranges::find(flags->paths, "-") != flags->paths.end();
    exit_status = host.run(flags->sources,
                           {.create = true, .input = reads_input, .work = registry::Work::import},
                           [&flags](OpenedRegistry& opened, Console& console) {
                             return import_folkeregisteret(*flags, opened, console);
                           });
  });
}

} // namespace grunndata::tools
