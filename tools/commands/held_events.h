// Events that are told some time after they were recorded, with what became of them meanwhile.
#pragma once

#include "registry/registry.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <vector>

namespace grunndata::tools {

struct HeldEvent {
  registry::Event event;
  registry::Instant added{};
  std::uint64_t corrected_by = 0; ///< the event that said it was wrong, while it was held; 0: none
  bool is_annulled = false;       ///< by `corrected_by`
};

/// Keeps the order of the log. One thread.
class HeldEvents {
public:
  /// More are read once these are told.
  static constexpr std::size_t events_max = 1'000'000;

  explicit HeldEvents(std::chrono::seconds holdback) : holdback_(holdback) {}

  /// In the order of the log; `now`: when they were read. Marks those that they correct.
  void add(const std::vector<registry::Event>& events, registry::Instant now);
  /// Those whose time has come: the holdback has passed since they were recorded, or since they
  /// were read if the clock was ahead when they were recorded.
  [[nodiscard]] std::vector<HeldEvent> take_due(registry::Instant now);
  [[nodiscard]] bool is_full() const noexcept { return held_.size() >= events_max; }

private:
  std::chrono::microseconds holdback_;
  std::deque<HeldEvent> held_;
};

} // namespace grunndata::tools
