// A subscription as JSON, for the interface and the command line alike. Schema `Subscription`:
//   id, purpose, organisation?, everyone, members? (how many; unless about everyone), types[],
//   holdback, legalBasis, webhookUrl?, webhookSecret? (in the answer that gives it, and never
//   again), created, expires, state: active | paused | ended | removed, reason?
// Schema `SubscriptionDeliveries`:
//   state, reason?, nextCursor?, historyChanged, behind, deliveries, events, failures, lastStatus?,
//   problem?, lastSuccess?, failingSince?, nextTry?
#pragma once

#include "registry/subscriptions/subscriptions.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::api::v1 {

/// `secret` empty: not told.
void append_subscription(std::string& out, const registry::SubscriptionNow& now,
                         std::string_view secret = {});

/// `newest_told`: the newest event that the subscription's client may be told of; `epoch`: of the
/// registry.
void append_deliveries(std::string& out, const registry::SubscriptionNow& now,
                       std::uint64_t newest_told, std::uint64_t epoch);

/// "PT1H30M", "P1D" or seconds in digits; nothing for anything else, months and years included.
[[nodiscard]] std::optional<std::chrono::seconds> parse_duration(std::string_view text);
/// "PT5400S".
[[nodiscard]] std::string format_duration(std::chrono::seconds duration);

} // namespace grunndata::api::v1
