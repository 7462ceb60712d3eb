#include "tools/commands/held_events.h"

#include <algorithm>

namespace grunndata::tools {

void HeldEvents::add(const std::vector<registry::Event>& events, registry::Instant now) {
  for (const registry::Event& event : events) {
    if (event.corrects != 0) {
      const auto wrong = std::ranges::lower_bound(
          held_, event.corrects, {}, [](const HeldEvent& held) { return held.event.sequence; });
      if (wrong != held_.end() && wrong->event.sequence == event.corrects) {
        wrong->corrected_by = event.sequence;
        wrong->is_annulled = event.cause == registry::EventCause::annulment;
      }
    }
    held_.push_back({event, now});
  }
}

std::vector<HeldEvent> HeldEvents::take_due(registry::Instant now) {
  const auto is_due = [&](const HeldEvent& held) {
    const std::int64_t since = std::min(held.event.recorded.microseconds, held.added.microseconds);
    return now.microseconds - since >= holdback_.count();
  };
  std::vector<HeldEvent> due;
  while (!held_.empty() && is_due(held_.front())) {
    due.push_back(held_.front());
    held_.pop_front();
  }
  return due;
}

} // namespace grunndata::tools
