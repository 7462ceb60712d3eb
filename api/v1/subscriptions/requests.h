// The bodies and queries of /v1/subscriptions, read strictly.
#pragma once

#include "api/context.h"
#include "api/problems.h"
#include "registry/subscriptions/subscriptions.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace grunndata::api::v1 {

/// What a request wants a subscription to be; what it did not name stays as it was. The secret is
/// told once, when it was made here.
struct SubscriptionWish {
  registry::Subscription subscription;
  std::string new_secret; ///< `whsec_…`; empty: none was made
  std::vector<registry::MemberHash> members;
  std::optional<std::uint64_t> from; ///< unset: behind the newest
};

/// Both: a fault is told with its JSON Pointer, which lives as long as `pointer`. Which identifiers
/// are known is not looked at.
[[nodiscard]] Refusal read_wish(const Context& context, const http::Request& request,
                                SubscriptionWish& wish, std::string& pointer);
/// Changes `wish.subscription`, which is the present one.
[[nodiscard]] Refusal read_change(const Context& context, const http::Request& request,
                                  SubscriptionWish& wish, std::string& pointer);

struct CohortWish {
  std::vector<registry::MemberHash> add;
  std::vector<registry::MemberHash> remove;
};
[[nodiscard]] Refusal read_cohort_change(const Context& context, const http::Request& request,
                                         CohortWish& wish, std::string& pointer);

/// `{"after":"…"}`, which may be left out; `from` then stays 0.
[[nodiscard]] Refusal read_replay(const Context& context, const http::Request& request,
                                  std::uint64_t& from, std::string& pointer);

struct EventsWish {
  std::uint64_t from = 0;
  std::size_t limit = 0;
  std::optional<std::chrono::seconds> wait; ///< for an event, when there is none
};
[[nodiscard]] Refusal read_events_wish(const Context& context, std::string_view query,
                                       EventsWish& wish);

} // namespace grunndata::api::v1
