// Whether the log has grown by anything that a reader waits for, without reading it for each.
#pragma once

#include "registry/registry.h"

#include <array>
#include <cstdint>
#include <mutex>

namespace grunndata::registry {

/// Thread-safe. Reads each event once for all who ask; when nobody has asked for long, it takes it
/// that there is something for everybody rather than read what lies between.
class LogTips {
public:
  /// The registry must outlive it.
  explicit LogTips(const Registry& registry) : registry_(registry) {}

  /// Whether there may be an event beyond `sequence` that `filter` wants, as `access` sees it. True
  /// when the log cannot be read: who asks for the events is told why.
  [[nodiscard]] bool may_have_beyond(std::uint64_t sequence, const EventFilter& filter,
                                     Access access);

private:
  static constexpr std::size_t kinds = 4;
  /// Newest sequence by kind and type.
  using Newest = std::array<std::array<std::uint64_t, event_type_count>, kinds>;

  void read_on(std::uint64_t newest);
  void take_all_as_new(std::uint64_t newest);

  const Registry& registry_;
  std::mutex mutex_;
  std::uint64_t read_to_ = 0;      ///< under the mutex, as all below
  std::array<Newest, 2> newest_{}; ///< by access
};

} // namespace grunndata::registry
