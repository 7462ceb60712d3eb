// A simulated Enhetsregisteret over a real socket, and a registry that follows it.
#pragma once

#include "api/http/server.h"
#include "importers/enhetsregisteret/sync/synchronizer.h"
#include "registry/registry.h"
#include "registry/virksomhet/structure.h"
#include "tools/commands/simulated_structure.h"
#include "tools/simulate/enhetsregisteret/service.h"

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::tests {

namespace er = importers::enhetsregisteret;
namespace sync = importers::enhetsregisteret::sync;

/// 500 enheter, 300 underenheter. Serves until it is destroyed.
class UnitSource {
public:
  UnitSource();

  [[nodiscard]] std::string address() const;
  [[nodiscard]] std::string base_url() const;
  /// As those who are at the simulator's controls.
  void happen(std::string_view what, int count = 1);
  void fault(std::string_view name, int time_ms);
  /// What a GET says.
  [[nodiscard]] std::string get(std::string_view path) const;
  void publish() { service_.publish(); }
  /// Number of the newest event of its kind that is of this type; empty: none.
  [[nodiscard]] std::string newest(std::string_view kind, std::string_view type) const;

private:
  void post(std::string_view path, const std::string& body) const;

  simulate::enhetsregisteret::Service service_;
  api::http::Server server_;
};

/// A registry in memory that follows a source with little patience.
class UnitFollower {
public:
  explicit UnitFollower(const UnitSource& source);
  ~UnitFollower();

  /// Follows until all is read; must end so.
  void catch_up();
  registry::Result<sync::SyncEnd> run();
  [[nodiscard]] tools::StructureComparison compare() const;
  /// No difference at all.
  [[nodiscard]] bool is_identical() const;
  [[nodiscard]] sync::SyncState state() const;
  [[nodiscard]] registry::Registry& registry() noexcept { return *registry_; }
  [[nodiscard]] registry::virksomhet::NodeStatus status_of(const std::string& number) const;
  /// The one directly above by a relation, as known for a day; empty: none.
  [[nodiscard]] std::string above(const std::string& number,
                                  registry::virksomhet::NodeRelation type,
                                  std::optional<registry::Instant> when = {}) const;
  [[nodiscard]] bool was_noticed(std::string_view part) const;

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
