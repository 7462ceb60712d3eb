#include "tools/commands/sync.h"

#include "tools/administration/command_host.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/sync_audit.h"
#include "tools/commands/sync_figures.h"
#include "tools/commands/sync_setup.h"
#include "tools/commands/sync_units.h"
#include "tools/config/flags.h"

#include <CLI/CLI.hpp>

#include <iomanip>
#include <memory>
#include <ostream>
#include <sstream>
#include <string>

namespace grunndata::tools {

namespace {

namespace sync = importers::folkeregisteret::sync;

struct SyncFlags {
  config::ConfigSources sources;
  bool once = false;
  bool bootstrap = false;
  bool sweep = false;
  unsigned persons_per_second = 0;
  bool json = false;
};

/// A number of JSON, or of a table; `none` when it is not known.
std::string seconds_text(std::optional<std::int64_t> seconds, std::string_view none) {
  return seconds ? std::to_string(*seconds) : std::string(none);
}

std::string rate_text(double per_second) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(1) << per_second;
  return text.str();
}

void print_json(sync::SyncTotals& totals, const sync::SyncState& state, const SyncFigures& figures,
                std::uint64_t waiting, std::ostream& out) {
  const auto flag = [](bool value) { return value ? "true" : "false"; };
  const auto seconds = [](std::optional<std::int64_t> value) {
    return seconds_text(value, "null");
  };
  out << R"({"phase":")" << name_of(state.phase) << R"(","running":)" << flag(totals.running)
      << R"(,"pointer":)" << figures.pointer << R"(,"newest":)" << figures.newest
      << R"(,"lagEvents":)" << figures.lag_events << R"(,"lagSeconds":)"
      << seconds(figures.lag_seconds) << R"(,"newestEventAgeSeconds":)"
      << seconds(figures.newest_event_age_seconds) << R"(,"answeredSecondsAgo":)"
      << seconds(figures.answered_seconds_ago) << R"(,"frozen":)" << flag(totals.frozen)
      << R"(,"eventsPerSecond":)" << rate_text(figures.events_per_second)
      << R"(,"personsPerSecond":)" << rate_text(figures.persons_per_second) << R"(,"events":)"
      << totals.events << R"(,"persons":)" << totals.persons << R"(,"written":)" << totals.written
      << R"(,"unchanged":)" << totals.unchanged << R"(,"superseded":)" << totals.superseded
      << R"(,"quarantined":)" << totals.quarantined << R"(,"inQuarantine":)" << waiting
      << R"(,"unknown":)" << totals.unknown << R"(,"requests":)" << totals.fetch.requests
      << R"(,"retries":)" << totals.fetch.retries << R"(,"gaps":)" << state.gaps.size()
      << R"(,"lateEvents":)" << totals.late << R"(,"respools":)" << totals.respools;
}

void print_table(sync::SyncTotals& totals, const sync::SyncState& state, const SyncFigures& figures,
                 std::uint64_t waiting, std::ostream& out) {
  out << "phase       " << name_of(state.phase) << (totals.running ? ", running" : "") << '\n'
      << "pointer     " << figures.pointer << ", " << figures.lag_events << " behind "
      << figures.newest << "; " << seconds_text(figures.lag_seconds, "unknown") << " seconds\n"
      << "newest      ";
  if (state.newest_event) {
    out << registry::format_instant(*state.newest_event) << ", "
        << seconds_text(figures.newest_event_age_seconds, "unknown") << " seconds ago"
        << (totals.frozen ? "; the source seems to stand still" : "") << '\n';
  } else {
    out << "no event seen yet\n";
  }
  out << "rate        " << rate_text(figures.events_per_second) << " events and "
      << rate_text(figures.persons_per_second) << " persons a second, over the last minute\n"
      << "persons     " << totals.written << " written, " << totals.unchanged << " unchanged, "
      << totals.superseded << " superseded, " << totals.quarantined << " quarantined, "
      << totals.unknown << " of them not given by the source\n"
      << "quarantine  " << waiting << " waiting, from whatever source\n"
      << "requests    " << totals.fetch.requests << ", " << totals.fetch.retries << " again\n"
      << "late        " << totals.late << " events; " << state.gaps.size()
      << " runs of numbers still asked for\n";
}

/// `is_followed`: at the end of following it, of which no more is told than of it.
int show_status(const SyncFlags& flags, OpenedRegistry& opened, Console& console,
                bool is_followed = false) {
  const auto state = sync::stored_state(*opened.registry);
  if (!state) return report_error(console.err, state.error());
  const auto figures = opened.registry->figures();
  if (!figures) return report_error(console.err, figures.error());
  sync::SyncTotals& totals = *opened.sync_totals;
  const SyncFigures found =
      sync_figures(totals, state->pointer,
                   state->newest_event ? state->newest_event->microseconds : 0, registry::now());
  if (!flags.json) {
    print_table(totals, *state, found, figures->quarantined, console.out);
    return is_followed ? exit_ok : show_unit_sync(opened, console);
  }
  print_json(totals, *state, found, figures->quarantined, console.out);
  console.out << R"(,"enhetsregisteret":)";
  if (const int status = print_unit_sync_json(opened, console); status != exit_ok) return status;
  console.out << "}\n";
  return exit_ok;
}

int sweep(const SyncFlags& flags, OpenedRegistry& opened, sync::SyncOptions options,
          SyncAudit& audit, Console& console) {
  const auto swept = sync::sweep(*opened.registry, {std::move(options), flags.persons_per_second});
  const sync::SweepResult result = swept.value_or(sync::SweepResult{});
  const auto logged = audit.end(
      swept ? registry::Result<void>() : tl::unexpected(swept.error()),
      {{"compared", result.compared}, {"repaired", result.repaired}, {"unknown", result.unknown}});
  if (!swept) return report_error(console.err, swept.error());
  console.err << "compared " << result.compared << ", repaired " << result.repaired
              << ", unknown to the source " << result.unknown
              << (result.complete ? "\n" : "; stopped, the next sweep goes on there\n");
  if (!logged) return report_error(console.err, logged.error());
  return result.complete ? exit_ok : exit_interrupted;
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
  SyncAudit audit(opened, sync_audit_options(opened, console.os_user, flags.sweep));
  if (const auto begun = audit.begin(); !begun) return report_error(console.err, begun.error());
  sync::SyncOptions& options = (*setup)->options;
  options.once = flags.once;
  options.bootstrap_again = flags.bootstrap;
  options.notice = [&console](const std::string& sentence) {
    console.err << "grunndata: " + sentence + "\n" << std::flush;
  };
  audit_following(options, audit);
  if (flags.sweep) return sweep(flags, opened, options, audit, console);
  const auto end = sync::synchronize(*opened.registry, options);
  const auto logged = audit.end(end ? registry::Result<void>() : tl::unexpected(end.error()));
  if (!end) return report_error(console.err, end.error());
  if (!logged) return report_error(console.err, logged.error());
  show_status(flags, opened, console, true);
  switch (*end) {
    case sync::SyncEnd::caught_up:
      return opened.sync_totals->quarantined == 0 ? exit_ok : exit_data_errors;
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
  add_sync_units_command(*group, host, exit_status);
  auto status_flags = std::make_shared<SyncFlags>();
  CLI::App* status = group->add_subcommand("status", "How far each source was followed");
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
