#include "tools/commands/rebuild.h"

#include "importers/folkeregisteret/bulk_load.h"
#include "registry/rebuild.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/open_registry.h"
#include "tools/config/flags.h"
#include "tools/progress/interrupts.h"
#include "tools/progress/progress.h"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>
#include <string>

namespace grunndata::tools {

namespace {

struct RebuildFlags {
  config::ConfigSources sources;
  std::string progress = "auto";
  bool json = false;
};

int rebuild(const RebuildFlags& flags) {
  const auto style = progress_style(flags.progress);
  if (!style) {
    std::cerr << "grunndata: --progress is auto, bar, lines, json or none\n";
    return exit_usage;
  }
  auto opened = open_registry(flags.sources, false);
  if (!opened) {
    return report_error(opened.error());
  }
  const auto before = opened->registry->figures();
  if (!before) {
    return report_error(before.error());
  }
  const Interrupts interrupts;
  Progress progress("rebuild", *style, {before->entities_estimate, std::nullopt}, std::cerr);
  const auto done = registry::rebuild(
      *opened->registry, importers::folkeregisteret::make_renderer(opened->mapping),
      [&progress](const registry::RebuildFigures& figures) {
        progress.update({figures.entities, 0, figures.failed});
        return !Interrupts::requested();
      });
  if (!done) {
    return done.error().code == registry::ErrorCode::cancelled
               ? (std::cerr << "grunndata: " << done.error().message << '\n', exit_interrupted)
               : report_error(done.error());
  }
  progress.finish({done->entities, 0, done->failed});
  std::cerr << done->entities << " persons, " << done->changed << " rendered anew, "
            << done->mended << " index entries mended, " << done->failed << " not mappable\n";
  if (flags.json) {
    std::cout << R"({"entities":)" << done->entities << R"(,"changed":)" << done->changed
              << R"(,"mended":)" << done->mended << R"(,"failed":)" << done->failed << "}\n";
  }
  return done->failed == 0 ? exit_ok : exit_data_errors;
}

} // namespace

void add_rebuild_command(CLI::App& program, int& exit_status) {
  CLI::App* command =
      program.add_subcommand("rebuild", "Render everything again from the kept source records");
  command->footer("grunndata rebuild --data DIR");
  auto flags = std::make_shared<RebuildFlags>();
  config::add_config_flags(*command, flags->sources,
                           {"data.directory", "data.environment", "log.level", "log.format"});
  command->add_option("--progress", flags->progress, "auto, bar, lines, json or none");
  command->add_flag("--json", flags->json, "Print the summary as one JSON object on stdout");
  command->callback([flags, &exit_status] { exit_status = rebuild(*flags); });
}

} // namespace grunndata::tools
