// The subscriptions of all clients, in the store and at hand.
#pragma once

#include "registry/error.h"
#include "registry/subscriptions/cohort.h"
#include "registry/subscriptions/subscription.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace grunndata::registry {

class Registry;

/// A subscription and where its webhook stands. What it points at never changes.
struct SubscriptionNow {
  std::shared_ptr<const Subscription> subscription;
  DeliveryPlace place;
  std::uint64_t turn = 0; ///< another one after the place was set by somebody; see `advance`
  std::uint64_t members = 0; ///< of the cohort
};

/// Thread-safe. One object for a registry in a process; must be destroyed before the registry.
class Subscriptions {
public:
  static constexpr std::size_t members_per_change_max = 10'000;

  /// Reads all of them, and erases what is left of those removed. `clock`: unset is the system's.
  /// Errors: `corrupt`, `storage`, `unavailable`.
  [[nodiscard]] static Result<std::unique_ptr<Subscriptions>>
  open(Registry& registry, std::function<Instant()> clock = {});
  ~Subscriptions();
  Subscriptions(const Subscriptions&) = delete;
  Subscriptions& operator=(const Subscriptions&) = delete;

  /// Gives a number and the times, and begins at `from`, a sequence. On disk when it returns.
  /// Errors: `invalid` (`fault_of`, or too many members), `conflict` (too many subscriptions),
  /// `unavailable`, `storage`.
  [[nodiscard]] Result<SubscriptionNow> add(Subscription subscription, std::uint64_t from,
                                            std::span<const MemberHash> members = {});
  /// Nothing when there is none, or it was removed.
  [[nodiscard]] std::optional<SubscriptionNow> find(std::uint64_t number) const;
  /// By number.
  [[nodiscard]] std::vector<SubscriptionNow> list() const;

  /// Changes settings, or pauses. `edit` may refuse; number, client and times stay. Errors:
  /// `not_found`, `conflict` (ended), `invalid`, those of `edit`, `unavailable`, `storage`.
  [[nodiscard]] Result<SubscriptionNow>
  change(std::uint64_t number, const std::function<Result<void>(Subscription&)>& edit);
  [[nodiscard]] Result<SubscriptionNow> pause(std::uint64_t number, PauseReason reason);
  /// Goes on at once where it stood, as if nothing had failed. Errors as `change`.
  [[nodiscard]] Result<SubscriptionNow> resume(std::uint64_t number);
  /// The webhook's next delivery begins at sequence `from`. Errors as `change`.
  [[nodiscard]] Result<SubscriptionNow> replay(std::uint64_t number, std::uint64_t from);

  /// How many there are then; members there already, or not there, change nothing. At most
  /// `members_per_change_max` of both. Errors: as `change`; `invalid` (too many, or of one that is
  /// about everyone).
  [[nodiscard]] Result<std::uint64_t> change_members(std::uint64_t number,
                                                     std::span<const MemberHash> add,
                                                     std::span<const MemberHash> remove);

  /// Ends it for good: cohort, webhook and place are gone when it returns, the rest is kept to be
  /// shown. Ended before: nothing happens. Errors: `not_found`, `unavailable`, `storage`.
  [[nodiscard]] Result<void> end(std::uint64_t number, PauseReason reason);
  /// Erases all of it. Errors: `not_found`, `unavailable`, `storage`.
  [[nodiscard]] Result<void> remove(std::uint64_t number);

  /// Notes how a delivery went. At hand when it returns and, when `kept`, on disk soon after; after
  /// a crash a place of before may count again, never a later one. Nothing happens when somebody
  /// has set the place since `turn`, or the subscription is no more.
  void advance(std::uint64_t number, std::uint64_t turn, DeliveryPlace place, bool kept = true);

  [[nodiscard]] const CohortKey& cohort_key() const noexcept;

  /// `told` is called after each change but `advance`, on the thread that made it; it must be short
  /// and change no subscription. Unset: nobody. When this returns, the one before is not called
  /// any more.
  void tell(std::function<void()> told);

private:
  struct Impl;
  explicit Subscriptions(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

} // namespace grunndata::registry
