// What following a source did, for the audit log: a record for each stretch of time.
#pragma once

#include "registry/audit/record.h"
#include "tools/commands/open_registry.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grunndata::tools {

/// Following never ends, so it leaves a record for each stretch in which anybody was written: the
/// part of the log of events that came meanwhile, with the set of its persons, and counts. Where an
/// open stretch began is on disk before anything of it is: what a crash left without a record is
/// part of the first one after it. Does nothing where no audit log is kept. For one thread.
class SyncAudit {
public:
  using Count = std::pair<std::string_view, std::uint64_t>;
  using Counts = std::initializer_list<Count>;

  struct Options {
    std::string os_user;   ///< for whom
    std::string source;    ///< "folkeregisteret"
    std::string operation; ///< "sync folkeregisteret"
    /// What was counted since the program began; the record says what came of it in its stretch.
    std::function<std::vector<Count>()> counted;
    std::string mark;      ///< where an open stretch is kept, among the marks of the registry
    std::chrono::seconds stretch{300};
    std::uint64_t events_max = 1'000'000; ///< of the registry's log, in one stretch
  };
  SyncAudit(OpenedRegistry& opened, Options options)
      : opened_(opened), options_(std::move(options)) {}

  /// Opens a stretch where none is open, and ends one that is long enough. Before each commit:
  /// nothing may be written when it fails. Errors: those of the logs and of the registry.
  [[nodiscard]] registry::Result<void> begin();
  /// Ends a stretch that is long enough. Whenever nothing is to be done.
  [[nodiscard]] registry::Result<void> rest();
  /// Ends the open stretch, if there is one, with what came of it. `counts` is added to the record.
  [[nodiscard]] registry::Result<void> end(const registry::Result<void>& outcome,
                                           Counts counts = {});

private:
  using Clock = std::chrono::steady_clock;
  [[nodiscard]] bool is_long() const;

  OpenedRegistry& opened_;
  Options options_;
  bool open_ = false;
  std::uint64_t first_ = 0; ///< sequence that was free when the stretch began
  Clock::time_point began_;
  std::vector<Count> before_;
};

} // namespace grunndata::tools
