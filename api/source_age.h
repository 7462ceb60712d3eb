// How old the data is, told in every answer about persons.
#pragma once

#include "api/http/message.h"
#include "registry/registry.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

namespace grunndata::api {

/// The answer header: whole seconds since the newest source was read. Absent before the first load.
inline constexpr const char* source_age_header = "Grunndata-Source-Age";
/// "true" while the source that is followed stands still; else absent.
inline constexpr const char* source_frozen_header = "Grunndata-Source-Frozen";

/// Thread-safe; asks the registry at most once a second.
class SourceAge {
public:
  SourceAge(const registry::Registry& registry, std::function<bool()> stands_still)
      : registry_(registry), stands_still_(std::move(stands_still)) {}

  void stamp(http::Response& response) const;
  /// Seconds, never below 0; nothing while the registry has loaded nothing.
  [[nodiscard]] std::optional<std::int64_t> seconds() const;
  [[nodiscard]] bool stands_still() const { return stands_still_ && stands_still_(); }

private:
  void refresh(std::int64_t now_s) const;

  const registry::Registry& registry_;
  std::function<bool()> stands_still_;
  static constexpr std::int64_t nothing_loaded = INT64_MIN;
  mutable std::atomic<std::int64_t> newest_s_{nothing_loaded};
  mutable std::atomic<std::int64_t> refreshed_s_{INT64_MIN};
};

} // namespace grunndata::api
