#include "tools/commands/sync_setup.h"

#include "tools/logging/log.h"

namespace grunndata::tools {

namespace {

namespace sync = importers::folkeregisteret::sync;
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

SyncAudit::Options sync_audit_options(std::string os_user, bool sweep) {
  SyncAudit::Options options;
  options.os_user = std::move(os_user);
  options.operation = sweep ? "sync folkeregisteret --sweep" : "sync folkeregisteret";
  options.mark = sweep ? "cursor/audit-sweep/folkeregisteret" : "cursor/audit/folkeregisteret";
  return options;
}

void audit_following(sync::SyncOptions& options, SyncAudit& audit) {
  options.may_go_on = [&audit, has_room = std::move(options.may_go_on)]() -> Result<void> {
    if (has_room) {
      if (auto room = has_room(); !room) return room;
    }
    return audit.begin();
  };
  options.at_rest = [&audit, notice = options.notice] {
    // Nothing is written until it can be: the next commit asks again.
    if (const auto rested = audit.rest(); !rested && notice) notice(rested.error().message);
  };
}

Result<std::unique_ptr<SyncSetup>> sync_setup(OpenedRegistry& opened,
                                              const config::SyncConfig& values,
                                              const std::atomic<bool>& stop) {
  if (values.base_url.empty()) {
    return fail(ErrorCode::invalid,
                "sync.folkeregisteret.base_url is not set: there is nothing to follow");
  }
  if (auto checked = sync::check_base_url(values.base_url); !checked) {
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
    sync::TokenOptions tokens;
    tokens.issuer = values.maskinporten_issuer;
    tokens.token_endpoint = values.maskinporten_token_endpoint;
    tokens.client_id = values.maskinporten_client;
    tokens.scope = values.maskinporten_scope;
    tokens.consumer_org = values.maskinporten_consumer;
    tokens.key_file = values.maskinporten_key_file;
    tokens.key_id = values.maskinporten_key_id;
    tokens.stop = &stop;
    auto source = sync::TokenSource::open(std::move(tokens));
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

} // namespace grunndata::tools
