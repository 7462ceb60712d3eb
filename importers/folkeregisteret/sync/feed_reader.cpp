#include "importers/folkeregisteret/sync/feed_reader.h"

#include <algorithm>

namespace grunndata::importers::folkeregisteret::sync {

namespace {

using registry::Result;

constexpr std::chrono::seconds newest_interval{10};

} // namespace

std::string mark_of(const FeedEvent& event) {
  std::string mark = event.type + '/' + event.person_document + '/' +
                     (event.recorded ? registry::format_instant(*event.recorded) : std::string());
  std::replace(mark.begin(), mark.end(), '\n', '?');
  return mark;
}

FeedReader::FeedReader(PatientTransport& transport, SyncTotals& totals, const SyncState& state)
    : transport_(transport), totals_(totals), at_(state.pointer), at_done_(state.pointer_done),
      at_mark_(state.pointer_mark) {}

/// Whether the numbers are still those that were read before.
FeedReader::Memory FeedReader::memory_of(const std::vector<FeedEvent>& events) const {
  if (events.empty()) return Memory::missing;
  if (!at_done_ || at_mark_.empty()) return Memory::same;
  const auto there = [this](const FeedEvent& event) { return event.sequence == at_; };
  if (std::none_of(events.begin(), events.end(), there)) return Memory::missing;
  // Sent twice, one may have got another document meanwhile.
  return std::any_of(
             events.begin(), events.end(),
             [&](const FeedEvent& event) { return there(event) && mark_of(event) == at_mark_; })
             ? Memory::same
             : Memory::another;
}

std::optional<std::uint64_t> FeedReader::newest() {
  while (true) {
    const auto answer = transport_.get("/hendelser/siste/sekvensnummer");
    if (!answer) return std::nullopt;
    const auto newest = answer->meaning == Meaning::ok
                            ? read_sequence(answer->body)
                            : Result<std::uint64_t>(registry::fail(registry::ErrorCode::unavailable,
                                                                   answer->message));
    if (newest) return *newest;
    if (!transport_.wait_for_better(newest.error().message)) return std::nullopt;
  }
}

Result<FeedPage> FeedReader::next() {
  while (true) {
    auto answer = transport_.get("/hendelser/feed?seq=" + std::to_string(at_), etag_);
    if (!answer) return FeedPage{FeedOutcome::stopped, {}, {}};
    totals_.asked_us = registry::now().microseconds;
    if (answer->meaning == Meaning::not_modified) return FeedPage{FeedOutcome::caught_up, {}, {}};
    if (answer->meaning == Meaning::too_old) {
      return FeedPage{FeedOutcome::lost, {}, "the position is older than the source keeps events"};
    }
    auto events = answer->meaning == Meaning::ok
                      ? read_feed_page(answer->body)
                      : Result<std::vector<FeedEvent>>(
                            registry::fail(registry::ErrorCode::unavailable, answer->message));
    if (!events) {
      if (!transport_.wait_for_better(events.error().message)) {
        return FeedPage{FeedOutcome::stopped, {}, {}};
      }
      continue;
    }
    Memory memory = memory_of(*events);
    if (memory == Memory::missing) { // left out, as an exclusive question would, or gone
      const auto there_is = this->newest();
      if (!there_is) return FeedPage{FeedOutcome::stopped, {}, {}};
      memory = *there_is < at_ ? Memory::another : Memory::same;
    }
    if (memory == Memory::another) {
      ++totals_.respools;
      return FeedPage{
          FeedOutcome::lost, {}, "the numbers of the feed mean other events than before"};
    }
    const bool is_whole = events->size() >= feed_page_events;
    // What is told again under older numbers is dealt with again: it may have been repaired.
    std::erase_if(*events, [this](const FeedEvent& event) {
      return at_done_ && event.sequence == at_ && mark_of(event) == at_mark_;
    });
    etag_.clear();
    if (events->empty()) {
      if (!is_whole) etag_ = answer->etag;
      return FeedPage{FeedOutcome::caught_up, {}, {}};
    }
    const auto newest = std::max_element(
        events->begin(), events->end(),
        [](const FeedEvent& a, const FeedEvent& b) { return a.sequence < b.sequence; });
    const bool goes_on = is_whole && newest->sequence > at_;
    if (newest->sequence > at_ || !at_done_) {
      at_ = newest->sequence;
      at_mark_ = mark_of(*newest);
      at_done_ = true;
    }
    totals_.newest = std::max(totals_.newest.load(), at_);
    if (goes_on && std::chrono::steady_clock::now() - newest_asked_ >= newest_interval) {
      const auto there_is = this->newest();
      if (!there_is) return FeedPage{FeedOutcome::stopped, {}, {}};
      totals_.newest = std::max(*there_is, at_);
      newest_asked_ = std::chrono::steady_clock::now();
    }
    return FeedPage{goes_on ? FeedOutcome::more : FeedOutcome::caught_up, std::move(*events), {}};
  }
}

} // namespace grunndata::importers::folkeregisteret::sync
