// Following a source beside a running server.
#pragma once

#include "tools/commands/sync_setup.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace grunndata::tools {

/// Follows from its start until it is destroyed. What fails is logged and begun again.
class SyncTask {
public:
  /// Errors as `sync_setup`.
  [[nodiscard]] static registry::Result<std::unique_ptr<SyncTask>>
  folkeregisteret(OpenedRegistry& opened);
  /// Errors as `unit_sync_options`.
  [[nodiscard]] static registry::Result<std::unique_ptr<SyncTask>>
  enhetsregisteret(OpenedRegistry& opened);
  ~SyncTask();
  SyncTask(const SyncTask&) = delete;
  SyncTask& operator=(const SyncTask&) = delete;

private:
  SyncTask(OpenedRegistry& opened, std::string name, SyncAudit::Options audit)
      : name_(std::move(name)), audit_(opened, std::move(audit)) {}
  void start();
  void run();

  std::string name_;
  std::atomic<bool> stop_{false};
  SyncAudit audit_;
  /// False: it stands still until somebody tells it to begin anew.
  std::function<registry::Result<bool>()> follow_;
  std::thread thread_; ///< last: it uses the others
};

} // namespace grunndata::tools
