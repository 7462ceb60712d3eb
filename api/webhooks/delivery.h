// One delivery: what a receiver is sent, and what it may be sent.
#pragma once

#include "api/api.h"
#include "api/webhooks/transfers.h"
#include "registry/error.h"
#include "registry/subscriptions/subscriptions.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace grunndata::api::webhooks {

/// How a subscription's client stands at this moment.
struct Standing {
  bool is_registered = true; ///< false: revoked, or not there: the subscription ends
  bool may_be_told = true;   ///< false: its agreement has ended, and may be made anew
  registry::Access access = registry::Access::no_legal_basis;
};
/// As the agreement has it now, and no more than was asked for when it subscribed.
[[nodiscard]] Standing standing_of(const ApiOptions& api,
                                   const registry::Subscription& subscription,
                                   registry::Instant when);

struct Delivery {
  std::uint64_t next = 0; ///< where the one after begins
  std::size_t events = 0;
  bool more = false;
  bool tells_history_changed = false; ///< of another epoch: told first, and alone
  std::optional<Post> post;           ///< unset: there is nothing to send up to `next`
};

/// The delivery that begins at the subscription's place, of at most `events_max` events; logged
/// before it is returned. Signed as of `when`. Its id is the same when the same is sent again.
/// Errors: as of
/// `v1::told_events`; `storage` when it cannot be logged.
[[nodiscard]] registry::Result<Delivery> next_delivery(const registry::Registry& registry,
                                                       const ApiOptions& api,
                                                       const registry::SubscriptionNow& now,
                                                       registry::Access access,
                                                       std::size_t events_max,
                                                       registry::Instant when);

} // namespace grunndata::api::webhooks
