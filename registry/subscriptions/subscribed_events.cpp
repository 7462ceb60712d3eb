#include "registry/subscriptions/subscribed_events.h"

#include "registry/document.h"
#include "registry/keys.h"
#include "registry/registry_impl.h"

#include <algorithm>

namespace grunndata::registry {

namespace {

using store::Family;

constexpr std::size_t chunk_events = 1'000;

/// Of whom the subscription tells; nothing: of persons and nodes.
std::optional<EntityKind> kind_of(const Subscription& subscription) noexcept {
  const EventTypeSet nodes = subscription.types & of_nodes();
  if (nodes.none()) {
    return EntityKind::person;
  }
  return nodes == subscription.types ? std::optional(EntityKind::virksomhet) : std::nullopt;
}

} // namespace

Result<EventPage> subscribed_events(const Registry& registry, const CohortKey& key,
                                    const Subscription& subscription, std::uint64_t from,
                                    std::size_t limit, Access access, Instant when) {
  const auto holdback = std::chrono::microseconds(subscription.holdback).count();
  const Instant told_before{when.microseconds - holdback};
  CohortReader cohort(registry, key, subscription.number);
  EventPage page;
  page.next = from;
  const auto kind = kind_of(subscription);
  for (std::size_t looked_at = 0; looked_at < subscribed_scan_max;) {
    // The types are looked at here, so that rare ones do not make this run long.
    const std::size_t ask = subscription.everyone && subscription.types.none()
                                ? std::min(chunk_events, limit - page.events.size())
                                : chunk_events;
    auto chunk = registry.events(page.next, ask, access, {.types = {}, .kind = kind});
    if (!chunk) {
      return chunk;
    }
    for (Event& event : chunk->events) {
      if (holdback != 0 && event.recorded > told_before) {
        page.next = event.sequence;
        page.more = false;
        return page;
      }
      if (page.events.size() == limit) {
        page.next = event.sequence;
        page.more = true;
        return page;
      }
      if (subscription.types.any() &&
          !subscription.types.test(static_cast<std::size_t>(event.type))) {
        continue;
      }
      if (!subscription.everyone) {
        const auto person = registry.ids().open(view_of(event.person));
        if (!person) {
          return fail(ErrorCode::corrupt, "a record of the log names nobody");
        }
        const auto is_member = cohort.holds(*person);
        if (!is_member) {
          return tl::unexpected(is_member.error());
        }
        if (!*is_member) {
          continue;
        }
      }
      page.events.push_back(std::move(event));
    }
    looked_at += ask;
    page.next = chunk->next;
    page.more = chunk->more;
    if (!page.more || page.events.size() == limit) {
      break;
    }
  }
  return page;
}

Result<std::optional<Event>> correction_of(const Registry& registry, const Event& event,
                                           Access access) {
  const store::Store& store = *registry.impl().store;
  const auto person = registry.ids().open(view_of(event.person));
  store::Pinned pin;
  const auto found = person ? store.get(Family::current, key_of(*person), pin)
                            : Result<bool>(false);
  if (!found) {
    return tl::unexpected(found.error());
  }
  if (!*found) {
    return std::nullopt;
  }
  const auto document = DocumentBytes::current(pin.view());
  if (!document) {
    return tl::unexpected(document.error());
  }
  std::uint64_t sequence = document->header().sequence_legal;
  while (sequence > event.sequence) {
    const auto there = store.get(Family::log, key_of_number(sequence), pin);
    const auto entry = there && *there ? read_log(pin.view()) : std::nullopt;
    if (!entry) {
      return there ? fail(ErrorCode::corrupt, "a record of the log cannot be read")
                   : tl::unexpected(there.error());
    }
    if (entry->corrects == event.sequence) {
      const auto told = registry.events(sequence, 1, access); // as this reader is told of it
      if (!told) {
        return tl::unexpected(told.error());
      }
      if (!told->events.empty() && told->events.front().sequence == sequence &&
          told->events.front().corrects == event.sequence) {
        return told->events.front();
      }
    }
    if (entry->back == 0 || entry->back == back_max || entry->back > sequence) {
      break;
    }
    sequence -= entry->back;
  }
  return std::nullopt;
}

} // namespace grunndata::registry
