// A registry with subscriptions, and a sender that can be stopped and started.
#pragma once

#include "api/access/authenticator.h"
#include "api/webhooks/dispatcher.h"
#include "registry/clients/clients.h"
#include "registry/subscriptions/subscriptions.h"
#include "tests/registry/town.h"
#include "tests/subscriptions/receiver.h"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace grunndata::tests {

/// What a receiver got that it took, kept for looking at.
class Ledger {
public:
  void note(const Received& received);
  [[nodiscard]] std::vector<std::uint64_t> sequences() const; ///< of all events, as they came
  [[nodiscard]] std::vector<Received> deliveries() const;
  [[nodiscard]] std::size_t count() const { return deliveries().size(); }
  [[nodiscard]] std::string all() const; ///< the bodies

private:
  mutable std::mutex mutex_;
  std::vector<Received> taken_;
};

class Sending {
public:
  static constexpr std::string_view secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  Sending();
  ~Sending();

  registry::stories::Town& town() { return town_; }
  registry::Subscriptions& subscriptions() { return *subscriptions_; }
  registry::Clients& clients() { return *clients_; }
  api::webhooks::DispatcherOptions& options() { return options_; }

  /// With legal basis to everyone, from the oldest event; `edit` changes that.
  std::uint64_t subscribe(const std::string& url,
                          const std::function<void(registry::Subscription&)>& edit = {});
  registry::SubscriptionNow now(std::uint64_t number);
  void start();
  void stop() { dispatcher_.reset(); }
  [[nodiscard]] api::webhooks::DispatcherFigures figures() const { return dispatcher_->figures(); }
  /// Kinds and reasons of what would be logged.
  std::vector<std::string> notices();

  /// Somebody with that number and name, known from then on.
  void import(unsigned n, const std::string& name);

private:
  registry::stories::Town town_;
  std::unique_ptr<registry::Clients> clients_;
  std::unique_ptr<registry::Subscriptions> subscriptions_;
  std::unique_ptr<api::access::Authenticator> authenticator_;
  api::ApiOptions api_;
  api::webhooks::DispatcherOptions options_;
  std::mutex mutex_;
  std::vector<std::string> notices_;
  int day_ = 0;
  std::unique_ptr<api::webhooks::Dispatcher> dispatcher_;
};

} // namespace grunndata::tests
