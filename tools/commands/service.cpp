#include "tools/commands/service.h"

#include "api/access/number_quota.h"
#include "api/api.h"
#include "api/http/server.h"
#include "registry/audit/retention.h"
#include "registry/hjelpenummer/block_upkeep.h"
#include "registry/purge/purger.h"
#include "tools/administration/administration_server.h"
#include "tools/commands/access_setup.h"
#include "tools/commands/backup_watch.h"
#include "tools/commands/command_audit.h"
#include "tools/commands/conflict_watch.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/kodeverk.h"
#include "tools/commands/search_figures.h"
#include "tools/commands/search_task.h"
#include "tools/commands/sync_figures.h"
#include "tools/commands/sync_task.h"
#include "tools/commands/unit_sync_figures.h"
#include "tools/commands/webhook_task.h"
#include "tools/config/authority.h"
#include "tools/logging/log.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/resource.h>

namespace grunndata::tools {

namespace {

constexpr rlim_t files_reserved = 1'024; ///< for the store, beside the connections

sigset_t ending_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

/// As many open files as the connections allowed need, as far as the system lets us.
void raise_file_limit(std::uint32_t connections_max) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return;
  }
  const rlim_t wanted = rlim_t{connections_max} * 2 + files_reserved;
  if (limit.rlim_cur < wanted) {
    limit.rlim_cur = limit.rlim_max == RLIM_INFINITY ? wanted : std::min(wanted, limit.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
}

api::http::ServerOptions server_options(const config::Config& values) {
  api::http::ServerOptions options;
  options.address = values.server.address;
  options.port = values.server.port;
  options.workers = values.server.workers;
  options.pool_threads = values.server.pool_threads;
  const config::LimitsConfig& limits = values.limits;
  options.limits.body_bytes_max = limits.body_bytes_max;
  options.limits.response_bytes_max = limits.response_bytes_max;
  options.limits.connections_max = limits.connections_max;
  options.limits.connections_per_address_max = limits.connections_per_address_max;
  options.limits.pool_queue_max = limits.pool_queue_max;
  options.limits.waiting_max = limits.waiting_max;
  options.limits.unsent_bytes_max = limits.unsent_bytes_max;
  options.limits.keepalive_timeout = std::chrono::milliseconds(limits.keepalive_timeout_ms);
  options.limits.request_timeout = std::chrono::milliseconds(limits.request_timeout_ms);
  options.stream_threads = std::clamp(values.limits.exports_max, 1U, 2U);
  options.limits.write_deadline = std::chrono::milliseconds(limits.write_deadline_ms);
  if (values.access.mode == config::AccessMode::tokens) {
    options.host_names = host_names(values);
  }
  return options;
}

/// What imports carried out by this server did, how full the numbers' space is, and how far the
/// day's quotas of it. `quota` may be null.
std::vector<api::MetricSample> figures_of(const OpenedRegistry& opened,
                                          const api::access::NumberQuota* quota) {
  const api::access::NumberFigures numbers =
      quota == nullptr ? api::access::NumberFigures{} : quota->figures();
  const importers::folkeregisteret::LoadTotals& totals = *opened.load_totals;
  const registry::hjelpenummer::SpaceFigures space = opened.help_numbers->space();
  const bool open = opened.help_numbers->closed() == registry::hjelpenummer::Closed::none;
  const auto counter = [](const char* name, const char* help, std::uint64_t value) {
    return api::MetricSample{name, help, static_cast<double>(value), true};
  };
  const auto gauge = [](const char* name, const char* help, std::uint64_t value) {
    return api::MetricSample{name, help, static_cast<double>(value), false};
  };
  return {
      counter("grunndata_import_loads_begun_total", "Loads begun", totals.loads_begun),
      counter("grunndata_import_loads_ended_total", "Loads ended", totals.loads_ended),
      counter("grunndata_import_records_written_total", "Records written", totals.written),
      counter("grunndata_import_records_unchanged_total", "Records as stored", totals.unchanged),
      counter("grunndata_import_records_superseded_total", "Records older than what is stored",
              totals.superseded),
      counter("grunndata_import_records_quarantined_total", "Records refused", totals.quarantined),
      gauge("grunndata_hjelpenummer_issuing_open", "Whether hjelpenumre are issued", open ? 1 : 0),
      gauge("grunndata_hjelpenummer_counters_delegated",
            "Counters of all delegated ranges; some 82.6 of 100 give a number", space.delegated),
      gauge("grunndata_hjelpenummer_counters_used", "Counters that are set aside or used",
            space.used),
      counter("grunndata_hjelpenummer_quota_counted_total",
              "Numbers counted towards the day's quotas", numbers.counted),
      counter("grunndata_hjelpenummer_quota_client_refused_total",
              "Requests for numbers beyond a client's day", numbers.refused_by_client),
      counter("grunndata_hjelpenummer_quota_organisation_refused_total",
              "Requests for numbers beyond an organisation's day", numbers.refused_by_organisation),
      gauge("grunndata_hjelpenummer_quota_fullest_percent",
            "How far the fullest of the day's quotas has been used", numbers.fullest_percent),
  };
}

/// What became of bytes that must go from the files.
void tell_purge(const registry::Result<registry::purge::PurgerReport>& report) {
  if (!report) {
    log::error("purge", report.error().message);
  } else if (report->needs_confirmation) {
    log::warn("purge", "more purges than purge.per_hour_max: run `grunndata purge confirm`",
              {{"waiting", report->waiting}});
  } else if (report->reader_in_the_way) {
    log::warn("purge", "a reader holds an earlier state; the files are rewritten after it",
              {{"waiting", report->waiting}});
  } else {
    log::info("purge", "purged bytes are gone from the files", {{"purges", report->purged}});
  }
}

/// What ended with time.
void tell_upkeep(const registry::Result<registry::hjelpenummer::UpkeepReport>& report) {
  if (!report) {
    log::warn("hjelpenummer", report.error().message);
  } else if (report->burnt != 0 || report->dropped != 0) {
    log::info("hjelpenummer", "unused numbers of expired blocks are burnt, old answers dropped",
              {{"numbers", report->burnt}, {"answers", report->dropped}});
  }
}

/// What became of records that are past their time.
void tell_retention(const registry::Result<registry::audit::RetentionReport>& report) {
  if (!report) {
    log::error("audit", report.error().message);
  } else if (report->ordinary != 0 || report->important != 0) {
    log::info("audit", "records past their time are erased; their hashes stay",
              {{"ordinary", report->ordinary}, {"important", report->important}});
  }
}

registry::audit::RetentionService::Options retention_options(const config::AuditConfig& audit) {
  registry::audit::RetentionService::Options options;
  options.periods = {std::chrono::days(audit.keep_ordinary_days),
                     std::chrono::days(audit.keep_important_days)};
  options.os_user = os_user();
  options.told = tell_retention;
  return options;
}

/// The service knows its server for as long as that lives.
class AttachedServer {
public:
  AttachedServer(api::Api& api, api::http::Server& server) : api_(api) { api_.attach(server); }
  ~AttachedServer() { api_.detach(); }
  AttachedServer(const AttachedServer&) = delete;
  AttachedServer& operator=(const AttachedServer&) = delete;

private:
  api::Api& api_;
};

} // namespace

void hold_signals() {
  const sigset_t set = ending_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

bool signal_waits() {
  sigset_t set;
  sigemptyset(&set);
  ::sigpending(&set);
  return sigismember(&set, SIGINT) == 1 || sigismember(&set, SIGTERM) == 1;
}

int serve_until_signal(OpenedRegistry& opened, const std::function<void(std::uint16_t)>& ready) {
  const config::Config& values = opened.config.values;
  if (auto allowed = check_access(values); !allowed) {
    return report_error(allowed.error());
  }
  std::signal(SIGPIPE, SIG_IGN);
  raise_file_limit(values.limits.connections_max);
  api::ApiOptions api_options;
  api_options.version = GRUNNDATA_VERSION;
  api_options.build = GRUNNDATA_BUILD;
  api_options.rules = opened.mapping.rules;
  api_options.exports_max = values.limits.exports_max;
  api_options.export_time_max = std::chrono::hours(values.limits.export_hours_max);
  auto access = set_up_access(opened, api_options);
  if (!access) {
    return report_error(access.error());
  }
  api_options.subscriptions = opened.subscriptions.get();
  const auto kodeverk = kodeverk_of(opened);
  if (!kodeverk) {
    return report_error(kodeverk.error());
  }
  api_options.kodeverk = *kodeverk;
  const registry::virksomhet::Authority authority = config::authority_of(opened.config);
  api_options.authority = &authority;
  api_options.webhook_addresses = webhook_addresses(values);
  const api::webhooks::Dispatcher webhooks(*opened.registry, api_options,
                                           dispatcher_options(values));
  const BackupWatch backups(values.backup);
  const auto search = registry::virksomhet::search::shared_node_search(*opened.registry);
  api_options.import_figures = [&opened, &backups, &webhooks, &search,
                                quota = access->number_quota.get()] {
    auto figures = figures_of(opened, quota);
    std::ranges::copy(sync_samples(*opened.sync_totals, registry::now()),
                      std::back_inserter(figures));
    std::ranges::copy(unit_sync_samples(*opened.unit_sync_totals, registry::now()),
                      std::back_inserter(figures));
    std::ranges::copy(search_samples(search->figures()), std::back_inserter(figures));
    std::ranges::copy(relation_samples(registry::virksomhet::live_figures(*opened.registry)),
                      std::back_inserter(figures));
    std::ranges::copy(backups.figures(), std::back_inserter(figures));
    std::ranges::copy(webhook_figures(webhooks.figures()), std::back_inserter(figures));
    return figures;
  };
  api_options.source_stands_still = [&opened] { return opened.sync_totals->frozen.load(); };
  api_options.readiness_notes = [&backups, &search] {
    std::vector<api::ReadinessNote> notes{search_note(search->figures())};
    if (auto note = backups.note()) {
      notes.push_back(std::move(*note));
    }
    return notes;
  };
  api::Api api(*opened.registry, api_options);
  auto routes = api.routes();
  if (!routes) {
    return report_error(routes.error());
  }
  api::http::ServerOptions options = server_options(values);
  api.prepare(options);
  api::http::Server server(std::move(*routes), std::move(options));
  if (auto started = server.start(); !started) {
    return report_error(started.error());
  }
  const AttachedServer attached(api, server);
  if (values.access.mode == config::AccessMode::demo) {
    log::warn("serve", "no access control: everybody on this machine may look everybody up; "
                       "synthetic persons only");
  }
  log::info("serve", "listening", {{"address", values.server.address}, {"port", server.port()}});
  auto administration = AdministrationServer::start(opened);
  if (!administration) {
    return report_error(administration.error());
  }
  const registry::purge::PurgeService purges(*opened.registry, {values.purge.per_hour_max},
                                             tell_purge);
  registry::hjelpenummer::UpkeepService::Options upkeep_options;
  upkeep_options.told = tell_upkeep;
  const registry::hjelpenummer::UpkeepService upkeep(*opened.registry, *opened.blocks,
                                                     std::move(upkeep_options));
  std::optional<registry::audit::RetentionService> retention;
  if (opened.audit) {
    retention.emplace(*opened.audit, retention_options(values.audit));
  }
  const SearchTask searching(*opened.registry);
  std::optional<ConflictWatch> conflicts(std::in_place, opened);
  std::vector<std::unique_ptr<SyncTask>> following;
  for (const auto& [enabled, start] : {std::pair{values.sync.enabled, &SyncTask::folkeregisteret},
                                       {values.unit_sync.enabled, &SyncTask::enhetsregisteret}}) {
    if (!enabled) {
      continue;
    }
    auto started = start(opened);
    if (!started) {
      return report_error(started.error());
    }
    following.push_back(std::move(*started));
  }
  ready(server.port());

  const sigset_t set = ending_signals();
  int signal = 0;
  sigwait(&set, &signal);
  log::info("serve", "draining", {{"signal", signal == SIGINT ? "SIGINT" : "SIGTERM"}});
  server.begin_drain();
  following.clear();
  conflicts.reset();
  administration->reset(); // commands stop at their next good place
  retention.reset();
  const bool whole = server.stop(std::chrono::milliseconds(values.limits.drain_timeout_ms));
  if (!whole) {
    log::warn("serve", "some requests were cut off at the end of the drain");
  }
  log::info("serve", "stopped");
  return exit_ok;
}

} // namespace grunndata::tools
