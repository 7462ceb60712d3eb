#include "api/webhooks/delivery.h"

#include "api/audit_trail.h"
#include "api/number_text.h"
#include "api/v1/cursor.h"
#include "api/v1/subscriptions/told_events.h"
#include "api/webhooks/signature.h"
#include "registry/clients/clients.h"

#include <memory>

namespace grunndata::api::webhooks {

namespace {

using registry::Access;
using registry::Instant;
using registry::Result;
using registry::Subscription;

constexpr std::int64_t micro = 1'000'000;
constexpr int status_ok = 200;

/// Who is told, for the audit log.
access::Caller receiver_of(const ApiOptions& api, const Subscription& subscription) {
  auto claims = std::make_shared<access::TokenClaims>();
  claims->issuer_name = subscription.issuer;
  claims->client_id = subscription.client_id;
  claims->organisation_parent = subscription.organisation;
  access::Caller caller;
  caller.claims = std::move(claims);
  if (api.access.clients != nullptr) {
    caller.client = api.access.clients->find(subscription.client_id, subscription.issuer);
  }
  if (!caller.client) caller.client = std::make_shared<registry::Client>();
  return caller;
}

std::string body_of(const Subscription& subscription, const v1::Cursor& next,
                    std::string_view type, std::string_view events) {
  std::string body;
  body.append(R"({"type":")").append(type).append(R"(","subscription":")");
  append_number(body, subscription.number);
  body.append(R"(","events":[)").append(events).append(R"(],"nextCursor":")");
  v1::append_cursor(body, next);
  return body.append(R"("})");
}

/// By the secret, and by the one before while that still counts, with a blank between.
std::string signatures_of(const registry::Webhook& webhook, const std::string& id, Instant when,
                          std::string_view body) {
  const std::int64_t seconds = when.microseconds / micro;
  std::string signatures = signature_of(webhook.secret, id, seconds, body);
  if (!webhook.signs_with_former(when)) return signatures;
  return signatures.append(" ").append(signature_of(webhook.former_secret, id, seconds, body));
}

Post post_of(const registry::Webhook& webhook, const std::string& id, Instant when,
             std::string body) {
  const std::int64_t seconds = when.microseconds / micro;
  Post post;
  post.url = webhook.url;
  post.headers = {
      "Content-Type: application/json", "Expect:", std::string("webhook-id: ").append(id),
      std::string("webhook-timestamp: ").append(std::to_string(seconds)),
      std::string("webhook-signature: ").append(signatures_of(webhook, id, when, body))};
  post.body = std::move(body);
  return post;
}

} // namespace

Standing standing_of(const ApiOptions& api, const Subscription& subscription, Instant when) {
  Standing standing;
  bool legal = api.v1_access == Access::legal_basis; // of a demonstration
  if (api.access.authenticator != nullptr) {
    const auto client = api.access.clients->find(subscription.client_id, subscription.issuer);
    standing.is_registered = client != nullptr && !client->revoked;
    standing.may_be_told = standing.is_registered && client->holds_at(when);
    legal = standing.may_be_told && client->legal_basis;
  }
  standing.access = subscription.legal_basis && legal ? Access::legal_basis
                                                      : Access::no_legal_basis;
  return standing;
}

Result<Delivery> next_delivery(const registry::Registry& registry, const ApiOptions& api,
                               const registry::SubscriptionNow& now, Access access,
                               std::size_t events_max, Instant when) {
  const Subscription& subscription = *now.subscription;
  const registry::DeliveryPlace& place = now.place;
  const std::uint64_t epoch = registry.epoch();
  std::string id = std::to_string(subscription.number);
  id.append("-").append(std::to_string(epoch)).append("-").append(std::to_string(place.next));
  Delivery delivery;
  delivery.next = place.next;
  if (place.epoch != epoch) {
    delivery.tells_history_changed = true;
    delivery.more = true;
    delivery.post = post_of(*subscription.webhook, id.append("-history"), when,
                            body_of(subscription, {.epoch = epoch, .from = place.next},
                                    "history-changed", {}));
    return delivery;
  }
  http::Request request;
  request.request_id = id;
  const access::Caller receiver = receiver_of(api, subscription);
  AuditTrail trail(api.audit, receiver, request, "webhook");
  const auto told = v1::told_events(registry, api.subscriptions->cohort_key(), subscription,
                                    place.next, events_max, access, trail);
  if (!told) return tl::unexpected(told.error());
  delivery.next = told->next;
  delivery.more = told->more;
  delivery.events = told->count;
  if (told->count == 0) return delivery;
  if (const auto logged = trail.write(status_ok); !logged) return tl::unexpected(logged.error());
  id.append("-").append(std::to_string(told->next));
  delivery.post =
      post_of(*subscription.webhook, id, when,
              body_of(subscription, {.epoch = epoch, .from = told->next}, "events", told->json));
  return delivery;
}

} // namespace grunndata::api::webhooks
