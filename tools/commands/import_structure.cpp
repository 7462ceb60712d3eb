#include "tools/commands/import_structure.h"

#include "importers/enhetsregisteret/personal_parents.h"
#include "importers/enhetsregisteret/selection.h"
#include "importers/enhetsregisteret/unit_mapping.h"
#include "importers/enhetsregisteret/unit_wrapping.h"
#include "importers/virksomhet/node_load.h"
#include "tools/administration/command_host.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/finish_purges.h"
#include "tools/commands/import_audit.h"
#include "tools/commands/kodeverk.h"
#include "tools/commands/structure_sources.h"
#include "tools/config/flags.h"
#include "tools/logging/log.h"
#include "tools/progress/progress.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace grunndata::tools {

namespace {

namespace sources = importers::virksomhet;
using registry::Result;
using registry::virksomhet::NodeSource;
using sources::NodeLoadEnd;
using sources::NodeLoadFigures;
using sources::NodeLoadOptions;
using sources::NodeLoadResult;

struct StructureFlags {
  config::ConfigSources sources;
  std::string source; ///< the command's name
  std::vector<std::string> paths;
  std::string extracted_at;
  std::string progress = "auto";
  bool resume = false;
  bool complete = false;
  bool roles = false;
  bool json = false;
};

struct SourceCommand {
  std::string_view name;
  std::string_view description;
  std::string_view footer;
  bool is_stream; ///< records stand each by itself; else all of them make one commit
};

constexpr SourceCommand commands[] = {
    {"enhetsregisteret",
     "Units of Enhetsregisteret (full files, pages, single documents), or roles",
     "grunndata import enhetsregisteret --data DIR enheter.json.gz underenheter.json.gz\n"
     "grunndata import enhetsregisteret --data DIR --industries 86,87 enheter.json.gz "
     "underenheter.json.gz\n"
     "grunndata import enhetsregisteret --data DIR --roles roller/",
     true},
    {"adresseregisteret", "Communication parties of Adresseregisteret (full export, events)",
     "grunndata import adresseregisteret --data DIR export.json", true},
    {"resh", "Units of RESH (JSON or a table)",
     "grunndata import resh --data DIR --complete resh.json\n"
     "grunndata import resh --data DIR --fields reshId=EnhetsId,navn=Navn resh.csv",
     false},
    {"gln", "A list of GLNs (a table)", "grunndata import gln --data DIR --complete gln.csv",
     false},
    {"locoreg", "Places and services of LocoReg (FHIR R4: Location, HealthcareService)",
     "grunndata import locoreg --data DIR locoreg.ndjson", false},
    {"htk", "Organisations of Helsetjenestekatalogen, and offices of Fastlegeregisteret",
     "grunndata import htk --data DIR offices.json", true},
    {"flr", "Contracts of Fastlegeregisteret; patients are kept nowhere",
     "grunndata import flr --data DIR contracts.json", false},
    {"kuraterte", "Relations, events and flags that a human has reviewed",
     "grunndata import kuraterte --data DIR --complete relasjoner.json etterfolgere.json", false},
};

NodeSource source_of(const StructureFlags& flags) {
  if (flags.source == "enhetsregisteret") {
    return flags.roles ? NodeSource::enhetsregisteret_roller : NodeSource::enhetsregisteret;
  }
  if (flags.source == "adresseregisteret") return NodeSource::adresseregisteret;
  if (flags.source == "resh") return NodeSource::resh;
  if (flags.source == "gln") return NodeSource::gln;
  if (flags.source == "locoreg") return NodeSource::locoreg;
  if (flags.source == "htk") return NodeSource::htk;
  if (flags.source == "flr") return NodeSource::flr;
  return NodeSource::kuratert;
}

Result<NodeLoadOptions> load_options(const StructureFlags& flags, OpenedRegistry& opened,
                                     const Console& console) {
  NodeLoadOptions options;
  options.source = source_of(flags);
  options.extracted_at = unsaid_extracted_at(options.source, registry::now());
  if (!flags.extracted_at.empty()) {
    const auto when = registry::parse_instant(flags.extracted_at);
    if (!when) {
      return registry::fail(registry::ErrorCode::invalid,
                            "--extracted-at is a date or an RFC 3339 date-time");
    }
    options.extracted_at = *when;
  }
  for (const std::string& path : flags.paths) {
    options.paths.push_back(console.path_of(path));
  }
  options.standard_input = console.input_path;
  options.batch_records = console.config.import.batch_records;
  options.errors_max = console.config.import.errors_max;
  options.resume = flags.resume;
  options.complete = flags.complete;
  options.stop_requested = console.stop;
  options.may_go_on = [&opened] { return opened.space->may_go_on(registry::Work::import); };
  return options;
}

Result<NodeLoadResult> load_units(OpenedRegistry& opened, const Console& console,
                                  NodeLoadOptions options) {
  namespace er = importers::enhetsregisteret;
  std::optional<er::Selection> selection;
  const er::SelectionRules rules = selection_rules(console.config.structure);
  std::function<bool(std::string_view)> is_selected;
  if (!rules.empty()) {
    auto read = er::Selection::read(options.paths, rules, options.stop_requested);
    if (!read) return tl::unexpected(read.error());
    selection = std::move(*read);
    console.err << "picked " << selection->size() << " units\n";
    is_selected = [&selection](std::string_view orgnr) { return selection->contains(orgnr); };
  }
  options.envelopes = er::unit_envelopes();
  er::PersonalParents persons(*opened.registry);
  er::UnitMapper mapper({options.extracted_at,
                         [&persons](std::string_view orgnr) { return persons.contains(orgnr); },
                         is_selected});
  return sources::load_stream(*opened.registry, options, mapper);
}

Result<NodeLoadResult> load(const StructureFlags& flags, bool is_stream, OpenedRegistry& opened,
                            const Console& console, NodeLoadOptions options) {
  const config::StructureConfig& structure = console.config.structure;
  if (options.source == NodeSource::enhetsregisteret) {
    return load_units(opened, console, std::move(options));
  }
  if (flags.roles && !selection_rules(structure).empty()) {
    return registry::fail(registry::ErrorCode::invalid,
                          "roles tell no trade and no parent: units cannot be picked by them");
  }
  set_wrapping(options, structure);
  if (is_stream) {
    const auto mapper = structure_mapper(options.source, options.extracted_at, structure);
    if (!mapper) return tl::unexpected(mapper.error());
    return sources::load_stream(*opened.registry, options, **mapper);
  }
  const auto list = structure_list(options.source, options.extracted_at, structure);
  if (!list) return tl::unexpected(list.error());
  return sources::load_list(*opened.registry, options, **list);
}

const char* end_name(NodeLoadEnd end) {
  constexpr const char* names[] = {"complete", "stopped", "too_many_errors"};
  return names[static_cast<int>(end)];
}

void print_summary(const NodeLoadResult& result, const StructureFlags& flags, Console& console) {
  const NodeLoadFigures& f = result.figures;
  if (flags.resume) {
    console.err << (result.records_before == 0
                        ? "nothing was interrupted: began at the beginning\n"
                        : "went on after " + std::to_string(result.records_before) + " records\n");
  }
  for (const auto& [key, count] : result.report.counts()) {
    log::warn("import", "left out of the mapped nodes, kept in their source records",
              {{"what", importers::reading::oddity_name(key.oddity)},
               {"place", key.path},
               {"count", count}});
  }
  std::uint64_t codes = 0;
  for (const auto& [key, count] : result.codes.counts()) {
    codes += count;
    log::warn("import", "codes that their lists do not have; kept as they are",
              {{"list", key.list},
               {"code", key.code},
               {"standing", sources::name_of(key.standing)},
               {"count", count}});
  }
  console.err << "read " << f.read << ", written " << f.counts.written << ", unchanged "
              << f.counts.unchanged << ", superseded " << f.counts.superseded << ", withdrawn "
              << f.counts.withdrawn << ", events " << f.counts.events << ", left out " << f.left_out
              << ", quarantined " << f.counts.quarantined << "; extracted at "
              << registry::format_instant(result.extracted_at) << '\n';
  if (!flags.json) return;
  console.out << R"({"read":)" << f.read << R"(,"written":)" << f.counts.written
              << R"(,"unchanged":)" << f.counts.unchanged << R"(,"superseded":)"
              << f.counts.superseded << R"(,"withdrawn":)" << f.counts.withdrawn
              << R"(,"events":)" << f.counts.events << R"(,"leftOut":)" << f.left_out
              << R"(,"quarantined":)" << f.counts.quarantined << R"(,"identifiersRefused":)"
              << f.counts.identifiers_refused << R"(,"codesNotListed":)" << codes
              << R"(,"bytes":)" << f.bytes << R"(,"extractedAt":")"
              << registry::format_instant(result.extracted_at) << R"(","end":")"
              << end_name(result.end) << R"(","sourceComplete":)"
              << (result.source_fault ? "false" : "true") << "}\n"
              << std::flush;
}

