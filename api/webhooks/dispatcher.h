// Sends what subscriptions with a webhook are about to their receivers.
#pragma once

#include "api/api.h"
#include "api/webhooks/transfers.h"
#include "registry/subscriptions/subscriptions.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace grunndata::api::webhooks {

/// Something worth a line in the log. No secret, and of the URL its origin alone.
struct Notice {
  enum class Kind : std::uint8_t { failing, recovered, paused, ended };
  Kind kind{};
  std::uint64_t subscription = 0;
  std::string origin;
  std::string_view why{}; ///< a stable word: of the failure, or of the pause
  int status = 0;         ///< of the receiver's answer; 0: none came
};

struct DispatcherOptions {
  TransferOptions transfers{};
  std::size_t under_way_max = 64; ///< deliveries at once, one of a subscription
  std::size_t events_max = 100;   ///< in a delivery
  std::chrono::milliseconds retry_first{1'000};
  std::chrono::milliseconds retry_max{std::chrono::hours(1)};
  std::chrono::seconds give_up_after{std::chrono::hours(72)};
  std::function<void(const Notice&)> told; ///< unset: nobody; called on the sender's thread
};

/// Since it was started, and as it is now.
struct DispatcherFigures {
  std::uint64_t deliveries = 0; ///< taken by their receivers
  std::uint64_t events = 0;     ///< in them
  std::uint64_t failures = 0;
  std::uint64_t active = 0; ///< subscriptions with a webhook
  std::uint64_t paused = 0;
  std::uint64_t failing = 0; ///< of the active: the last delivery failed
  std::uint64_t behind = 0;  ///< numbers of the log between the one furthest behind and the newest
};

/// One thread for all receivers: none waits for another. A delivery holds the subscription's next
/// events, in the order of the log, written and checked against rights and protection when it is
/// sent, again at each try. The place moves when the receiver has answered 2xx, and only then; so
/// each event comes at least once, and after a crash perhaps again. A delivery that fails is tried
/// again later and later; 410 pauses the subscription, as do failures for too long. What a revoked
/// client or an expired subscription had is dropped.
class Dispatcher {
public:
  /// From now until it is destroyed; all that is named must outlive it. `api` says who may see what
  /// and where deliveries are logged; its `subscriptions` must be set.
  Dispatcher(registry::Registry& registry, const ApiOptions& api, DispatcherOptions options);
  /// Cuts what is under way: it is sent again at the next start.
  ~Dispatcher();
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  /// Thread-safe.
  [[nodiscard]] DispatcherFigures figures() const;

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Between a failure and the next try: `first` doubled for each failure before, at most `most`; of
/// it a part between a half and the whole, as `chance` (0 to 1) says.
[[nodiscard]] std::chrono::milliseconds retry_after(std::uint32_t failures,
                                                    std::chrono::milliseconds first,
                                                    std::chrono::milliseconds most, double chance);

} // namespace grunndata::api::webhooks
