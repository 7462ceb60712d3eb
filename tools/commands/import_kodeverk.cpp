#include "tools/commands/import_kodeverk.h"

#include "importers/kodeverk/code_list_file.h"
#include "tools/administration/command_host.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/import_audit.h"
#include "tools/commands/kodeverk.h"
#include "tools/config/flags.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <istream>
#include <iterator>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace grunndata::tools {

namespace {

namespace source = importers::kodeverk;
using Lists = std::vector<registry::CodeList>;

struct ImportKodeverkFlags {
  config::ConfigSources sources;
  std::vector<std::string> paths;
};

registry::Result<Lists> lists_of(const std::string& path, Console& console) {
  if (path != "-") {
    return source::read_code_lists(console.path_of(path));
  }
  const std::string text{std::istreambuf_iterator<char>(console.in), {}};
  auto list = source::read_code_list(text);
  if (!list) {
    return registry::fail(list.error().code, "-: " + list.error().message);
  }
  return Lists{std::move(*list)};
}

/// All lists of all files or none.
int import_kodeverk(const ImportKodeverkFlags& flags, OpenedRegistry& opened, Console& console) {
  Lists lists;
  for (const std::string& path : flags.paths) {
    auto read = lists_of(path, console);
    if (!read) {
      return report_error(console.err, read.error());
    }
    std::ranges::move(*read, std::back_inserter(lists));
  }
  if (const auto able = can_audit(opened); !able) {
    return report_error(console.err, able.error());
  }
  const auto kodeverk = kodeverk_of(opened);
  if (!kodeverk) {
    return report_error(console.err, kodeverk.error());
  }
  ImportAudit job(opened, console, "import kodeverk");
  const auto loaded = (*kodeverk)->load(std::move(lists));
  job.note("source", "kodeverk");
  if (loaded) {
    job.note({{"added", loaded->added}, {"unchanged", loaded->unchanged}});
  }
  const auto logged =
      job.finish(loaded ? registry::Result<void>{} : tl::unexpected(loaded.error()));
  if (!loaded || !logged) {
    return report_error(console.err, loaded ? logged.error() : loaded.error());
  }
  console.err << loaded->added << " versions added, " << loaded->unchanged << " lists unchanged\n";
  return exit_ok;
}

} // namespace

void add_import_kodeverk_command(CLI::App& group, CommandHost& host, int& exit_status) {
  CLI::App* command = group.add_subcommand("kodeverk", "Code lists, each a JSON file");
  command->footer("grunndata import kodeverk --data DIR 9060.json\n"
                  "grunndata import kodeverk --data DIR lists/");
  auto flags = std::make_shared<ImportKodeverkFlags>();
  config::add_config_flags(*command, flags->sources,
                           {"data.directory", "data.environment", "log.level", "log.format"});
  command
      ->add_option("paths", flags->paths,
                   "Files, folders of them (*.json), or - for stdin; all or nothing")
      ->required();
  command->callback([flags, &host, &exit_status] {
    const bool reads_input = std::ranges::find(flags->paths, "-") != flags->paths.end();
    exit_status = host.run(flags->sources,
                           {.create = true, .input = reads_input, .work = registry::Work::import},
                           [flags](OpenedRegistry& opened, Console& console) {
                             return import_kodeverk(*flags, opened, console);
                           });
  });
}

} // namespace grunndata::tools