int exit_status_of_load(const NodeLoadResult& result, bool is_stream, Console& console) {
  const char* const next = is_stream ? "; run the same command with --resume to go on\n"
                                     : "; nothing was written\n";
  if (result.source_fault) {
    console.err << "grunndata: the source could not be read to its end: " << *result.source_fault
                << '\n';
  }
  if (result.end == NodeLoadEnd::stopped) {
    console.err << "grunndata: stopped" << next;
    return exit_interrupted;
  }
  if (result.end == NodeLoadEnd::too_many_errors) {
    console.err << "grunndata: more records were refused than import.errors_max allows" << next;
    return exit_failure;
  }
  if (result.source_fault) return exit_failure;
  return result.figures.counts.quarantined == 0 ? exit_ok : exit_data_errors;
}

Result<void> log_load(ImportAudit& job, const StructureFlags& flags,
                      const Result<NodeLoadResult>& result) {
  job.note("source", registry::virksomhet::name_of(source_of(flags)));
  if (!result) return job.finish(tl::unexpected(result.error()));
  const NodeLoadFigures& f = result->figures;
  job.note("extracted_at", registry::format_instant(result->extracted_at));
  job.note({{"read", f.read},
            {"written", f.counts.written},
            {"unchanged", f.counts.unchanged},
            {"superseded", f.counts.superseded},
            {"withdrawn", f.counts.withdrawn},
            {"quarantined", f.counts.quarantined}});
  job.note("end", result->source_fault ? "source_fault" : end_name(result->end));
  return job.finish({});
}

