#include "api/v1/subscriptions/subscriptions.h"

#include "api/actor.h"
#include "api/audit_trail.h"
#include "api/number_text.h"
#include "api/v1/admin/list_query.h"
#include "api/v1/cursor.h"
#include "api/v1/hjelpenummer/asking.h"
#include "api/v1/parameters.h"
#include "api/v1/subscriptions/problems.h"
#include "api/v1/subscriptions/requests.h"
#include "api/v1/subscriptions/subscription_json.h"
#include "api/v1/subscriptions/told_events.h"

#include <algorithm>
#include <chrono>

namespace grunndata::api::v1 {

namespace {

using registry::Access;
using registry::ErrorCode;
using registry::Subscription;
using registry::SubscriptionNow;

constexpr int status_created = 201;

registry::Subscriptions* service_of(const Context& context, const http::Request& request,
                                    http::Response& response) {
  registry::Subscriptions* const subscriptions = context.options.subscriptions;
  if (subscriptions == nullptr) refuse(request, response, api::problem::unavailable);
  return subscriptions;
}

bool is_own(const Call& call, const Subscription& subscription) {
  return subscription.client_id == call.caller.claims->client_id &&
         subscription.issuer == call.caller.claims->issuer_name &&
         subscription.organisation == organisation_of(call.caller);
}

void refuse_with(const http::Request& request, http::Response& response,
                 const registry::Error& error) {
  switch (error.code) {
    case ErrorCode::not_found:
      return refuse(request, response, problem::subscription_not_found);
    case ErrorCode::conflict: return refuse(request, response, problem::subscription_ended);
    case ErrorCode::invalid:
      return refuse(request, response, api::problem::body_invalid, error.message);
    default: return refuse(request, response, error);
  }
}

/// The caller's own subscription that the path names; nothing, with the refusal written, else.
std::optional<SubscriptionNow> own(const Context& context, const Call& call,
                                   const http::Request& request, http::Response& response) {
  const registry::Subscriptions* const service = service_of(context, request, response);
  if (service == nullptr) return std::nullopt;
  const auto number = number_in(request.path_parameter(0));
  auto found = number ? service->find(*number) : std::nullopt;
  if (!found || !is_own(call, *found->subscription)) {
    refuse(request, response, problem::subscription_not_found);
    return std::nullopt;
  }
  return found;
}

/// The same for an operation without parameters.
std::optional<SubscriptionNow> own_plainly(const Context& context, const Call& call,
                                           const http::Request& request,
                                           http::Response& response) {
  if (const Refusal refusal = refuse_parameters(request.query)) {
    refuse(request, response, refusal);
    return std::nullopt;
  }
  return own(context, call, request, response);
}

void note_change(Call& call, const Subscription& subscription, std::string_view what) {
  registry::audit::Record& record = call.audit.add(registry::audit::Act::administered);
  record.kind = registry::audit::Class::important;
  record.reason.text = std::string("subscription ")
                           .append(std::to_string(subscription.number))
                           .append(" ")
                           .append(what);
}

/// What the client may be told of now: no more than was agreed when it subscribed.
Access access_to(const Call& call, const Subscription& subscription) noexcept {
  return subscription.legal_basis ? call.access : Access::no_legal_basis;
}

/// A place further on than the next event; whoever may not know how far that is learns nothing.
bool is_ahead(const Context& context, Access access, std::uint64_t from) {
  return access == Access::legal_basis && from > context.registry.newest_sequence() + 1;
}

/// When what is held back next may be told; nothing where nothing is.
std::optional<registry::Instant> next_due(const Context& context, const Subscription& subscription,
                                          Access access, std::uint64_t from) {
  if (subscription.holdback.count() == 0) return std::nullopt;
  const auto held = context.registry.events(from, 1, access);
  if (!held || held->events.empty()) return std::nullopt;
  return registry::Instant{held->events.front().recorded.microseconds +
                           std::chrono::microseconds(subscription.holdback).count()};
}

/// Puts the request aside until there may be an event beyond `newest`, or one is old enough.
void wait_for_events(const Context& context, const Subscription& subscription,
                     const EventsWish& wish, Access access, std::uint64_t newest,
                     std::uint64_t next, http::Response& response) {
  std::chrono::microseconds patience = *wish.wait;
  if (const auto due = next_due(context, subscription, access, next)) {
    const std::chrono::microseconds left(due->microseconds - registry::now().microseconds);
    patience = std::clamp(left, std::chrono::microseconds(1'000), patience);
  }
  registry::EventFilter filter{.types = subscription.types, .kind = {}};
  if (subscription.types.none()) filter.kind = registry::EntityKind::person;
  response.waiting.at_most = std::chrono::ceil<std::chrono::milliseconds>(patience);
  response.waiting.has_news = [&tips = context.tips, filter, access, newest] {
    return tips.may_have_beyond(newest, filter, access);
  };
}

void answer_deliveries(const Context& context, const SubscriptionNow& now, Access access,
                       const http::Request& request, http::Response& response) {
  const auto newest = context.registry.newest_told(access);
  if (!newest) return refuse(request, response, newest.error());
  append_deliveries(response.body, now, *newest, context.registry.epoch());
}

} // namespace

void make_subscription(Context& context, Call& call, const http::Request& request,
                       http::Response& response) {
  registry::Subscriptions* const service = service_of(context, request, response);
  if (service == nullptr) return;
  SubscriptionWish wish;
  std::string pointer;
  Refusal refusal = refuse_parameters(request.query);
  if (!refusal) refusal = read_wish(context, request, wish, pointer);
  if (refusal) return refuse(request, response, refusal);
  if (wish.from && is_ahead(context, call.access, *wish.from)) {
    return refuse(request, response, api::problem::sequence_ahead, {}, "/after");
  }
  if (!wish.from) {
    const auto newest = context.registry.newest_told(call.access);
    if (!newest) return refuse(request, response, newest.error());
    wish.from = *newest + 1;
  }
  wish.subscription.client_id = call.caller.claims->client_id;
  wish.subscription.issuer = call.caller.claims->issuer_name;
  wish.subscription.organisation = organisation_of(call.caller);
  wish.subscription.legal_basis = call.access == Access::legal_basis;
  wish.subscription.created_by = actor_of(call.caller);
  const auto made = service->add(std::move(wish.subscription), *wish.from, wish.members);
  if (!made && made.error().code == ErrorCode::conflict) {
    return refuse(request, response, problem::subscriptions_too_many);
  }
  if (!made) return refuse_with(request, response, made.error());
  note_change(call, *made->subscription, "made");
  response.status = status_created;
  append_subscription(response.body, *made, wish.new_secret);
}

void list_subscriptions(Context& context, Call& call, const http::Request& request,
                        http::Response& response) {
  ListQuery query;
  if (const Refusal refusal = read_list_query(request.query, {}, query)) {
    return refuse(request, response, refusal);
  }
  const registry::Subscriptions* const service = service_of(context, request, response);
  if (service == nullptr) return;
  const std::uint64_t behind = query.cursor ? number_in(*query.cursor).value_or(0) : 0;
  const std::size_t limit = query.limit.value_or(list_limit_default);
  response.body += R"({"subscriptions":[)";
  std::size_t count = 0;
  std::uint64_t last = 0;
  bool more = false;
  for (const SubscriptionNow& now : service->list()) {
    if (now.subscription->number <= behind || !is_own(call, *now.subscription)) continue;
    more = count == limit;
    if (more) break;
    if (count++ != 0) response.body += ',';
    append_subscription(response.body, now);
    last = now.subscription->number;
  }
  response.body += ']';
  if (more) append_next_cursor(response.body, std::to_string(last));
  response.body += '}';
}

void subscription_by_id(Context& context, Call& call, const http::Request& request,
                        http::Response& response) {
  if (const auto now = own_plainly(context, call, request, response)) {
    append_subscription(response.body, *now);
  }
}

void change_subscription(Context& context, Call& call, const http::Request& request,
                         http::Response& response) {
  const auto now = own_plainly(context, call, request, response);
  if (!now) return;
  SubscriptionWish wish{*now->subscription, {}, {}, {}};
  std::string pointer;
  if (const Refusal refusal = read_change(context, request, wish, pointer)) {
    return refuse(request, response, refusal);
  }
  const auto changed = context.options.subscriptions->change(
      now->subscription->number, [&](Subscription& subscription) -> registry::Result<void> {
        subscription.purpose = wish.subscription.purpose;
        subscription.expires = wish.subscription.expires;
        subscription.types = wish.subscription.types;
        subscription.holdback = wish.subscription.holdback;
        subscription.webhook = wish.subscription.webhook;
        return {};
      });
  if (!changed) return refuse_with(request, response, changed.error());
  note_change(call, *changed->subscription, "changed");
  append_subscription(response.body, *changed, wish.new_secret);
}

void remove_subscription(Context& context, Call& call, const http::Request& request,
                         http::Response& response) {
  auto now = own_plainly(context, call, request, response);
  if (!now) return;
  const auto removed = context.options.subscriptions->remove(now->subscription->number);
  if (!removed) return refuse_with(request, response, removed.error());
  note_change(call, *now->subscription, "removed");
  Subscription shown = *now->subscription;
  shown.state = registry::SubscriptionState::removed;
  shown.reason = registry::PauseReason::none;
  now->subscription = std::make_shared<const Subscription>(std::move(shown));
  append_subscription(response.body, *now);
}

void pause_subscription(Context& context, Call& call, const http::Request& request,
                        http::Response& response) {
  const auto now = own_plainly(context, call, request, response);
  if (!now) return;
  const auto paused = context.options.subscriptions->pause(now->subscription->number,
                                                           registry::PauseReason::asked);
  if (!paused) return refuse_with(request, response, paused.error());
  note_change(call, *paused->subscription, "paused");
  append_subscription(response.body, *paused);
}

void resume_subscription(Context& context, Call& call, const http::Request& request,
                         http::Response& response) {
  const auto now = own_plainly(context, call, request, response);
  if (!now) return;
  const auto resumed = context.options.subscriptions->resume(now->subscription->number);
  if (!resumed) return refuse_with(request, response, resumed.error());
  note_change(call, *resumed->subscription, "resumed");
  append_subscription(response.body, *resumed);
}

void change_cohort(Context& context, Call& call, const http::Request& request,
                   http::Response& response) {
  const auto now = own_plainly(context, call, request, response);
  if (!now) return;
  CohortWish wish;
  std::string pointer;
  if (const Refusal refusal = read_cohort_change(context, request, wish, pointer)) {
    return refuse(request, response, refusal);
  }
  if (now->subscription->everyone) {
    return refuse(request, response, problem::cohort_of_everyone);
  }
  const auto members = context.options.subscriptions->change_members(now->subscription->number,
                                                                     wish.add, wish.remove);
  if (!members) return refuse_with(request, response, members.error());
  note_change(call, *now->subscription, "cohort changed");
  response.body += R"({"members":)";
  append_number(response.body, *members);
  response.body += '}';
}

void subscription_events(Context& context, Call& call, const http::Request& request,
                         http::Response& response) {
  EventsWish wish;
  if (const Refusal refusal = read_events_wish(context, request.query, wish)) {
    return refuse(request, response, refusal);
  }
  const auto now = own(context, call, request, response);
  if (!now) return;
  const Subscription& subscription = *now->subscription;
  if (!subscription.holds_at(registry::now())) {
    return refuse(request, response, problem::subscription_ended);
  }
  const Access access = access_to(call, subscription);
  const std::uint64_t newest = context.registry.newest_sequence(); // before the page is read
  const auto told = told_events(context.registry, context.options.subscriptions->cohort_key(),
                                subscription, wish.from, wish.limit, access, call.audit);
  if (!told) return refuse(request, response, told.error());
  const bool may_wait = request.in_pool && !request.must_answer && wish.wait;
  if (may_wait && told->count == 0 && !told->more && wish.wait->count() > 0) {
    return wait_for_events(context, subscription, wish, access, newest, told->next, response);
  }
  std::string& out = response.body;
  out.append(R"({"events":[)").append(told->json).append(R"(],"nextCursor":")");
  append_cursor(out, {.epoch = context.registry.epoch(), .from = told->next});
  out += told->more ? R"(","more":true})" : R"(","more":false})";
}

void replay_subscription(Context& context, Call& call, const http::Request& request,
                         http::Response& response) {
  const auto now = own_plainly(context, call, request, response);
  if (!now) return;
  std::uint64_t from = 0;
  std::string pointer;
  if (const Refusal refusal = read_replay(context, request, from, pointer)) {
    return refuse(request, response, refusal);
  }
  const Access access = access_to(call, *now->subscription);
  if (is_ahead(context, access, from)) {
    return refuse(request, response, api::problem::sequence_ahead, {}, "/after");
  }
  if (!now->subscription->webhook) {
    return refuse(request, response, problem::webhook_missing);
  }
  const auto replayed =
      context.options.subscriptions->replay(now->subscription->number, from);
  if (!replayed) return refuse_with(request, response, replayed.error());
  note_change(call, *replayed->subscription, "replayed");
  answer_deliveries(context, *replayed, access, request, response);
}

void subscription_deliveries(Context& context, Call& call, const http::Request& request,
                             http::Response& response) {
  const auto now = own_plainly(context, call, request, response);
  if (!now) return;
  answer_deliveries(context, *now, access_to(call, *now->subscription), request, response);
}

} // namespace grunndata::api::v1
