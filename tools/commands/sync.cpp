#include "tools/commands/sync.h"

#include "tools/administration/command_host.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/import_audit.h"
#include "tools/commands/sync_setup.h"
#include "tools/config/flags.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <ostream>
#include <string>

namespace grunndata::tools {

namespace {

namespace sync = importers::folkeregisteret::sync;

constexpr std::int64_t micro = 1'000'000;

struct SyncFlags {
  config::ConfigSources sources;
  bool once = false;
  bool bootstrap = false;
  bool sweep = false;
  unsigned persons_per_second = 0;
  bool json = false;
};

std::string age_text(std::int64_t us) {
  return us == 0 ? "null" : std::to_string((registry::now().microseconds - us) / micro);
}

void print_status(const sync::SyncTotals& totals, const sync::SyncState& state, bool json,
                  std::ostream& out) {
  const std::uint64_t newest = std::max(totals.newest.load(), state.pointer);
  const std::uint64_t lag = newest - state.pointer;
  const std::int64_t event_us = state.newest_event ? state.newest_event->microseconds : 0;
  if (json) {
    out << R"({"phase":")" << name_of(state.phase) << R"(","running":)"
        << (totals.running ? "true" : "false") << R"(,"pointer":)" << state.pointer
        << R"(,"newest":)" << newest << R"(,"lagEvents":)" << lag << R"(,"newestEventAgeSeconds":)"
        << age_text(event_us) << R"(,"answeredSecondsAgo":)" << age_text(totals.asked_us)
        << R"(,"frozen":)" << (totals.frozen ? "true" : "false") << R"(,"events":)" << totals.events
        << R"(,"persons":)" << totals.persons << R"(,"written":)" << totals.written
        << R"(,"unchanged":)" << totals.unchanged << R"(,"superseded":)" << totals.superseded
        << R"(,"quarantined":)" << totals.quarantined << R"(,"unknown":)" << totals.unknown
        << R"(,"requests":)" << totals.fetch.requests << R"(,"retries":)" << totals.fetch.retries
        << R"(,"respools":)" << totals.respools << "}\n";
    return;
  }
  out << "phase       " << name_of(state.phase) << (totals.running ? ", running" : "") << '\n'
      << "pointer     " << state.pointer << ", " << lag << " behind " << newest << '\n'
      << "newest      "
      << (event_us == 0 ? std::string("no event seen yet")
                        : registry::format_instant(*state.newest_event) +
                              (totals.frozen ? ", the source seems to stand still" : ""))
      << '\n'
      << "persons     " << totals.written << " written, " << totals.unchanged << " unchanged, "
      << totals.superseded << " superseded, " << totals.quarantined << " quarantined, "
      << totals.unknown << " unknown to the source\n"
      << "requests    " << totals.fetch.requests << ", " << totals.fetch.retries << " again\n";
}

int show_status(const SyncFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto state = sync::stored_state(*opened.registry);
  if (!state) return report_error(console.err, state.error());
  print_status(*opened.sync_totals, *state, flags.json, console.out);
  return exit_ok;
}

int follow(const SyncFlags& flags, OpenedRegistry& opened, Console& console) {
  if (opened.sync_totals->running && !flags.sweep) {
    console.err << "grunndata: this server follows Folkeregisteret already; see `grunndata sync "
                   "status`\n";
    return exit_usage;
  }
  StopFlag stop(console.stop);
  auto setup = sync_setup(opened, console.config.sync, stop.stop);
  if (!setup) {
    console.err << "grunndata: " << setup.error().message << '\n';
    return exit_usage;
  }
  if (const auto able = can_audit(opened); !able) return report_error(console.err, able.error());
  sync::SyncOptions& options = (*setup)->options;
  options.once = flags.once;
  options.bootstrap_again = flags.bootstrap;
  options.notice = [&console](const std::string& sentence) {
    console.err << "grunndata: " + sentence + "\n" << std::flush;
  };
  ImportAudit job(opened, console,
                  flags.sweep ? "sync folkeregisteret --sweep" : "sync folkeregisteret");
  job.note("source", "folkeregisteret");
  if (flags.sweep) {
    const auto swept =
        sync::sweep(*opened.registry, {std::move(options), flags.persons_per_second});
    if (swept) {
      job.note({{"compared", swept->compared},
                {"repaired", swept->repaired},
                {"unknown", swept->unknown}});
    }
    const auto logged =
        job.finish(swept ? registry::Result<void>() : tl::unexpected(swept.error()));
    if (!swept) return report_error(console.err, swept.error());
    console.err << "compared " << swept->compared << ", repaired " << swept->repaired
                << ", unknown to the source " << swept->unknown
                << (swept->complete ? "\n" : "; stopped, the next sweep goes on there\n");
    if (!logged) return report_error(console.err, logged.error());
    return swept->complete ? exit_ok : exit_interrupted;
  }
  const auto end = sync::synchronize(*opened.registry, options);
  const sync::SyncTotals& totals = *opened.sync_totals;
  job.note({{"events", totals.events},
            {"written", totals.written},
            {"unchanged", totals.unchanged},
            {"superseded", totals.superseded},
            {"quarantined", totals.quarantined}});
  const auto logged = job.finish(end ? registry::Result<void>() : tl::unexpected(end.error()));
  if (!end) return report_error(console.err, end.error());
  if (!logged) return report_error(console.err, logged.error());
  show_status(flags, opened, console);
  switch (*end) {
    case sync::SyncEnd::caught_up: return totals.quarantined == 0 ? exit_ok : exit_data_errors;
    case sync::SyncEnd::stopped: return exit_interrupted;
    case sync::SyncEnd::bootstrap_asked: break;
  }
  return exit_failure;
}

} // namespace

void add_sync_command(CLI::App& program, CommandHost& host, int& exit_status) {
  auto flags = std::make_shared<SyncFlags>();
  CLI::App* group = program.add_subcommand("sync", "Follow a source, and see how far it is");
  group->require_subcommand(1);
  CLI::App* freg = group->add_subcommand("folkeregisteret",
                                         "A complete extract once, then every event, until Ctrl-C");
  config::add_config_flags(*freg, flags->sources,
                           {"data.directory", "data.environment", "log.level", "log.format"});
  freg->add_flag("--once", flags->once, "End when all that there is has been read");
  freg->add_flag("--bootstrap", flags->bootstrap, "Order a complete extract, whatever was read");
  freg->add_flag("--sweep", flags->sweep,
                 "Compare every person with the source instead, and repair what differs");
  freg->add_option("--persons-per-second", flags->persons_per_second,
                   "With --sweep: at most so many (default: as fast as they come)");
  freg->add_flag("--json", flags->json, "Print the status as one JSON object at the end");
  freg->footer("grunndata sync folkeregisteret --data DIR --config grunndata.toml\n"
               "grunndata sync folkeregisteret --once\n"
               "grunndata sync folkeregisteret --sweep --persons-per-second 100");
  freg->callback([flags, &host, &exit_status] {
    exit_status = host.run(flags->sources, {.create = true, .work = registry::Work::sync},
                           [flags](OpenedRegistry& opened, Console& console) {
                             return follow(*flags, opened, console);
                           });
  });
  auto status_flags = std::make_shared<SyncFlags>();
  CLI::App* status = group->add_subcommand("status", "How far the source was followed");
  config::add_config_flags(*status, status_flags->sources, {"data.directory"});
  status->add_flag("--json", status_flags->json, "One JSON object");
  status->footer("grunndata sync status --data DIR");
  status->callback([status_flags, &host, &exit_status] {
    exit_status = host.run(status_flags->sources, {},
                           [status_flags](OpenedRegistry& opened, Console& console) {
                             return show_status(*status_flags, opened, console);
                           });
  });
}

} // namespace grunndata::tools
