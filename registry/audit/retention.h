// The end of retention: records that are past their time are erased while a server runs.
#pragma once

#include "registry/audit/log.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace grunndata::registry::audit {

/// How long records are kept, by class.
struct RetentionPeriods {
  std::chrono::days ordinary{};
  std::chrono::days important{};
};

/// How many records were erased.
struct RetentionReport {
  std::uint64_t ordinary = 0;
  std::uint64_t important = 0;
};

/// Erases what is older at `now` than its class is kept: hashes stay, and each class gets an order
/// in the log, by the operating-system user `os_user`, as `grunndata audit erase` leaves one.
/// Writes nothing when nothing is due. Appending and asking go on. Once `stop` is true it ends
/// soon, with what it did; the rest is still due. Errors as of `Log::erase`.
[[nodiscard]] Result<RetentionReport> run_retention(Log& log, const RetentionPeriods& periods,
                                                    Instant now, const std::string& os_user,
                                                    const std::atomic<bool>& stop);

/// Runs it beside a server, shortly after the start and then once a day, on a thread of its own at
/// the lowest priority.
class RetentionService {
public:
  struct Options {
    RetentionPeriods periods;
    std::string os_user;
    std::chrono::seconds first_after{60};
    std::chrono::seconds interval{24 * 60 * 60};
    std::function<Instant()> clock; ///< unset: the system's
    /// Told of every run that was not asked to stop, on the service's thread.
    std::function<void(const Result<RetentionReport>&)> told;
  };

  /// `log` must outlive it.
  RetentionService(Log& log, Options options);
  /// Stops a run that is under way after the segment it is at.
  ~RetentionService();
  RetentionService(const RetentionService&) = delete;
  RetentionService& operator=(const RetentionService&) = delete;

private:
  void loop();
  /// Whether it is to go on, once `time` has passed.
  [[nodiscard]] bool pause(std::chrono::seconds time);

  Log& log_;
  const Options options_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

} // namespace grunndata::registry::audit
