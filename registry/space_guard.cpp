#include "registry/space_guard.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <system_error>
#include <utility>

#include <sys/statvfs.h>

namespace grunndata::registry {

namespace {

constexpr std::array<std::string_view, space_level_count> level_names{
    "enough", "alarm", "no_import", "no_sync", "no_issuing", "no_administration"};
constexpr std::array<std::string_view, work_count> work_names{
    "imports", "synchronisation", "issuing of numbers", "administration"};

/// The first level at which that work has stopped.
constexpr SpaceLevel stopping(Work work) noexcept {
  return static_cast<SpaceLevel>(static_cast<std::uint8_t>(work) +
                                 static_cast<std::uint8_t>(SpaceLevel::no_import));
}

/// Rounded up: 90 means that not even a tenth is free. Nothing known counts as nothing used.
unsigned percent_used(const DiskRoom& room) noexcept {
  if (room.bytes_total == 0) return 0;
  const std::uint64_t used = room.bytes_total - std::min(room.bytes_free, room.bytes_total);
  const double part = static_cast<double>(used) / static_cast<double>(room.bytes_total);
  return static_cast<unsigned>(std::ceil(part * 100.0));
}

} // namespace

std::string_view space_level_name(SpaceLevel level) noexcept {
  return level_names[static_cast<std::size_t>(level)];
}

Result<DiskRoom> disk_room(const std::filesystem::path& directory) {
  struct statvfs facts {};
  if (::statvfs(directory.c_str(), &facts) != 0) {
    return fail(ErrorCode::storage, "the file system of the data directory cannot be asked for its "
                                    "room: " +
                                        std::generic_category().message(errno));
  }
  const std::uint64_t kept_back = facts.f_bfree - facts.f_bavail;
  return DiskRoom{(facts.f_blocks - kept_back) * facts.f_frsize, facts.f_bavail * facts.f_frsize};
}

SpaceGuard::SpaceGuard(std::filesystem::path directory, SpaceOptions options)
    : directory_(std::move(directory)), options_(std::move(options)) {}

unsigned SpaceGuard::begins_at(SpaceLevel level) const noexcept {
  if (level == SpaceLevel::enough) return 0;
  if (level == SpaceLevel::alarm) return options_.alarm_percent;
  return options_.stop_percent[static_cast<std::size_t>(level) -
                               static_cast<std::size_t>(SpaceLevel::no_import)];
}

/// Up at once, down only when it is clearly below: what stops and starts again with every file
/// that comes and goes helps nobody.
SpaceLevel SpaceGuard::level_at(unsigned percent) const noexcept {
  auto level = SpaceLevel::enough;
  for (std::size_t i = 1; i < space_level_count; ++i) {
    const auto candidate = static_cast<SpaceLevel>(i);
    const unsigned begin = begins_at(candidate);
    const unsigned kept = begin - std::min(options_.leave_percent, begin);
    if (percent >= (candidate <= state_.level ? kept : begin)) level = candidate;
  }
  return level;
}

/// Under the mutex.
void SpaceGuard::refresh() {
  if (directory_.empty()) return;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_check_) return;
  next_check_ = now + options_.check_every;
  const auto room = options_.measure ? options_.measure(directory_) : disk_room(directory_);
  if (!room) return;
  state_.room = *room;
  state_.percent_used = percent_used(*room);
  const SpaceLevel before = std::exchange(state_.level, level_at(state_.percent_used));
  if (state_.level != before && options_.on_change) options_.on_change(state_);
}

SpaceState SpaceGuard::state() {
  const std::lock_guard lock(mutex_);
  refresh();
  return state_;
}

Result<void> SpaceGuard::may_go_on(Work work) {
  const SpaceState now = state();
  const SpaceLevel stop = stopping(work);
  if (now.level < stop) return {};
  const unsigned begin = begins_at(stop);
  std::string message = "the disk of the data directory is ";
  message += std::to_string(now.percent_used);
  message += " % full; ";
  message += work_names[static_cast<std::size_t>(work)];
  message += " stopped at " + std::to_string(begin) + " % and may go on below ";
  message += std::to_string(begin - std::min(options_.leave_percent, begin)) +
             " %, so that look-ups go on: make room";
  return fail(ErrorCode::unavailable, std::move(message));
}

} // namespace grunndata::registry
