#include "tools/commands/sync_units.h"

#include "tools/administration/command_host.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/finish_purges.h"
#include "tools/commands/sync_audit.h"
#include "tools/commands/sync_setup.h"
#include "tools/commands/unit_sync_figures.h"
#include "tools/config/flags.h"

#include <CLI/CLI.hpp>

#include <iomanip>
#include <memory>
#include <ostream>
#include <sstream>
#include <string>

namespace grunndata::tools {

namespace {

namespace sync = importers::enhetsregisteret::sync;

struct UnitSyncFlags {
  config::ConfigSources sources;
  bool once = false;
  bool bootstrap = false;
};

std::string seconds_text(std::optional<std::int64_t> seconds, std::string_view none) {
  return seconds ? std::to_string(*seconds) : std::string(none);
}

std::string rate_text(double per_second) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(1) << per_second;
  return text.str();
}

/// The state that is stored, and what is known of it now.
struct Found {
  sync::SyncState state;
  UnitSyncFigures figures;
};

registry::Result<Found> find(OpenedRegistry& opened) {
  auto state = sync::stored_state(*opened.registry);
  if (!state) return tl::unexpected(state.error());
  const auto newest = state->newest_event();
  UnitSyncFigures figures = unit_sync_figures(
      *opened.unit_sync_totals, newest ? newest->microseconds : 0, registry::now());
  return Found{std::move(*state), figures};
}

int follow(const UnitSyncFlags& flags, OpenedRegistry& opened, Console& console) {
  if (opened.unit_sync_totals->running) {
    console.err << "grunndata: this server follows Enhetsregisteret already; see `grunndata sync "
                   "status`\n";
    return exit_usage;
  }
  const StopFlag stop(console.stop);
  auto options = unit_sync_options(opened, console.config, stop.stop);
  if (!options) {
    console.err << "grunndata: " << options.error().message << '\n';
    return exit_usage;
  }
  SyncAudit audit(opened, unit_sync_audit_options(opened, console.os_user));
  if (const auto begun = audit.begin(); !begun) return report_error(console.err, begun.error());
  options->once = flags.once;
  options->bootstrap_again = flags.bootstrap;
  options->notice = [&console](const std::string& sentence) {
    console.err << "grunndata: " + sentence + "\n" << std::flush;
  };
  audit_following(*options, audit);
  const auto end = sync::synchronize(*opened.registry, *options);
  const auto logged = audit.end(end ? registry::Result<void>() : tl::unexpected(end.error()));
  finish_purges(opened, console);
  if (!end) return report_error(console.err, end.error());
  if (!logged) return report_error(console.err, logged.error());
  if (const int shown = show_unit_sync(opened, console); shown != exit_ok) return shown;
  const sync::SyncTotals& totals = *opened.unit_sync_totals;
  switch (*end) {
    case sync::SyncEnd::caught_up:
      return totals.quarantined == 0 && totals.owed == 0 ? exit_ok : exit_data_errors;
    case sync::SyncEnd::stopped: return exit_interrupted;
    case sync::SyncEnd::bootstrap_asked: break;
  }
  return exit_failure;
}

} // namespace

