// Following Folkeregisteret as the configuration says, for the command and the server alike.
#pragma once

#include "importers/folkeregisteret/sync/synchronizer.h"
#include "importers/following/token_source.h"
#include "tools/commands/open_registry.h"
#include "tools/commands/sync_audit.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

namespace grunndata::tools {

/// Options and what they point at; must outlive what is done with them.
struct SyncSetup {
  importers::folkeregisteret::sync::SyncOptions options;
  std::unique_ptr<importers::following::TokenSource> tokens;
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
[[nodiscard]] SyncAudit::Options sync_audit_options(const OpenedRegistry& opened,
                                                    std::string os_user, bool sweep);
/// Of following Enhetsregisteret.
[[nodiscard]] SyncAudit::Options unit_sync_audit_options(const OpenedRegistry& opened,
                                                         std::string os_user);
/// Nothing is committed that `audit` cannot record. It must outlive what is done with the options,
/// which are those of either source.
template <typename Options>
void audit_following(Options& options, SyncAudit& audit) {
  options.may_go_on = [&audit, has_room =
                                   std::move(options.may_go_on)]() -> registry::Result<void> {
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

/// `stop` ends what is done with it. Errors: `invalid` (a setting; says which), those of the key.
[[nodiscard]] registry::Result<std::unique_ptr<SyncSetup>>
sync_setup(OpenedRegistry& opened, const config::SyncConfig& values, const std::atomic<bool>& stop);

/// The same of Enhetsregisteret, in whose options nothing is pointed at but `opened` and `stop`.
[[nodiscard]] registry::Result<importers::enhetsregisteret::sync::SyncOptions>
unit_sync_options(OpenedRegistry& opened, const config::Config& values,
                  const std::atomic<bool>& stop);

} // namespace grunndata::tools
