#include "tools/commands/import_aliases.h"

#include "api/person_key.h"
#include "registry/alias.h"
#include "tools/administration/command_host.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/import_audit.h"
#include "tools/config/flags.h"

#include <CLI/CLI.hpp>

#include <deque>
#include <fstream>
#include <istream>
#include <memory>
#include <ostream>
#include <string>

namespace grunndata::tools {

namespace {

constexpr std::size_t batch_lines = 1'000;

struct AliasFlags {
  config::ConfigSources sources;
  std::string path;
};

struct AliasCounts {
  std::uint64_t added = 0;
  std::uint64_t known = 0;
  std::uint64_t refused = 0;
};

/// Lines on their way to one commit. Keys point into the texts.
struct Batch {
  std::deque<std::string> texts;
  std::vector<registry::AliasClaim> claims;
  std::vector<std::uint64_t> lines;
};

void refuse(std::uint64_t line, AliasCounts& counts, Console& console) {
  ++counts.refused;
  console.err << "line " << line << ": refused\n";
}

registry::Result<void> commit(registry::Registry& registry, Batch& batch, AliasCounts& counts,
                              Console& console) {
  const auto outcomes = registry::add_aliases(registry, batch.claims);
  if (!outcomes) {
    return tl::unexpected(outcomes.error());
  }
  for (std::size_t i = 0; i < outcomes->size(); ++i) {
    switch ((*outcomes)[i]) {
      case registry::AliasOutcome::added: ++counts.added; break;
      case registry::AliasOutcome::known: ++counts.known; break;
      case registry::AliasOutcome::refused: refuse(batch.lines[i], counts, console); break;
    }
  }
  batch = {};
  return {};
}

/// `alias,identifier`; nothing when the line is not that.
void read_line(std::string text, std::uint64_t line, const identifiers::Rules& rules, Batch& batch,
               AliasCounts& counts, Console& console) {
  if (!text.empty() && text.back() == '\r') {
    text.pop_back();
  }
  const auto comma = text.rfind(',');
  if (comma == std::string::npos) {
    return refuse(line, counts, console);
  }
  batch.texts.push_back(text.substr(comma + 1));
  const api::PersonKey key = api::person_key(batch.texts.back(), rules);
  if (!key.key) {
    return refuse(line, counts, console);
  }
  batch.claims.push_back({text.substr(0, comma), *key.key});
  batch.lines.push_back(line);
}

/// Reads all lines and commits them in batches. Errors: `storage` and those of the registry.
registry::Result<void> add_all(std::istream& in, const std::string& path, OpenedRegistry& opened,
                               AliasCounts& counts, Console& console) {
  Batch batch;
  std::string text;
  for (std::uint64_t line = 1; std::getline(in, text); ++line) {
    read_line(std::move(text), line, opened.mapping.rules, batch, counts, console);
    if (batch.claims.size() == batch_lines) {
      if (auto done = commit(*opened.registry, batch, counts, console); !done) {
        return done;
      }
    }
  }
  return in.bad() ? registry::fail(registry::ErrorCode::storage, "cannot read " + path)
                  : commit(*opened.registry, batch, counts, console);
}

int import_aliases(const AliasFlags& flags, OpenedRegistry& opened, Console& console) {
  std::ifstream file;
  if (flags.path != "-") {
    file.open(console.path_of(flags.path));
    if (!file) {
      return report_error(console.err,
                          {registry::ErrorCode::not_found, "cannot read " + flags.path});
    }
  }
  if (const auto able = can_audit(opened); !able) {
    return report_error(console.err, able.error());
  }
  ImportAudit job(opened, console, "import aliases");
  AliasCounts counts;
  const auto done =
      add_all(flags.path == "-" ? console.in : file, flags.path, opened, counts, console);
  job.note("source", "aliases");
  job.note({{"added", counts.added}, {"known", counts.known}, {"refused", counts.refused}});
  const auto logged = job.finish(done);
  if (!done || !logged) {
    return report_error(console.err, done ? logged.error() : done.error());
  }
  console.err << counts.added << " added, " << counts.known << " known, " << counts.refused
              << " refused\n";
  return counts.refused == 0 ? exit_ok : exit_data_errors;
}

} // namespace

void add_import_aliases_command(CLI::App& group, CommandHost& host, int& exit_status) {
  CLI::App* command = group.add_subcommand(
      "aliases", "Other systems' person ids: a line `alias,identifier` for each");
  command->footer("grunndata import aliases --data DIR aliases.csv");
  auto flags = std::make_shared<AliasFlags>();
  config::add_config_flags(*command, flags->sources,
                           {"data.directory", "data.environment", "log.level", "log.format"});
  command->add_option("path", flags->path, "A file, or - for stdin")->required();
  command->callback([flags, &host, &exit_status] {
    exit_status =
        host.run(flags->sources, {.input = flags->path == "-", .work = registry::Work::import},
                 [&flags](OpenedRegistry& opened, Console& console) {
                   return import_aliases(*flags, opened, console);
                 });
  });
}

} // namespace grunndata::tools
