#include "registry/audit/retention.h"

#include "registry/threads/thread_priority.h"

#include <utility>


namespace grunndata::registry::audit {

namespace {

constexpr int service_niceness = 19;

/// Erases what of one class is older than `kept`; how many.
Result<std::uint64_t> end_retention(Log& log, Class kind, std::chrono::days kept, Instant now,
                                    const std::string& os_user, const std::atomic<bool>& stop) {
  const Instant before{now.microseconds - std::chrono::microseconds(kept).count()};
  const auto due = log.due(kind, before);
  if (!due || !*due) {
    return due ? Result<std::uint64_t>(0) : tl::unexpected(due.error());
  }
  Record order;
  order.actor.os_user = os_user;
  order.reason.text = "kept for " + std::to_string(kept.count()) + " days";
  return log.erase(kind, before, std::move(order), &stop);
}

} // namespace

Result<RetentionReport> run_retention(Log& log, const RetentionPeriods& periods, Instant now,
                                      const std::string& os_user, const std::atomic<bool>& stop) {
  RetentionReport report;
  const auto ordinary = end_retention(log, Class::ordinary, periods.ordinary, now, os_user, stop);
  if (!ordinary) {
    return tl::unexpected(ordinary.error());
  }
  report.ordinary = *ordinary;
  if (stop.load()) {
    return report;
  }
  const auto important =
      end_retention(log, Class::important, periods.important, now, os_user, stop);
  if (!important) {
    return tl::unexpected(important.error());
  }
  report.important = *important;
  return report;
}

RetentionService::RetentionService(Log& log, Options options)
    : log_(log), options_(std::move(options)), thread_([this] { loop(); }) {}

RetentionService::~RetentionService() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

bool RetentionService::pause(std::chrono::seconds time) {
  std::unique_lock lock(mutex_);
  return !wake_.wait_for(lock, time, [this] { return stopping_.load(); });
}

void RetentionService::loop() {
  run_behind_lookups(service_niceness);
  for (bool go_on = pause(options_.first_after); go_on; go_on = pause(options_.interval)) {
    const Instant time = options_.clock ? options_.clock() : now();
    const auto report = run_retention(log_, options_.periods, time, options_.os_user, stopping_);
    if (options_.told && !stopping_) {
      options_.told(report);
    }
  }
}

} // namespace grunndata::registry::audit
