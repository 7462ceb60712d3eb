#include "importers/folkeregisteret/sync/feed_gaps.h"

#include <algorithm>

namespace grunndata::importers::folkeregisteret::sync {

namespace {

using registry::Instant;

FeedGaps::const_iterator gap_at(const FeedGaps& gaps, std::uint64_t sequence) noexcept {
  const auto found =
      std::lower_bound(gaps.begin(), gaps.end(), sequence,
                       [](const FeedGap& gap, std::uint64_t at) { return gap.last < at; });
  return found != gaps.end() && found->first <= sequence ? found : gaps.end();
}

} // namespace

std::size_t add_gaps(FeedGaps& gaps, std::uint64_t after, std::span<const FeedEvent> events,
                     Instant now, std::chrono::microseconds wait) {
  std::vector<const FeedEvent*> in_order;
  for (const FeedEvent& event : events) in_order.push_back(&event);
  std::sort(in_order.begin(), in_order.end(),
            [](const FeedEvent* a, const FeedEvent* b) { return a->sequence < b->sequence; });
  for (const FeedEvent* event : in_order) {
    if (event->sequence <= after) continue;
    const Instant until{event->recorded.value_or(now).microseconds + wait.count()};
    if (event->sequence - after > 1 && now < until) {
      gaps.push_back({after + 1, event->sequence - 1, until});
    }
    after = event->sequence;
  }
  const std::size_t over = gaps.size() - std::min(gaps.size(), feed_gaps_max);
  gaps.erase(gaps.begin(), gaps.begin() + static_cast<std::ptrdiff_t>(over));
  return over;
}

bool is_in_gap(const FeedGaps& gaps, std::uint64_t sequence) noexcept {
  return gap_at(gaps, sequence) != gaps.end();
}

void fill_gaps(FeedGaps& gaps, std::span<const FeedEvent> events) {
  for (const FeedEvent& event : events) {
    const auto found = gap_at(gaps, event.sequence);
    if (found == gaps.end()) continue;
    const FeedGap whole = *found;
    auto at = gaps.erase(found);
    if (event.sequence < whole.last) {
      at = gaps.insert(at, {event.sequence + 1, whole.last, whole.until});
    }
    if (whole.first < event.sequence) {
      gaps.insert(at, {whole.first, event.sequence - 1, whole.until});
    }
  }
}

void drop_gaps(FeedGaps& gaps, std::uint64_t asked_to, Instant now) {
  std::erase_if(gaps, [&](const FeedGap& gap) { return gap.last <= asked_to && gap.until < now; });
}

} // namespace grunndata::importers::folkeregisteret::sync
