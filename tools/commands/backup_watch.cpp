#include "tools/commands/backup_watch.h"

#include "registry/time.h"

#include <algorithm>
#include <string>

namespace grunndata::tools {

namespace {

using registry::Instant;

constexpr double us_per_s = 1e6;
constexpr std::int64_t us_per_hour = std::int64_t{3'600} * 1'000'000;

std::int64_t age_us(Instant begun) {
  return std::max<std::int64_t>(0, registry::now().microseconds - begun.microseconds);
}

bool is_older(const std::optional<Instant>& begun, std::uint32_t hours) {
  return !begun || age_us(*begun) > std::int64_t{hours} * us_per_hour;
}

std::string age_text(const registry::backup::Newest& newest) {
  const auto hours = [](Instant begun) {
    return std::to_string(age_us(begun) / us_per_hour) + " hours old";
  };
  if (!newest.begun) {
    return "none was made yet";
  }
  return "the newest is " + hours(*newest.begun) + ", " +
         (newest.verified ? "the newest that was read whole " + hours(*newest.verified)
                          : std::string("and none was read whole yet"));
}

} // namespace

BackupWatch::BackupWatch(const config::BackupConfig& config) : config_(config) {
  if (!config_.directory.empty()) {
    thread_ = std::thread([this] { loop(); });
  }
}

BackupWatch::~BackupWatch() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void BackupWatch::loop() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    auto found = registry::backup::newest(config_.directory);
    lock.lock();
    found_ = std::move(found);
    wake_.wait_for(lock, interval, [this] { return stopping_; });
  }
}

std::vector<api::MetricSample> BackupWatch::figures() const {
  const std::lock_guard lock(mutex_);
  std::vector<api::MetricSample> samples;
  if (!found_ || !*found_) {
    return samples;
  }
  const registry::backup::Newest& newest = **found_;
  samples.push_back(
      {"grunndata_backups", "Finished backups", static_cast<double>(newest.backups), false});
  const auto add_age = [&samples](const char* name, const char* help,
                                  const std::optional<Instant>& begun) {
    if (begun) {
      samples.push_back({name, help, static_cast<double>(age_us(*begun)) / us_per_s, false});
    }
  };
  add_age("grunndata_backup_age_seconds", "Since the newest finished backup was begun",
          newest.begun);
  add_age("grunndata_backup_verified_age_seconds",
          "Since the newest backup that was read whole was begun", newest.verified);
  return samples;
}

std::optional<api::ReadinessNote> BackupWatch::note() const {
  const std::lock_guard lock(mutex_);
  if (!found_) {
    return std::nullopt;
  }
  if (!*found_) {
    return api::ReadinessNote{false, "backups", "the folder cannot be read"};
  }
  const registry::backup::Newest& newest = **found_;
  const bool is_good = !is_older(newest.begun, config_.alarm_hours) &&
                       !is_older(newest.verified, config_.verified_alarm_hours);
  return api::ReadinessNote{is_good, "backups", age_text(newest)};
}

} // namespace grunndata::tools
