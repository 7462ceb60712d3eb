// Following Folkeregisteret beside a running server.
#pragma once

#include "tools/commands/sync_setup.h"

#include <atomic>
#include <memory>
#include <thread>

namespace grunndata::tools {

/// Follows from `start` until it is destroyed. What fails is logged and begun again.
class SyncTask {
public:
  /// Errors as `sync_setup`.
  [[nodiscard]] static registry::Result<std::unique_ptr<SyncTask>> start(OpenedRegistry& opened);
  ~SyncTask();
  SyncTask(const SyncTask&) = delete;
  SyncTask& operator=(const SyncTask&) = delete;

private:
  explicit SyncTask(OpenedRegistry& opened);
  void run();

  OpenedRegistry& opened_;
  std::atomic<bool> stop_{false};
  SyncAudit audit_;
  std::unique_ptr<SyncSetup> setup_;
  std::thread thread_;
};

} // namespace grunndata::tools
