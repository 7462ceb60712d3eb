#include "api/v1/subscriptions/requests.h"

#include "api/http/form.h"
#include "api/person_key.h"
#include "api/v1/admin/json_members.h"
#include "api/v1/cursor.h"
#include "api/v1/events.h"
#include "api/v1/request_body.h"
#include "api/v1/subscriptions/subscription_json.h"
#include "api/v1/subscriptions/subscriptions.h"
#include "api/webhooks/signature.h"
#include "registry/keys.h"

#include <array>
#include <charconv>

namespace grunndata::api::v1 {

namespace {

using registry::MemberHash;
using registry::Subscription;

/// What may be changed stands first; the names of both tables agree.
enum Field : std::size_t {
  purpose,
  expires,
  types,
  holdback,
  webhook_url,
  webhook_secret,
  secret_overlap,
  changeable_fields,
  everyone = changeable_fields,
  identifiers,
  after,
  paused,
  all_fields,
};
constexpr std::array<MemberRule, all_fields> wish_rules{{
    {"purpose", MemberKind::text, true},
    {"expires", MemberKind::text, true},
    {"types", MemberKind::texts, false},
    {"holdback", MemberKind::text, false},
    {"webhookUrl", MemberKind::text, false},
    {"webhookSecret", MemberKind::text, false},
    {"webhookSecretOverlap", MemberKind::text, false},
    {"everyone", MemberKind::flag, false},
    {"identifiers", MemberKind::elsewhere, false},
    {"after", MemberKind::text, false},
    {"paused", MemberKind::flag, false},
}};
constexpr std::array<MemberRule, changeable_fields> change_rules{{
    {"purpose", MemberKind::text, false},
    {"expires", MemberKind::text, false},
    {"types", MemberKind::texts, false},
    {"holdback", MemberKind::text, false},
    {"webhookUrl", MemberKind::text, false},
    {"webhookSecret", MemberKind::text, false},
    {"webhookSecretOverlap", MemberKind::text, false},
}};

Refusal wrong(std::string_view name, std::string_view detail, std::string& pointer) {
  pointer = pointer_to(name);
  return {&api::problem::body_invalid, detail, pointer};
}

Refusal set_types(const MemberValue& value, Subscription& subscription, std::string& pointer) {
  subscription.types.reset();
  for (const std::string& name : value.texts) {
    const auto type = registry::find_event_type(name);
    const auto group = registry::find_event_group(name);
    if (!type && !group) {
      pointer = pointer_to("types");
      return {&api::problem::event_type_unknown, "A value of types is unknown", pointer};
    }
    if (type) subscription.types.set(static_cast<std::size_t>(*type));
    if (group) subscription.types |= *group;
  }
  return {};
}

/// For how long the secret that is replaced still counts.
Refusal set_overlap(std::span<const MemberValue> values, registry::Webhook& webhook,
                    std::string& pointer) {
  webhook.former_secret.clear();
  const MemberValue& overlap = values[secret_overlap];
  if (!overlap.given) return {};
  const auto duration = parse_duration(overlap.text);
  if (!duration || *duration > registry::secret_overlap_max || webhook.secret.empty()) {
    return wrong("webhookSecretOverlap",
                 "is a duration of at most seven days, where a secret takes the place of another",
                 pointer);
  }
  if (duration->count() == 0) return {};
  webhook.former_secret = webhook.secret;
  webhook.former_until =
      registry::Instant{registry::now().microseconds +
                        std::chrono::microseconds(*duration).count()};
  return {};
}

Refusal set_webhook(const Context& context, std::span<const MemberValue> values,
                    SubscriptionWish& wish, std::string& pointer) {
  auto& webhook = wish.subscription.webhook;
  const MemberValue& url = values[webhook_url];
  const MemberValue& secret = values[webhook_secret];
  if (url.given && url.text.empty()) webhook.reset();
  if (url.given && !url.text.empty()) {
    const std::string_view fault =
        webhooks::fault_of_url(url.text, context.options.webhook_addresses);
    if (!fault.empty()) return wrong("webhookUrl", fault, pointer);
    if (!webhook) webhook.emplace();
    webhook->url = url.text;
  }
  if (secret.given) {
    auto raw = webhooks::secret_of_text(secret.text);
    if (!webhook || !raw) {
      return wrong("webhookSecret",
                   "is whsec_ and the base64 of 24 to 64 bytes, for a webhook that there is",
                   pointer);
    }
    if (const Refusal refusal = set_overlap(values, *webhook, pointer)) return refusal;
    webhook->secret = std::move(*raw);
  } else if (values[secret_overlap].given) {
    return wrong("webhookSecretOverlap", "stands beside a new webhookSecret alone", pointer);
  }
  if (webhook && webhook->secret.empty()) {
    auto made = webhooks::new_secret();
    if (!made) return {&api::problem::unavailable, {}, {}};
    wish.new_secret = webhooks::text_of_secret(*made);
    webhook->secret = std::move(*made);
  }
  return {};
}

Refusal set_common(const Context& context, std::span<const MemberValue> values,
                   SubscriptionWish& wish, std::string& pointer) {
  Subscription& subscription = wish.subscription;
  if (values[purpose].given) subscription.purpose = values[purpose].text;
  if (values[expires].given) {
    const auto when = registry::parse_instant(values[expires].text);
    if (!when) {
      return wrong("expires", "is a date, or a date-time with its offset", pointer);
    }
    subscription.expires = *when;
  }
  if (values[holdback].given) {
    const auto duration = parse_duration(values[holdback].text);
    if (!duration) return wrong("holdback", "is a duration such as PT1H, or seconds", pointer);
    subscription.holdback = *duration;
  }
  Refusal refusal;
  if (values[types].given) refusal = set_types(values[types], subscription, pointer);
  if (!refusal) refusal = set_webhook(context, values, wish, pointer);
  if (refusal) return refusal;
  if (const auto fault = fault_of(subscription, registry::now())) {
    constexpr std::array<std::string_view, 6> names{"purpose",    "expires",       "holdback",
                                                    "webhookUrl", "webhookSecret", "types"};
    return wrong(names[static_cast<std::size_t>(fault->field)], fault->rule, pointer);
  }
  return {};
}

Refusal place_of(const Context& context, std::string_view text, std::string_view field,
                 std::uint64_t& from) {
  const auto cursor = read_cursor(text);
  if (!cursor) return {&api::problem::cursor_invalid, {}, field};
  if (cursor->epoch != context.registry.epoch()) return {&api::problem::history_changed, {}, field};
  from = cursor->from;
  return {};
}

Refusal hash_all(const Context& context, const std::vector<AskedIdentifier>& asked,
                 std::string_view name, std::vector<MemberHash>& members, std::string& pointer) {
  members.reserve(asked.size());
  for (const AskedIdentifier& one : asked) {
    std::optional<registry::IdentifierType> type;
    if (!one.type.empty()) type = registry::identifier_type_of(one.type);
    const bool known_type = one.type.empty() || type.has_value();
    const PersonKey key = known_type && one.is_text ? person_key(one.value, *context.options.rules,
                                                                 type, one.assigner)
                                                    : PersonKey{};
    if (!key.key) {
      pointer = pointer_to(name).append("/").append(std::to_string(members.size()));
      return {&api::problem::identifier_malformed, {}, pointer};
    }
    members.push_back(
        context.options.subscriptions->cohort_key().hash_of(registry::key_of(*key.key)));
  }
  return {};
}

template <std::size_t Count>
Refusal read_members_of(const Context& context, const http::Request& request,
                        const std::array<std::string_view, Count>& names,
                        const std::array<std::vector<MemberHash>*, Count>& members,
                        std::string& pointer) {
  std::array<std::vector<AskedIdentifier>, Count> asked;
  Refusal refusal = read_identifier_lists(request, names, cohort_change_max, asked, pointer);
  for (std::size_t i = 0; i < Count && !refusal; ++i) {
    refusal = hash_all(context, asked[i], names[i], *members[i], pointer);
  }
  return refusal;
}

} // namespace

Refusal read_wish(const Context& context, const http::Request& request, SubscriptionWish& wish,
                  std::string& pointer) {
  std::array<MemberValue, all_fields> values;
  if (const Refusal refusal = read_members(request, wish_rules, values, pointer)) return refusal;
  wish.subscription.everyone = values[everyone].flag;
  Refusal refusal = set_common(context, values, wish, pointer);
  if (!refusal) {
    refusal = read_members_of<1>(context, request, {"identifiers"}, {&wish.members}, pointer);
  }
  if (refusal) return refusal;
  if (wish.subscription.everyone && values[identifiers].given) {
    return wrong("identifiers", "has no place where everyone is meant", pointer);
  }
  if (values[paused].flag) {
    wish.subscription.state = registry::SubscriptionState::paused;
    wish.subscription.reason = registry::PauseReason::asked;
  }
  if (!values[after].given) return {};
  return place_of(context, values[after].text, "/after", wish.from.emplace(0));
}

Refusal read_change(const Context& context, const http::Request& request, SubscriptionWish& wish,
                    std::string& pointer) {
  std::array<MemberValue, changeable_fields> values;
  if (const Refusal refusal = read_members(request, change_rules, values, pointer)) return refusal;
  return set_common(context, values, wish, pointer);
}

Refusal read_cohort_change(const Context& context, const http::Request& request, CohortWish& wish,
                           std::string& pointer) {
  constexpr std::array<MemberRule, 2> rules{
      {{"add", MemberKind::elsewhere, false}, {"remove", MemberKind::elsewhere, false}}};
  std::array<MemberValue, rules.size()> values;
  if (const Refusal refusal = read_members(request, rules, values, pointer)) return refusal;
  if (const Refusal refusal = read_members_of<2>(context, request, {"add", "remove"},
                                                 {&wish.add, &wish.remove}, pointer)) {
    return refusal;
  }
  if (wish.add.empty() && wish.remove.empty()) {
    return {&api::problem::identifier_required, {}, "/add"};
  }
  return {};
}

Refusal read_replay(const Context& context, const http::Request& request, std::uint64_t& from,
                    std::string& pointer) {
  constexpr std::array<MemberRule, 1> rules{{{"after", MemberKind::text, false}}};
  std::array<MemberValue, rules.size()> values;
  if (const Refusal refusal = read_members(request, rules, values, pointer)) return refusal;
  return values[0].given ? place_of(context, values[0].text, "/after", from) : Refusal{};
}

Refusal read_events_wish(const Context& context, std::string_view query, EventsWish& wish) {
  http::FormReader reader(query);
  bool after_seen = false;
  while (reader.next()) {
    if (reader.name() == "after") {
      if (after_seen) return {&api::problem::parameter_repeated, {}, "after"};
      after_seen = true;
      if (const Refusal refusal = place_of(context, reader.value(), "after", wish.from)) {
        return refusal;
      }
    } else if (reader.name() == "limit") {
      if (wish.limit != 0) return {&api::problem::parameter_repeated, {}, "limit"};
      const std::string_view text = reader.value();
      const auto [end, error] =
          std::from_chars(text.data(), text.data() + text.size(), wish.limit);
      if (error != std::errc{} || end != text.data() + text.size() || wish.limit < 1 ||
          wish.limit > events_max) {
        return {&api::problem::parameter_invalid, "limit is a number from 1 to 1000", "limit"};
      }
    } else if (reader.name() == wait_field) {
      if (const Refusal refusal = read_wait(reader.value(), wish.wait)) return refusal;
    } else {
      return {&api::problem::parameter_unknown, "Known are after, limit and wait", {}};
    }
  }
  if (reader.error()) return {&api::problem::form_invalid, {}, {}};
  if (wish.limit == 0) wish.limit = events_default;
  return {};
}

} // namespace grunndata::api::v1
