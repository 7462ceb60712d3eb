// /v1/subscriptions: who wants to be told of what. All need the right `events.subscribe`; a
// subscription is its client's, for the unit that it was made for: others get 404.
#pragma once

#include "api/context.h"

namespace grunndata::api::v1 {

inline constexpr std::size_t cohort_change_max = 10'000; ///< identifiers in one request

/// POST /v1/subscriptions SubscriptionRequest {purpose, expires, everyone?, identifiers?[],
/// types?[], holdback?, webhookUrl?, webhookSecret?, after?, paused?} → 201 Subscription, with the
/// webhook's secret this once. Without `after` it begins behind the newest event. 409
/// `subscriptions_too_many`, 410 `history_changed`.
void make_subscription(Context& context, Call& call, const http::Request& request,
                       http::Response& response);
/// GET /v1/subscriptions?limit&cursor → 200 SubscriptionList {subscriptions[], nextCursor?}.
void list_subscriptions(Context& context, Call& call, const http::Request& request,
                        http::Response& response);
/// GET /v1/subscriptions/{id} → 200 Subscription.
void subscription_by_id(Context& context, Call& call, const http::Request& request,
                        http::Response& response);
/// PATCH /v1/subscriptions/{id} SubscriptionChange {purpose?, expires?, types?[], holdback?,
/// webhookUrl?, webhookSecret?} → 200 Subscription. An empty webhookUrl takes the webhook away; a
/// first one without a secret gets one.
void change_subscription(Context& context, Call& call, const http::Request& request,
                         http::Response& response);
/// DELETE /v1/subscriptions/{id} → 200 Subscription as it was; cohort and place are gone.
void remove_subscription(Context& context, Call& call, const http::Request& request,
                         http::Response& response);
/// POST /v1/subscriptions/{id}/pause, …/resume → 200 Subscription.
void pause_subscription(Context& context, Call& call, const http::Request& request,
                        http::Response& response);
void resume_subscription(Context& context, Call& call, const http::Request& request,
                         http::Response& response);
/// POST /v1/subscriptions/{id}/cohort CohortChange {add?[], remove?[]} → 200 CohortAnswer
/// {members}: how many there are, never who, nor who of them is known. 409 `cohort_of_everyone`.
void change_cohort(Context& context, Call& call, const http::Request& request,
                   http::Response& response);
/// GET /v1/subscriptions/{id}/events?after&limit → 200 EventPage. The place of the webhook is
/// another thing and stays. 410 `history_changed`.
void subscription_events(Context& context, Call& call, const http::Request& request,
                         http::Response& response);
/// POST /v1/subscriptions/{id}/replay ReplayRequest {after?} → 200 SubscriptionDeliveries: the
/// webhook goes on from there; without `after` from the oldest event. 409 `webhook_missing`.
void replay_subscription(Context& context, Call& call, const http::Request& request,
                         http::Response& response);
/// GET /v1/subscriptions/{id}/deliveries → 200 SubscriptionDeliveries.
void subscription_deliveries(Context& context, Call& call, const http::Request& request,
                             http::Response& response);

} // namespace grunndata::api::v1
