// Following Folkeregisteret as the configuration says, for the command and the server alike.
#pragma once

#include "importers/folkeregisteret/sync/synchronizer.h"
#include "importers/folkeregisteret/sync/token_source.h"
#include "tools/commands/open_registry.h"
#include "tools/commands/sync_audit.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace grunndata::tools {

/// Options and what they point at; must outlive what is done with them.
struct SyncSetup {
  importers::folkeregisteret::sync::SyncOptions options;
  std::unique_ptr<importers::folkeregisteret::sync::TokenSource> tokens;
};

/// Sets a flag as soon as somebody asks to stop.
class StopFlag {
public:
  explicit StopFlag(std::function<bool()> asked);
  ~StopFlag();
  StopFlag(const StopFlag&) = delete;
  StopFlag& operator=(const StopFlag&) = delete;

  std::atomic<bool> stop{false};

private:
  std::atomic<bool> over_{false};
  std::thread thread_; ///< last: it uses the others
};

/// Of following, or of a sweep, for `os_user`.
[[nodiscard]] SyncAudit::Options sync_audit_options(std::string os_user, bool sweep);
/// Nothing is committed that `audit` cannot record. It must outlive what is done with the options.
void audit_following(importers::folkeregisteret::sync::SyncOptions& options, SyncAudit& audit);

/// `stop` ends what is done with it. Errors: `invalid` (a setting; says which), those of the key.
[[nodiscard]] registry::Result<std::unique_ptr<SyncSetup>>
sync_setup(OpenedRegistry& opened, const config::SyncConfig& values, const std::atomic<bool>& stop);

} // namespace grunndata::tools
