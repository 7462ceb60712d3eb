// The part of the log that a subscription is about.
#pragma once

#include "registry/registry.h"
#include "registry/subscriptions/cohort.h"
#include "registry/subscriptions/subscription.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace grunndata::registry {

/// Events looked at for one page: whoever wants few of many asks again.
inline constexpr std::size_t subscribed_scan_max = 20'000;

/// From `from` inclusive at most `limit` events that `access` is told of at this moment (protection
/// and withheld events as `Registry::events` has them), of the subscription's types, about its
/// cohort, recorded before `when` less its holdback. `next` is where to go on. `more` is true also
/// when the page ended early because so much was looked at in vain. What is held back still is not
/// more. Nothing of the page depends on events that are hidden from `access`.
/// Errors: as `Registry::events`.
[[nodiscard]] Result<EventPage> subscribed_events(const Registry& registry, const CohortKey& key,
                                                  const Subscription& subscription,
                                                  std::uint64_t from, std::size_t limit,
                                                  Access access, Instant when);

/// The newest event that `access` is told of and that corrects or annuls `event`; nothing when
/// there is none. Costs a read for each later event of the person. Errors: `corrupt`, `storage`.
[[nodiscard]] Result<std::optional<Event>> correction_of(const Registry& registry,
                                                         const Event& event, Access access);

} // namespace grunndata::registry
