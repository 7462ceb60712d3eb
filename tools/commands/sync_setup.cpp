#include "tools/commands/sync_setup.h"

#include "tools/commands/structure_sources.h"
#include "tools/logging/log.h"

namespace grunndata::tools {

namespace {

namespace sync = importers::folkeregisteret::sync;
namespace following = importers::following;
using registry::ErrorCode;
using registry::fail;
using registry::Result;

/// "part=a&part=b" of "a,b"; nothing when a name holds more than letters and hyphens.
std::optional<std::string> part_query(const std::string& parts) {
  std::string query;
  std::string name;
  for (const char c : parts + ',') {
    if (c == ',') {
      if (!name.empty()) query += (query.empty() ? "part=" : "&part=") + name;
      name.clear();
    } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-') {
      name += c;
    } else if (c != ' ') {
      return std::nullopt;
    }
  }
  return query;
}

constexpr std::chrono::milliseconds stop_poll{50};

} // namespace

StopFlag::StopFlag(std::function<bool()> asked)
    : thread_([this, asked = std::move(asked)] {
        while (!over_) {
          if (asked && asked()) stop = true;
          std::this_thread::sleep_for(stop_poll);
        }
      }) {}

StopFlag::~StopFlag() {
  over_ = true;
  thread_.join();
}

SyncAudit::Options sync_audit_options(const OpenedRegistry& opened, std::string os_user,
                                      bool sweep) {
  SyncAudit::Options options;
  options.source = "folkeregisteret";
  options.counted = [&totals = *opened.sync_totals]() -> std::vector<SyncAudit::Count> {
    return {{"events", totals.events},
            {"persons", totals.persons},
            {"written", totals.written},
            {"quarantined", totals.quarantined}};
  };
  options.os_user = std::move(os_user);
  options.operation = sweep ? "sync folkeregisteret --sweep" : "sync folkeregisteret";
  options.mark = sweep ? "cursor/audit-sweep/folkeregisteret" : "cursor/audit/folkeregisteret";
  return options;
}

SyncAudit::Options unit_sync_audit_options(const OpenedRegistry& opened, std::string os_user) {
  SyncAudit::Options options;
  options.os_user = std::move(os_user);
  options.source = "enhetsregisteret";
  options.operation = "sync enhetsregisteret";
  options.mark = "cursor/audit/enhetsregisteret";
  options.counted = [&totals = *opened.unit_sync_totals]() -> std::vector<SyncAudit::Count> {
    return {{"events", totals.events},
            {"units", totals.units},
            {"written", totals.written},
            {"quarantined", totals.quarantined}};
  };
  return options;
}

Result<std::unique_ptr<SyncSetup>> sync_setup(OpenedRegistry& opened,
                                              const config::SyncConfig& values,
                                              const std::atomic<bool>& stop) {
  if (values.base_url.empty()) {
    return fail(ErrorCode::invalid,
                "sync.folkeregisteret.base_url is not set: there is nothing to follow");
  }
  if (auto checked = following::check_base_url(values.base_url, "Folkeregisteret"); !checked) {
    return tl::unexpected(checked.error());
  }
  auto setup = std::make_unique<SyncSetup>();
  sync::SyncOptions& options = setup->options;
  const auto query = part_query(values.parts);
  if (!query) {
    return fail(ErrorCode::invalid,
                "sync.folkeregisteret.parts are names of elements with commas between");
  }
  if (!values.maskinporten_issuer.empty()) {
    following::TokenOptions tokens;
    tokens.issuer = values.maskinporten_issuer;
    tokens.token_endpoint = values.maskinporten_token_endpoint;
    tokens.client_id = values.maskinporten_client;
    tokens.scope = values.maskinporten_scope;
    tokens.consumer_org = values.maskinporten_consumer;
    tokens.key_file = values.maskinporten_key_file;
    tokens.key_id = values.maskinporten_key_id;
    tokens.stop = &stop;
    auto source = following::TokenSource::open(std::move(tokens));
    if (!source) return tl::unexpected(source.error());
    setup->tokens = std::move(*source);
  }
  options.transport.base_url = values.base_url;
  options.transport.tokens = setup->tokens.get();
  options.transport.stop = &stop;
  options.patience.longest = std::chrono::seconds(values.backoff_max_seconds);
  options.part_query = *query;
  options.connections = values.connections;
  options.mapping = opened.mapping;
  options.poll = std::chrono::seconds(values.poll_seconds);
  options.frozen_after = std::chrono::minutes(values.frozen_after_minutes);
  options.bootstrap_when_lost = values.bootstrap_when_lost;
  options.totals = opened.sync_totals.get();
  options.notice = [](const std::string& sentence) { log::warn("sync", sentence); };
  options.may_go_on = [space = opened.space.get()] {
    return space->may_go_on(registry::Work::sync);
  };
  return setup;
}

Result<importers::enhetsregisteret::sync::SyncOptions>
unit_sync_options(OpenedRegistry& opened, const config::Config& values,
                  const std::atomic<bool>& stop) {
  namespace units = importers::enhetsregisteret::sync;
  const config::UnitSyncConfig& sync = values.unit_sync;
  if (auto checked = following::check_base_url(sync.base_url, "Enhetsregisteret"); !checked) {
    return tl::unexpected(checked.error());
  }
  units::SyncOptions options;
  options.transport = units::source_options(sync.base_url, stop);
  options.patience.longest = std::chrono::seconds(sync.backoff_max_seconds);
  options.rules = selection_rules(values.structure);
  options.roles = sync.roles;
  options.connections = sync.connections;
  options.folder = std::filesystem::absolute(opened.config.values.data.directory) /
                   "sync-enhetsregisteret";
  options.poll = std::chrono::seconds(sync.poll_seconds);
  options.frozen_after = std::chrono::minutes(sync.frozen_after_minutes);
  options.bootstrap_when_lost = sync.bootstrap_when_lost;
  options.totals = opened.unit_sync_totals.get();
  options.notice = [](const std::string& sentence) {
    log::warn("sync", sentence, {{"source", "enhetsregisteret"}});
  };
  options.may_go_on = [space = opened.space.get()] {
    return space->may_go_on(registry::Work::sync);
  };
  return options;
}

} // namespace grunndata::tools