int show_unit_sync(OpenedRegistry& opened, Console& console) {
  const auto found = find(opened);
  if (!found) return report_error(console.err, found.error());
  const sync::SyncTotals& totals = *opened.unit_sync_totals;
  const UnitSyncFigures& figures = found->figures;
  std::ostream& out = console.out;
  out << "Enhetsregisteret\n"
      << "phase       " << name_of(found->state.phase) << (totals.running ? ", running" : "")
      << '\n'
      << "pointer     ";
  for (const sync::Kind kind : sync::kinds) {
    out << (kind == sync::Kind::enheter ? "" : ", ")
        << found->state.feeds[static_cast<std::size_t>(kind)].pointer << " of " << name_of(kind);
  }
  out << "; " << figures.waiting << " behind, " << seconds_text(figures.lag_seconds, "unknown")
      << " seconds\n"
      << "newest      ";
  if (const auto newest = found->state.newest_event()) {
    out << registry::format_instant(*newest) << ", "
        << seconds_text(figures.newest_event_age_seconds, "unknown") << " seconds ago"
        << (totals.frozen ? "; the source seems to stand still" : "") << '\n';
  } else {
    out << "no event seen yet\n";
  }
  out << "rate        " << rate_text(figures.events_per_second) << " events and "
      << rate_text(figures.units_per_second) << " units a second, over the last minute\n"
      << "units       " << totals.written << " written, " << totals.unchanged << " unchanged, "
      << totals.superseded << " superseded, " << totals.left_out << " not wanted, "
      << totals.quarantined << " quarantined\n"
      << "owed        " << found->state.owed.size()
      << " units and roles that the source told of and has not given\n"
      << "requests    " << totals.fetch.requests << ", " << totals.fetch.retries << " again\n";
  return exit_ok;
}

int print_unit_sync_json(OpenedRegistry& opened, Console& console) {
  const auto found = find(opened);
  if (!found) return report_error(console.err, found.error());
  const sync::SyncTotals& totals = *opened.unit_sync_totals;
  const UnitSyncFigures& figures = found->figures;
  const auto flag = [](bool value) { return value ? "true" : "false"; };
  std::ostream& out = console.out;
  out << R"({"phase":")" << name_of(found->state.phase) << R"(","running":)"
      << flag(totals.running);
  for (const sync::Kind kind : sync::kinds) {
    out << (kind == sync::Kind::enheter ? R"(,"pointerEnheter":)" : R"(,"pointerUnderenheter":)")
        << found->state.feeds[static_cast<std::size_t>(kind)].pointer;
  }
  out << R"(,"waiting":)" << figures.waiting << R"(,"lagSeconds":)"
      << seconds_text(figures.lag_seconds, "null") << R"(,"newestEventAgeSeconds":)"
      << seconds_text(figures.newest_event_age_seconds, "null") << R"(,"answeredSecondsAgo":)"
      << seconds_text(figures.answered_seconds_ago, "null") << R"(,"frozen":)"
      << flag(totals.frozen) << R"(,"eventsPerSecond":)" << rate_text(figures.events_per_second)
      << R"(,"unitsPerSecond":)" << rate_text(figures.units_per_second) << R"(,"events":)"
      << totals.events << R"(,"units":)" << totals.units << R"(,"written":)" << totals.written
      << R"(,"unchanged":)" << totals.unchanged << R"(,"superseded":)" << totals.superseded
      << R"(,"leftOut":)" << totals.left_out << R"(,"quarantined":)" << totals.quarantined
      << R"(,"owed":)" << found->state.owed.size() << R"(,"requests":)" << totals.fetch.requests
      << R"(,"retries":)" << totals.fetch.retries << '}';
  return exit_ok;
}

void add_sync_units_command(CLI::App& group, CommandHost& host, int& exit_status) {
  auto flags = std::make_shared<UnitSyncFlags>();
  CLI::App* command = group.add_subcommand(
      "enhetsregisteret", "The full files once, then every change of a unit, until Ctrl-C");
  config::add_config_flags(*command, flags->sources,
                           {"data.directory", "data.environment", "enhetsregisteret.industries",
                            "enhetsregisteret.forms", "enhetsregisteret.parents",
                            "enhetsregisteret.units", "log.level", "log.format"});
  command->add_flag("--once", flags->once, "End when all that there is has been read");
  command->add_flag("--bootstrap", flags->bootstrap,
                    "Read the full files anew, whatever was read");
  command->footer("grunndata sync enhetsregisteret --data DIR --industries 86,87 --once");
  command->callback([flags, &host, &exit_status] {
    exit_status = host.run(flags->sources, {.create = true, .work = registry::Work::sync},
                           [flags](OpenedRegistry& opened, Console& console) {
                             return follow(*flags, opened, console);
                           });
  });
}

} // namespace grunndata::tools
