#include "api/v1/subscriptions/told_events.h"

#include "api/number_text.h"
#include "registry/event_json.h"
#include "registry/subscriptions/subscribed_events.h"

namespace grunndata::api::v1 {

namespace {

using registry::Access;
using registry::Event;
using registry::Result;
using registry::Subscription;

/// A job for each run of consecutive numbers, so that nobody counts as told of who was passed over;
/// one for all of them where nobody is.
Result<void> note_jobs(const registry::Registry& registry, const Subscription& subscription,
                       const std::vector<Event>& events, Access access, AuditTrail& trail) {
  const bool is_whole = subscription.everyone && subscription.types.none();
  for (std::size_t first = 0; first < events.size();) {
    std::size_t last = is_whole ? events.size() - 1 : first;
    while (last + 1 < events.size() && events[last + 1].sequence == events[last].sequence + 1) {
      ++last;
    }
    auto noted =
        trail.delivered(registry, events[first].sequence, events[last].sequence + 1, access);
    if (!noted) return noted;
    first = last + 1;
  }
  return {};
}

/// Of an event that was held back: what has become of it meanwhile.
void append_correction(std::string& json, const Event& correction) {
  json.back() = ',';
  json += R"("correctedBy":{"sequenceNumber":)";
  append_number(json, correction.sequence);
  if (correction.cause != registry::EventCause::unknown) {
    json.append(R"(,"cause":")").append(name_of(correction.cause)).append("\"");
  }
  json += "}}";
}

} // namespace

Result<ToldEvents> told_events(const registry::Registry& registry, const registry::CohortKey& key,
                               const Subscription& subscription, std::uint64_t from,
                               std::size_t limit, Access access, AuditTrail& trail) {
  const auto page = registry::subscribed_events(registry, key, subscription, from, limit, access,
                                                registry::now());
  if (!page) return tl::unexpected(page.error());
  ToldEvents told;
  told.count = page->events.size();
  told.next = page->next;
  told.more = page->more;
  if (page->events.empty()) return told;
  told.newest_recorded = page->events.back().recorded;
  if (auto noted = note_jobs(registry, subscription, page->events, access, trail); !noted) {
    return tl::unexpected(noted.error());
  }
  for (const Event& event : page->events) {
    if (!told.json.empty()) told.json += ',';
    append_json(told.json, event);
    if (subscription.holdback.count() == 0) continue; // nothing can have come in between
    const auto correction = correction_of(registry, event, access);
    if (!correction) return tl::unexpected(correction.error());
    if (*correction) append_correction(told.json, **correction);
  }
  return told;
}

} // namespace grunndata::api::v1
