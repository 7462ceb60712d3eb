#include "registry/subscriptions/stored.h"

#include "registry/fields.h"
#include "registry/keys.h"

#include <limits>

namespace grunndata::registry {

namespace {

constexpr std::uint8_t subscription_format = 1;
constexpr std::uint8_t place_format = 1;
/// Of the byte that says whether there is a webhook.
constexpr std::uint8_t webhook_with_former_secret = 2;

std::string key_of(char kind, std::uint64_t number) {
  return std::string(1, kind).append(key_of_number(number));
}

/// A list: event types may become more.
void write_types(FieldWriter& out, const EventTypeSet& types) {
  out.number(static_cast<std::uint32_t>(types.count()));
  for (std::size_t type = 0; type < types.size(); ++type) {
    if (types.test(type)) {
      out.number(static_cast<std::uint8_t>(type));
    }
  }
}

bool read_types(FieldReader& in, EventTypeSet& types) {
  const std::uint32_t count = in.count();
  for (std::uint32_t i = 0; i < count; ++i) {
    std::uint8_t type = 0;
    in.number(type);
    if (type >= types.size()) {
      return false;
    }
    types.set(type);
  }
  return true;
}

bool is_state(SubscriptionState state, PauseReason reason) noexcept {
  return !name_of(state).empty() &&
         (reason == PauseReason::none || !name_of(reason).empty());
}

} // namespace

std::string subscription_key(std::uint64_t number) { return key_of('s', number); }
std::string delivery_key(std::uint64_t number) { return key_of('d', number); }
std::string cohort_key(std::uint64_t number) { return key_of('c', number); }
std::string cohort_key(std::uint64_t number, const MemberHash& member) {
  return cohort_key(number).append(view_of(member));
}

std::string write_subscription(const Subscription& subscription) {
  FieldWriter out;
  out.number(subscription_format).number(subscription.state).number(subscription.reason);
  out.number(static_cast<std::uint8_t>(subscription.legal_basis));
  out.number(static_cast<std::uint8_t>(subscription.everyone));
  const bool has_former = subscription.webhook && !subscription.webhook->former_secret.empty();
  out.number(has_former ? webhook_with_former_secret
                        : static_cast<std::uint8_t>(subscription.webhook.has_value()));
  out.number(static_cast<std::uint32_t>(subscription.holdback.count()));
  out.number(subscription.created.microseconds).number(subscription.expires.microseconds);
  out.number(subscription.changed.microseconds);
  write_types(out, subscription.types);
  out.text(subscription.client_id).text(subscription.issuer).text(subscription.organisation);
  out.text(subscription.purpose);
  if (subscription.webhook) {
    out.text(subscription.webhook->url).text(subscription.webhook->secret);
  }
  if (has_former) {
    out.text(subscription.webhook->former_secret);
    out.number(subscription.webhook->former_until.microseconds);
  }
  write(out, subscription.created_by);
  return std::move(out).take();
}

std::optional<Subscription> read_subscription(std::string_view key, std::string_view value) {
  Subscription subscription;
  FieldReader in(value);
  std::uint8_t format = 0;
  std::uint8_t legal_basis = 0;
  std::uint8_t everyone = 0;
  std::uint8_t has_webhook = 0;
  std::uint32_t holdback_s = 0;
  in.number(format);
  in.number(subscription.state);
  in.number(subscription.reason);
  in.number(legal_basis);
  in.number(everyone);
  in.number(has_webhook);
  in.number(holdback_s);
  in.time(subscription.created);
  in.time(subscription.expires);
  in.time(subscription.changed);
  const bool known = read_types(in, subscription.types);
  in.text(subscription.client_id);
  in.text(subscription.issuer);
  in.text(subscription.organisation);
  in.text(subscription.purpose);
  if (has_webhook != 0) {
    Webhook webhook;
    in.text(webhook.url);
    in.text(webhook.secret);
    if (has_webhook == webhook_with_former_secret) {
      in.text(webhook.former_secret);
      in.time(webhook.former_until);
    }
    subscription.webhook = std::move(webhook);
  }
  read(in, subscription.created_by);
  if (!in.whole() || !known || format != subscription_format || legal_basis > 1 || everyone > 1 ||
      has_webhook > webhook_with_former_secret ||
      !is_state(subscription.state, subscription.reason) ||
      key.size() != 1 + sizeof subscription.number) {
    return std::nullopt;
  }
  subscription.number = number_of_key(key.substr(1));
  subscription.legal_basis = legal_basis != 0;
  subscription.everyone = everyone != 0;
  subscription.holdback = std::chrono::seconds(holdback_s);
  return subscription;
}

std::string write_place(const DeliveryPlace& place) {
  FieldWriter out;
  out.number(place_format).number(place.epoch).number(place.next);
  out.number(place.deliveries).number(place.events);
  out.number(place.failures).number(place.last_status);
  out.time(place.last_success).time(place.failing_since).time(place.next_try);
  out.text(place.problem);
  return std::move(out).take();
}

std::optional<DeliveryPlace> read_place(std::string_view value) {
  DeliveryPlace place;
  FieldReader in(value);
  std::uint8_t format = 0;
  in.number(format);
  in.number(place.epoch);
  in.number(place.next);
  in.number(place.deliveries);
  in.number(place.events);
  in.number(place.failures);
  in.number(place.last_status);
  in.time(place.last_success);
  in.time(place.failing_since);
  in.time(place.next_try);
  in.text(place.problem);
  if (!in.whole() || format != place_format) {
    return std::nullopt;
  }
  return place;
}

} // namespace grunndata::registry
