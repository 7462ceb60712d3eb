// A subscription: a client that wants to be told of what happens, to everybody or to a cohort.
#pragma once

#include "registry/actor.h"
#include "registry/event_type.h"
#include "registry/time.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::registry {

inline constexpr std::size_t subscription_purpose_characters_max = 500;
inline constexpr std::size_t webhook_url_bytes_max = 2'000;
inline constexpr std::size_t webhook_secret_bytes_min = 24;
inline constexpr std::size_t webhook_secret_bytes_max = 64;
inline constexpr std::chrono::days subscription_days_max{3 * 366};
inline constexpr std::chrono::seconds holdback_max{std::chrono::days(7)};
inline constexpr std::chrono::seconds secret_overlap_max{std::chrono::days(7)};
inline constexpr std::uint64_t cohort_members_max = 2'000'000;
inline constexpr std::size_t subscriptions_per_client_max = 100;
inline constexpr std::size_t subscriptions_max = 10'000;

/// Values are stored; never renumber.
enum class SubscriptionState : std::uint8_t {
  active = 1,
  paused = 2, ///< keeps its place and its cohort; goes on when somebody resumes it
  ended = 3,  ///< for good: the client was revoked, or it expired; its cohort and place are gone
  removed = 4 ///< by its client: what is left of it is being erased
};
/// "active", "paused", "ended", "removed".
[[nodiscard]] std::string_view name_of(SubscriptionState state) noexcept;

/// Why a subscription does not go on. Values are stored; never renumber.
enum class PauseReason : std::uint8_t {
  none = 0,
  asked = 1,          ///< by its client
  by_operator = 2,    ///< by who runs the registry
  receiver_gone = 3,  ///< the receiver answered 410
  failing = 4,        ///< deliveries have failed for as long as is tried
  client_revoked = 5, ///< ended
  expired = 6,        ///< ended
};
/// "asked", "by-operator", "receiver-gone", "failing", "client-revoked", "expired"; empty: none.
[[nodiscard]] std::string_view name_of(PauseReason reason) noexcept;

/// Where events are sent to. A secret is as its key signs: raw bytes.
struct Webhook {
  std::string url;    ///< may hold a credential in its query: never logged
  std::string secret; ///< `webhook_secret_bytes_min` to `…_max`
  /// The secret before, which deliveries are signed with too until `former_until`; empty: none.
  std::string former_secret{};
  Instant former_until{};
  bool operator==(const Webhook&) const = default;

  [[nodiscard]] bool signs_with_former(Instant when) const noexcept {
    return !former_secret.empty() && when < former_until;
  }
};

/// All types that tell of nodes.
[[nodiscard]] EventTypeSet of_nodes() noexcept;

/// What was asked for, and what became of it. Changes rarely.
struct Subscription {
  std::uint64_t number = 0; ///< from 1, in the order made
  std::string client_id;
  std::string issuer;       ///< name of the token's issuer in the configuration
  std::string organisation; ///< that the client acted for
  std::string purpose;      ///< one sentence, for people
  bool legal_basis = false; ///< made with it; counts while the client's agreement has it too
  bool everyone = false;    ///< no cohort: whoever an event is about
  /// As its client is told them; none: all of persons. Those of nodes only when it is about
  /// everyone: a cohort has persons.
  EventTypeSet types;
  std::chrono::seconds holdback{0}; ///< an event is told so long after it was recorded
  std::optional<Webhook> webhook;   ///< unset: its client asks for the events
  Instant created{};
  Instant expires{};
  Actor created_by;
  SubscriptionState state = SubscriptionState::active;
  PauseReason reason = PauseReason::none;
  Instant changed{}; ///< of state or settings

  /// Whether events may still be told: paused ones are still read by their clients.
  [[nodiscard]] bool holds_at(Instant when) const noexcept {
    return (state == SubscriptionState::active || state == SubscriptionState::paused) &&
           when < expires;
  }
  /// Events are sent at `when`.
  [[nodiscard]] bool sends_at(Instant when) const noexcept {
    return webhook && state == SubscriptionState::active && when < expires;
  }
};

/// How far a webhook has come, and how it fares. Changes with every delivery.
struct DeliveryPlace {
  std::uint64_t epoch = 0; ///< of the registry then: another one is another history
  std::uint64_t next = 0;  ///< the first sequence that was not delivered
  std::uint64_t deliveries = 0; ///< that were taken
  std::uint64_t events = 0;     ///< in them
  std::uint32_t failures = 0;   ///< since the last that was taken
  std::uint16_t last_status = 0; ///< of the receiver's last answer; 0: none came
  std::optional<Instant> last_success;
  std::optional<Instant> failing_since; ///< the first failure after it
  std::optional<Instant> next_try;      ///< not before; unset: at once
  std::string problem;                  ///< of the last failure, in a stable word
  bool operator==(const DeliveryPlace&) const = default;
};

/// Parts of a subscription that may be wrong.
enum class SubscriptionField : std::uint8_t { purpose, expires, holdback, url, secret, types };
struct SubscriptionFault {
  SubscriptionField field{};
  std::string_view rule; ///< what holds of the field, to follow its name: "is …"; static text
};
/// The first rule that `subscription` breaks at `when`. Purpose: 1 to 500 characters on one line,
/// without a number like a person's. Expiry: later than `when`, within three years. The URL's form
/// is for who sends; here only its length counts. Types: none of nodes for a cohort.
[[nodiscard]] std::optional<SubscriptionFault> fault_of(const Subscription& subscription,
                                                        Instant when) noexcept;

} // namespace grunndata::registry
