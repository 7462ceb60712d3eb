#include "api/v1/subscriptions/subscription_json.h"

#include "api/number_text.h"
#include "api/v1/admin/client_json.h"
#include "api/v1/cursor.h"

#include <array>

namespace grunndata::api::v1 {

namespace {

constexpr std::uint64_t count_max = 1'000'000'000; ///< of a unit: more is no duration

void append_count(std::string& out, std::string_view name, std::uint64_t value) {
  out.append(",\"").append(name).append("\":");
  append_number(out, value);
}

void append_types(std::string& out, const registry::EventTypeSet& types) {
  out += R"(,"types":[)";
  bool first = true;
  for (std::size_t type = 0; type < types.size(); ++type) {
    if (!types.test(type)) continue;
    out += first ? "\"" : ",\"";
    out += registry::name_of(static_cast<registry::EventType>(type));
    out += '"';
    first = false;
  }
  out += ']';
}

/// Takes digits from the front; nothing when there are none, or too many.
std::optional<std::uint64_t> take_count(std::string_view& text) {
  std::uint64_t count = 0;
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
    count = count * 10 + static_cast<std::uint64_t>(text[digits++] - '0');
    if (count > count_max) return std::nullopt;
  }
  text.remove_prefix(digits);
  return digits == 0 ? std::nullopt : std::optional(count);
}

struct Unit {
  char letter;
  bool of_time; ///< stands behind the T
  std::int64_t seconds;
};
/// In the order in which they may stand.
constexpr std::array<Unit, 5> units{{{'W', false, 604'800},
                                     {'D', false, 86'400},
                                     {'H', true, 3'600},
                                     {'M', true, 60},
                                     {'S', true, 1}}};

} // namespace

void append_subscription(std::string& out, const registry::SubscriptionNow& now,
                         std::string_view secret) {
  const registry::Subscription& subscription = *now.subscription;
  out += R"({"id":")";
  append_number(out, subscription.number);
  out += '"';
  append_text_member(out, "purpose", subscription.purpose);
  append_text_member(out, "organisation", subscription.organisation);
  out += subscription.everyone ? R"(,"everyone":true)" : R"(,"everyone":false)";
  if (!subscription.everyone) append_count(out, "members", now.members);
  append_types(out, subscription.types);
  append_text_member(out, "holdback", format_duration(subscription.holdback));
  out += subscription.legal_basis ? R"(,"legalBasis":true)" : R"(,"legalBasis":false)";
  if (subscription.webhook) append_text_member(out, "webhookUrl", subscription.webhook->url);
  append_text_member(out, "webhookSecret", secret);
  append_time_member(out, "created", subscription.created);
  append_time_member(out, "expires", subscription.expires);
  append_text_member(out, "state", name_of(subscription.state));
  append_text_member(out, "reason", name_of(subscription.reason));
  out += '}';
}

void append_deliveries(std::string& out, const registry::SubscriptionNow& now,
                       std::uint64_t newest_told, std::uint64_t epoch) {
  const registry::DeliveryPlace& place = now.place;
  const bool changed = place.epoch != epoch;
  out.append(R"({"state":")").append(name_of(now.subscription->state)).append("\"");
  append_text_member(out, "reason", name_of(now.subscription->reason));
  if (now.subscription->webhook) {
    out += R"(,"nextCursor":")";
    append_cursor(out, {.epoch = place.epoch, .from = place.next});
    out += '"';
  }
  out += changed && now.subscription->webhook ? R"(,"historyChanged":true)"
                                              : R"(,"historyChanged":false)";
  const bool waits = now.subscription->webhook && newest_told + 1 > place.next;
  append_count(out, "behind", waits ? newest_told + 1 - place.next : 0);
  append_count(out, "deliveries", place.deliveries);
  append_count(out, "events", place.events);
  append_count(out, "failures", place.failures);
  if (place.last_status != 0) append_count(out, "lastStatus", place.last_status);
  append_text_member(out, "problem", place.problem);
  if (place.last_success) append_time_member(out, "lastSuccess", *place.last_success);
  if (place.failing_since) append_time_member(out, "failingSince", *place.failing_since);
  if (place.next_try) append_time_member(out, "nextTry", *place.next_try);
  out += '}';
}

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  if (!text.starts_with('P')) {
    const auto seconds = take_count(text);
    if (!seconds || !text.empty()) return std::nullopt;
    return std::chrono::seconds(*seconds);
  }
  text.remove_prefix(1);
  std::int64_t seconds = 0;
  bool in_time = false;
  bool any = false;
  for (const Unit& unit : units) {
    if (!in_time && unit.of_time && text.starts_with('T')) {
      text.remove_prefix(1);
      in_time = true;
      any = false; // something must follow
    }
    std::string_view rest = text;
    const auto count = unit.of_time == in_time ? take_count(rest) : std::nullopt;
    if (!count || !rest.starts_with(unit.letter)) continue;
    text = rest.substr(1);
    seconds += static_cast<std::int64_t>(*count) * unit.seconds;
    any = true;
  }
  if (!any || !text.empty()) return std::nullopt;
  return std::chrono::seconds(seconds);
}

std::string format_duration(std::chrono::seconds duration) {
  return std::string("PT").append(std::to_string(duration.count())).append("S");
}

} // namespace grunndata::api::v1
