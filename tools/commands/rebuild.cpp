#include "tools/commands/rebuild.h"

#include "importers/folkeregisteret/bulk_load.h"
#include "registry/rebuild.h"
#include "tools/administration/command_host.h"
#include "tools/commands/command_audit.h"
#include "tools/commands/exit_status.h"
#include "tools/config/flags.h"
#include "tools/progress/progress.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <ostream>
#include <string>

namespace grunndata::tools {

namespace {

struct RebuildFlags {
  config::ConfigSources sources;
  std::string progress = "auto";
  bool json = false;
};

int rebuild(const RebuildFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto style = progress_style(flags.progress);
  if (!style) {
    console.err << "grunndata: --progress is auto, bar, lines, json or none\n";
    return exit_usage;
  }
  if (auto logged =
          audit(opened, command_record(console, registry::audit::Act::administered, "rebuild"), {});
      !logged) {
    return report_error(console.err, logged.error());
  }
  const auto before = opened.registry->figures();
  if (!before) {
    return report_error(console.err, before.error());
  }
  Progress progress("rebuild", *style, {before->entities_estimate, std::nullopt}, console.err);
  const auto done =
      registry::rebuild(*opened.registry, importers::folkeregisteret::make_renderer(opened.mapping),
                        [&progress, &console](const registry::RebuildFigures& figures) {
                          progress.update({figures.entities, 0, figures.failed});
                          return !console.stop();
                        });
  if (!done) {
    return done.error().code == registry::ErrorCode::cancelled
               ? (console.err << "grunndata: " << done.error().message << '\n', exit_interrupted)
               : report_error(console.err, done.error());
  }
  progress.finish({done->entities, 0, done->failed});
  console.err << done->entities << " persons, " << done->changed << " rendered anew, "
              << done->mended << " index entries mended, " << done->failed << " not mappable\n";
  if (flags.json) {
    console.out << R"({"entities":)" << done->entities << R"(,"changed":)" << done->changed
                << R"(,"mended":)" << done->mended << R"(,"failed":)" << done->failed << "}\n";
  }
  return done->failed == 0 ? exit_ok : exit_data_errors;
}

} // namespace

void add_rebuild_command(CLI::App& program, CommandHost& host, int& exit_status) {
  CLI::App* command =
      program.add_subcommand("rebuild", "Render everything again from the kept source records");
  command->footer("grunndata rebuild --data DIR");
  auto flags = std::make_shared<RebuildFlags>();
  config::add_config_flags(*command, flags->sources,
                           {"data.directory", "data.environment", "log.level", "log.format"});
  command->add_option("--progress", flags->progress, "auto, bar, lines, json or none");
  command->add_flag("--json", flags->json, "Print the summary as one JSON object on stdout");
  command->callback([flags, &host, &exit_status] {
    exit_status = host.run(flags->sources, {}, [&flags](OpenedRegistry& opened, Console& console) {
      return rebuild(*flags, opened, console);
    });
  });
}

} // namespace grunndata::tools
