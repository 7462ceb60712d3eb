#include "registry/subscriptions/subscription.h"

#include "registry/clients/plain_text.h"

#include <array>

namespace grunndata::registry {

EventTypeSet of_nodes() noexcept {
  EventTypeSet types;
  for (std::size_t type = 0; type < types.size(); ++type) {
    types.set(type, !is_of_person(static_cast<EventType>(type)));
  }
  return types;
}

std::string_view name_of(SubscriptionState state) noexcept {
  constexpr std::array<std::string_view, 4> names{"active", "paused", "ended", "removed"};
  const auto place = static_cast<std::size_t>(state) - 1;
  return place < names.size() ? names[place] : std::string_view{};
}

std::string_view name_of(PauseReason reason) noexcept {
  constexpr std::array<std::string_view, 7> names{
      "", "asked", "by-operator", "receiver-gone", "failing", "client-revoked", "expired"};
  const auto place = static_cast<std::size_t>(reason);
  return place < names.size() ? names[place] : std::string_view{};
}

std::optional<SubscriptionFault> fault_of(const Subscription& subscription, Instant when) noexcept {
  using std::chrono::duration_cast;
  using std::chrono::microseconds;
  using enum SubscriptionField;
  const std::string_view sentence = subscription.purpose;
  if (sentence.empty() || !is_plain_text(sentence) || holds_number_form(sentence) ||
      characters_of(sentence) > subscription_purpose_characters_max) {
    return SubscriptionFault{
        purpose, "is 1 to 500 characters on one line, without a number like a person's"};
  }
  const auto latest = when.microseconds + microseconds(subscription_days_max).count();
  if (subscription.expires <= when || subscription.expires.microseconds > latest) {
    return SubscriptionFault{expires, "lies in the future, at most three years ahead"};
  }
  if (subscription.holdback < std::chrono::seconds(0) || subscription.holdback > holdback_max) {
    return SubscriptionFault{holdback, "is at most seven days"};
  }
  if (subscription.webhook) {
    const Webhook& webhook = *subscription.webhook;
    if (webhook.url.empty() || webhook.url.size() > webhook_url_bytes_max) {
      return SubscriptionFault{url, "is 1 to 2000 characters"};
    }
    if (webhook.secret.size() < webhook_secret_bytes_min ||
        webhook.secret.size() > webhook_secret_bytes_max) {
      return SubscriptionFault{secret, "is whsec_ and the base64 of 24 to 64 bytes"};
    }
  }
  if (!subscription.everyone && (subscription.types & of_nodes()).any()) {
    return SubscriptionFault{types, "has those of virksomheter only where everyone is meant"};
  }
  return std::nullopt;
}

} // namespace grunndata::registry
