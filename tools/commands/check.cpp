#include "tools/commands/check.h"

#include "importers/folkeregisteret/bulk_load.h"
#include "registry/check.h"
#include "tools/administration/command_host.h"
#include "tools/commands/exit_status.h"
#include "tools/config/flags.h"
#include "tools/logging/json_text.h"
#include "tools/progress/progress.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <ostream>
#include <string>

namespace grunndata::tools {

namespace {

struct CheckFlags {
  config::ConfigSources sources;
  std::string progress = "auto";
  bool deep = false;
  bool json = false;
};

void print_finding(const registry::Finding& finding, bool json, std::ostream& stream) {
  if (!json) {
    stream << finding.family << "  " << finding.place << "  " << finding.what << ": "
           << finding.advice << '\n';
    return;
  }
  std::string out = R"({"family":)";
  log::append_json_string(out, finding.family);
  out += R"(,"place":)";
  log::append_json_string(out, finding.place);
  out += R"(,"what":)";
  log::append_json_string(out, finding.what);
  out += R"(,"advice":)";
  log::append_json_string(out, finding.advice);
  stream << out << "}\n";
}

int check(const CheckFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto style = progress_style(flags.progress);
  if (!style) {
    console.err << "grunndata: --progress is auto, bar, lines, json or none\n";
    return exit_usage;
  }
  Progress progress("check", *style, {}, console.err);
  registry::CheckOptions options;
  options.deep = flags.deep;
  options.renderer = importers::folkeregisteret::make_renderer(opened.mapping);
  options.progress = [&progress, &console](const registry::CheckFigures& figures) {
    progress.update({figures.entities + figures.identifiers + figures.events, 0, figures.faults});
    return !console.stop();
  };
  const auto report = registry::check(*opened.registry, options);
  if (!report) {
    return report.error().code == registry::ErrorCode::cancelled
               ? exit_interrupted
               : report_error(console.err, report.error());
  }
  const registry::CheckFigures& figures = report->figures;
  progress.finish({figures.entities + figures.identifiers + figures.events, 0, figures.faults});
  for (const auto& finding : report->findings) {
    print_finding(finding, flags.json, console.out);
  }
  console.err << figures.entities << " persons, " << figures.identifiers << " identifiers, "
              << figures.events << " events: "
              << (figures.faults == 0 ? "all fits" : std::to_string(figures.faults) + " faults")
              << '\n';
  return figures.faults == 0 ? exit_ok : exit_integrity;
}

} // namespace

void add_check_command(CLI::App& program, CommandHost& host, int& exit_status) {
  CLI::App* command = program.add_subcommand(
      "check", "Prove values, indexes and log against each other, and say what to do");
  command->footer("grunndata check --data DIR\ngrunndata check --data DIR --deep --json");
  auto flags = std::make_shared<CheckFlags>();
  config::add_config_flags(*command, flags->sources,
                           {"data.directory", "data.environment", "log.level", "log.format"});
  command->add_flag("--deep", flags->deep,
                    "Also verify every stored block and render every row again to compare");
  command->add_flag("--json", flags->json, "Findings as one JSON object a line");
  command->add_option("--progress", flags->progress, "auto, bar, lines, json or none");
  command->callback([flags, &host, &exit_status] {
    exit_status = host.run(flags->sources, {}, [&flags](OpenedRegistry& opened, Console& console) {
      return check(*flags, opened, console);
    });
  });
}

} // namespace grunndata::tools