int import_source(const StructureFlags& flags, bool is_stream, OpenedRegistry& opened,
                  Console& console) {
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
  if (const auto able = can_audit(opened); !able) return report_error(console.err, able.error());
  const auto kodeverk = kodeverk_of(opened);
  if (!kodeverk) return report_error(console.err, kodeverk.error());
  options->code_lists = (*kodeverk)->lists();
  std::unique_ptr<Progress> progress;
  options->progress = [&](const NodeLoadFigures& figures) {
    if (!progress) {
      progress = std::make_unique<Progress>(
          "import", *style, ProgressTotals{std::nullopt, figures.bytes_total}, console.err);
    }
    progress->update({figures.read, figures.bytes, figures.counts.quarantined});
  };
  ImportAudit job(opened, console, "import " + flags.source);
  const auto result = load(flags, is_stream, opened, console, std::move(*options));
  const auto logged = log_load(job, flags, result);
  finish_purges(opened, console);
  if (!result) {
    progress.reset();
    if (!logged) report_error(console.err, logged.error());
    return report_error(console.err, result.error());
  }
  if (progress) {
    const NodeLoadFigures& figures = result->figures;
    progress->finish({figures.read, figures.bytes, figures.counts.quarantined});
  }
  print_summary(*result, flags, console);
  const int status = exit_status_of_load(*result, is_stream, console);
  return logged ? status : report_error(console.err, logged.error());
}

void add_settings(CLI::App& command, StructureFlags& flags) {
  if (flags.source == "enhetsregisteret") {
    return config::add_config_flags(
        command, flags.sources,
        {"data.directory", "data.environment", "import.batch_records", "import.errors_max",
         "enhetsregisteret.industries", "enhetsregisteret.forms", "enhetsregisteret.parents",
         "enhetsregisteret.units", "log.level", "log.format"});
  }
  if (flags.source == "resh") {
    return config::add_config_flags(command, flags.sources,
                                    {"data.directory", "data.environment", "import.errors_max",
                                     "resh.fields", "resh.list", "log.level", "log.format"});
  }
  config::add_config_flags(
      command, flags.sources,
      {"data.directory", "data.environment", "import.batch_records", "import.errors_max",
       "log.level", "log.format"});
}

void add_source(CLI::App& group, const SourceCommand& source, CommandHost& host,
                int& exit_status) {
  CLI::App* command =
      group.add_subcommand(std::string(source.name), std::string(source.description));
  command->footer(std::string(source.footer));
  auto flags = std::make_shared<StructureFlags>();
  flags->source = source.name;
  add_settings(*command, *flags);
  command
      ->add_option("paths", flags->paths,
                   "Files (plain, gzip or zstd), folders of them, or - for stdin")
      ->required();
  command->add_option(
      "--extracted-at", flags->extracted_at,
      source.name == "enhetsregisteret"
          ? "When the source was read; of two records the later read wins (default: three days "
            "ago, so that files count as older than those that are followed from)"
          : "When the source was read; of two records the later read wins (default: now)");
  if (source.is_stream) {
    command->add_flag("--resume", flags->resume,
                      "Go on with an interrupted load of the same paths");
  } else {
    command->add_flag("--complete", flags->complete,
                      "The paths are all that the source says: what it said before and says no "
                      "more is withdrawn");
  }
  if (source.name == "enhetsregisteret") {
    command->add_flag("--roles", flags->roles, "The documents are roles of units");
  }
  command->add_flag("--json", flags->json, "Print the summary as one JSON object on stdout");
  command->add_option("--progress", flags->progress, "auto, bar, lines, json or none");
  command->callback([flags, &host, &exit_status, is_stream = source.is_stream] {
    const bool reads_input = std::ranges::find(flags->paths, "-") != flags->paths.end();
    exit_status = host.run(flags->sources,
                           {.create = true, .input = reads_input, .work = registry::Work::import},
                           [&flags, is_stream](OpenedRegistry& opened, Console& console) {
                             return import_source(*flags, is_stream, opened, console);
                           });
  });
}

} // namespace

void add_import_structure_commands(CLI::App& group, CommandHost& host, int& exit_status) {
  for (const SourceCommand& source : commands) add_source(group, source, host, exit_status);
}

} // namespace grunndata::tools
