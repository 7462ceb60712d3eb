// A simulated source over a real socket, and a registry that follows it.
#pragma once

#include "api/http/server.h"
#include "importers/folkeregisteret/sync/synchronizer.h"
#include "registry/registry.h"
#include "tools/commands/simulated_truth.h"
#include "tools/simulate/service.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace grunndata::tests {

namespace freg = importers::folkeregisteret;
namespace sync = importers::folkeregisteret::sync;

/// Serves until it is destroyed.
class Source {
public:
  explicit Source(simulate::ServiceOptions options = small());
  /// 300 people, 60 unborn.
  static simulate::ServiceOptions small();

  [[nodiscard]] simulate::Service& service() noexcept { return service_; }
  [[nodiscard]] std::string address() const;
  [[nodiscard]] std::string base_url() const {
    return address() + std::string(simulate::service_path);
  }

private:
  simulate::Service service_;
  api::http::Server server_;
};

/// A registry in memory that follows a source with little patience.
class Follower {
public:
  explicit Follower(const Source& source);

  /// Follows until all is read; must end so.
  void catch_up();
  registry::Result<sync::SyncEnd> run();
  [[nodiscard]] tools::Comparison compare() const;
  /// No difference at all.
  [[nodiscard]] bool is_identical() const;
  [[nodiscard]] sync::SyncState state() const;
  [[nodiscard]] registry::Registry& registry() noexcept { return *registry_; }
  [[nodiscard]] std::vector<std::string> notices() const;

  sync::SyncOptions options;
  sync::SyncTotals totals;
  std::atomic<bool> stop{false};

private:
  std::string address_;
  std::unique_ptr<registry::Registry> registry_;
  mutable std::mutex mutex_;
  std::vector<std::string> notices_;
};

} // namespace grunndata::tests
