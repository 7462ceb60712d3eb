// Looks after how old the newest backups are, beside a server.
#pragma once

#include "api/api.h"
#include "registry/backup/newest.h"
#include "tools/config/config.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace grunndata::tools {

/// Looks into `backup.directory` now and every minute, on a thread of its own: the folder may lie
/// on another host that does not answer, and nobody who asks shall wait for it. Without the setting
/// it does nothing.
class BackupWatch {
public:
  static constexpr std::chrono::seconds interval{60};

  explicit BackupWatch(const config::BackupConfig& config);
  ~BackupWatch();
  BackupWatch(const BackupWatch&) = delete;
  BackupWatch& operator=(const BackupWatch&) = delete;

  /// For /metrics: how many, and the ages that are known. Never blocks.
  [[nodiscard]] std::vector<api::MetricSample> figures() const;
  /// For /readyz: not good when none was begun within `backup.alarm_hours`, or the newest that was
  /// read whole is older than `backup.verified_alarm_hours`. Nothing without the setting or before
  /// the folder answered.
  [[nodiscard]] std::optional<api::ReadinessNote> note() const;

private:
  void loop();

  const config::BackupConfig config_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::optional<registry::Result<registry::backup::Newest>> found_;
  std::thread thread_;
};

} // namespace grunndata::tools
