#include "tools/commands/open_registry.h"

#include "importers/folkeregisteret/municipalities.h"
#include "registry/backup/withheld.h"
#include "tools/commands/issuing.h"
#include "tools/logging/log.h"

#include <sys/stat.h>

namespace grunndata::tools {

using registry::Result;

namespace {

void log_space(const registry::SpaceState& state) {
  const std::string_view level = registry::space_level_name(state.level);
  if (state.level == registry::SpaceLevel::enough) {
    log::info("space", "there is room on the disk again",
              {{"percent_used", state.percent_used}, {"bytes_free", state.room.bytes_free}});
  } else {
    log::warn("space", "the disk of the data directory fills",
              {{"state", level},
               {"percent_used", state.percent_used},
               {"bytes_free", state.room.bytes_free}});
  }
}

} // namespace

registry::audit::LogOptions audit_log_options(const config::Config& values) {
  registry::audit::LogOptions options;
  options.directory = values.data.directory / "audit";
  options.key_file = values.audit.key_file;
  options.origin = values.audit.origin;
  options.checkpoint_copies = values.audit.checkpoint_copies;
  options.segment_bytes = values.audit.segment_bytes;
  options.checkpoint_every = std::chrono::seconds(values.audit.checkpoint_seconds);
  options.notice = [](const registry::Error& error) { log::warn("audit", error.message); };
  return options;
}

std::unique_ptr<registry::SpaceGuard> space_guard(const config::Config& config) {
  const config::SpaceConfig& space = config.space;
  registry::SpaceOptions options;
  options.alarm_percent = space.alarm_percent;
  options.stop_percent = {space.import_percent, space.sync_percent, space.issuing_percent,
                          space.administration_percent};
  options.on_change = log_space;
  return std::make_unique<registry::SpaceGuard>(config.data.directory, std::move(options));
}

Result<OpenedRegistry> open_registry(const config::ConfigSources& sources, bool create) {
  auto config = config::load_config(sources);
  if (!config) {
    return tl::unexpected(config.error());
  }
  return open_registry(std::move(*config), create);
}

Result<OpenedRegistry> open_registry(config::LoadedConfig config, bool create) {
  namespace freg = importers::folkeregisteret;
  OpenedRegistry opened;
  opened.load_totals = std::make_unique<freg::LoadTotals>();
  opened.sync_totals = std::make_unique<freg::sync::SyncTotals>();
  opened.unit_sync_totals =
      std::make_unique<importers::enhetsregisteret::sync::SyncTotals>();
  opened.config = std::move(config);
  const config::Config& values = opened.config.values;
  log::configure(values.log.level, values.log.format);
  if (values.data.environment == registry::Environment::production) {
    opened.mapping.rules = identifiers::rules_for(identifiers::Environment::production);
  }
  auto places = freg::PlaceLists::load({values.lists.municipalities.string(),
                                        values.lists.basic_statistical_units.string(),
                                        values.lists.urban_districts.string()});
  if (!places) {
    return tl::unexpected(places.error());
  }
  opened.places = std::make_unique<freg::PlaceLists>(std::move(*places));
  opened.mapping.places = opened.places.get();
  opened.space = space_guard(values);

  ::umask(S_IRWXG | S_IRWXO); // what a registry writes is for its owner only
  registry::OpenOptions options;
  options.directory = values.data.directory;
  options.environment = values.data.environment;
  options.create = create;
  options.cache_bytes = values.store.cache_bytes;
  options.write_buffer_bytes = values.store.write_buffer_bytes;
  options.purge_register = values.purge.register_file;
  auto registry = registry::Registry::open(options);
  if (!registry) {
    return tl::unexpected(registry.error());
  }
  opened.registry = std::move(*registry);
  const auto withheld = registry::backup::withheld_since(opened.registry->store());
  if (withheld && *withheld) {
    log::warn("restore",
              "since a restore nobody is shown where anybody is: read the source whole, "
              "then `grunndata backup release`",
              {{"since", registry::format_instant(**withheld)}});
  }
  auto clients = registry::Clients::open(*opened.registry);
  if (!clients) {
    return tl::unexpected(clients.error());
  }
  opened.clients = std::move(*clients);
  auto break_glass = registry::BreakGlass::open(*opened.registry);
  if (!break_glass) {
    return tl::unexpected(break_glass.error());
  }
  opened.break_glass = std::move(*break_glass);
  auto help_numbers = open_help_numbers(*opened.registry, values);
  if (!help_numbers) {
    return tl::unexpected(help_numbers.error());
  }
  opened.help_numbers = std::move(*help_numbers);
  opened.links = std::make_unique<registry::Links>(*opened.registry);
  auto subscriptions = registry::Subscriptions::open(*opened.registry);
  if (!subscriptions) {
    return tl::unexpected(subscriptions.error());
  }
  opened.subscriptions = std::move(*subscriptions);
  if (values.audit.enabled) {
    auto audit = registry::audit::Log::open(audit_log_options(values));
    if (!audit) {
      return tl::unexpected(audit.error());
    }
    opened.audit = std::move(*audit);
  }
  opened.blocks = open_blocks(*opened.registry, *opened.help_numbers, opened.audit.get());
  return opened;
}

} // namespace grunndata::tools
