// What every command that works on a data directory begins with.
#pragma once

#include "importers/enhetsregisteret/sync/synchronizer.h"
#include "importers/folkeregisteret/load_totals.h"
#include "importers/folkeregisteret/person_mapping.h"
#include "importers/folkeregisteret/sync/synchronizer.h"
#include "registry/audit/log.h"
#include "registry/clients/break_glass.h"
#include "registry/clients/clients.h"
#include "registry/hjelpenummer/blocks.h"
#include "registry/hjelpenummer/help_numbers.h"
#include "registry/kodeverk/kodeverk.h"
#include "registry/links/links.h"
#include "registry/registry.h"
#include "registry/space_guard.h"
#include "registry/subscriptions/subscriptions.h"
#include "tools/config/config.h"

#include <memory>

namespace grunndata::tools {

/// The registry, opened as the configuration says, and how to map records into it.
struct OpenedRegistry {
  config::LoadedConfig config;
  std::unique_ptr<importers::folkeregisteret::PlaceLists> places;
  importers::folkeregisteret::MappingOptions mapping;                  ///< points into `places`
  std::unique_ptr<importers::folkeregisteret::LoadTotals> load_totals; ///< of this process
  std::unique_ptr<importers::folkeregisteret::sync::SyncTotals> sync_totals; ///< of this process
  std::unique_ptr<importers::enhetsregisteret::sync::SyncTotals> unit_sync_totals; ///< the same
  std::unique_ptr<registry::SpaceGuard> space; ///< of the data directory; ask before writing much
  std::unique_ptr<registry::Registry> registry;
  std::unique_ptr<registry::Clients> clients;
  std::unique_ptr<registry::BreakGlass> break_glass;
  std::unique_ptr<registry::hjelpenummer::HelpNumbers> help_numbers;
  std::unique_ptr<registry::Links> links;
  std::unique_ptr<registry::Kodeverk> kodeverk; ///< see `kodeverk_of`; null until asked for
  std::unique_ptr<registry::Subscriptions> subscriptions;
  std::unique_ptr<registry::audit::Log> audit; ///< null when the configuration turns it off
  /// Signs with the log's key, where there is one; goes before the log.
  std::unique_ptr<registry::hjelpenummer::Blocks> blocks;
};

/// A guard of the data directory as the configuration says, that logs each change of level.
[[nodiscard]] std::unique_ptr<registry::SpaceGuard> space_guard(const config::Config& config);

/// The audit log of the data directory, as the configuration says.
[[nodiscard]] registry::audit::LogOptions audit_log_options(const config::Config& config);

/// Loads the configuration, sets the log up and opens the data directory; `create` makes one where
/// there is none. Errors as `load_config`, `Registry::open` and `audit::Log::open`.
[[nodiscard]] registry::Result<OpenedRegistry> open_registry(const config::ConfigSources& sources,
                                                             bool create);

/// The same for a configuration that is loaded already.
[[nodiscard]] registry::Result<OpenedRegistry> open_registry(config::LoadedConfig config,
                                                             bool create);

} // namespace grunndata::tools
