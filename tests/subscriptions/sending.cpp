#include "tests/subscriptions/sending.h"

#include "api/webhooks/signature.h"

#include <doctest/doctest.h>

namespace grunndata::tests {

using registry::stories::PersonBuilder;

void Ledger::note(const Received& received) {
  const std::lock_guard lock(mutex_);
  taken_.push_back(received);
}

std::vector<Received> Ledger::deliveries() const {
  const std::lock_guard lock(mutex_);
  return taken_;
}

std::vector<std::uint64_t> Ledger::sequences() const {
  std::vector<std::uint64_t> all;
  for (const Received& received : deliveries()) {
    const auto some = sequences_in(received.body);
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

std::string Ledger::all() const {
  std::string text;
  for (const Received& received : deliveries()) text += received.body;
  return text;
}

Sending::Sending() {
  auto clients = registry::Clients::open(town_.registry());
  auto subscriptions = registry::Subscriptions::open(town_.registry());
  REQUIRE(clients.has_value());
  REQUIRE(subscriptions.has_value());
  clients_ = std::move(*clients);
  subscriptions_ = std::move(*subscriptions);
  registry::Client client;
  client.id = "app";
  client.name = "App";
  client.organisation = "974760673";
  client.purpose = "Treatment";
  client.parts.set();
  client.legal_basis = true;
  REQUIRE(clients_->add({client}));
  api::access::AuthenticatorOptions access;
  access.issuers.push_back({"helseid", "https://issuer.example", "nhn:grunndata", {}, {}});
  access.public_url = "https://registry.example";
  access.clock = &registry::now;
  auto authenticator = api::access::Authenticator::make(std::move(access));
  REQUIRE_MESSAGE(authenticator.has_value(), authenticator.error().message);
  authenticator_ = std::move(*authenticator);
  api_.access.authenticator = authenticator_.get();
  api_.access.clients = clients_.get();
  api_.subscriptions = subscriptions_.get();
  options_.transfers.addresses = {.allow_http = true, .allow_private = true};
  options_.transfers.timeout = std::chrono::milliseconds(2'000);
  options_.retry_first = std::chrono::milliseconds(20);
  options_.retry_max = std::chrono::milliseconds(100);
  options_.told = [this](const api::webhooks::Notice& notice) {
    constexpr std::array<std::string_view, 4> kinds{"failing", "recovered", "paused", "ended"};
    const std::lock_guard lock(mutex_);
    notices_.push_back(std::string(kinds[static_cast<std::size_t>(notice.kind)])
                           .append(" ")
                           .append(notice.why));
  };
}

Sending::~Sending() { stop(); }

std::vector<std::string> Sending::notices() {
  const std::lock_guard lock(mutex_);
  return notices_;
}

void Sending::start() {
  dispatcher_ =
      std::make_unique<api::webhooks::Dispatcher>(town_.registry(), api_, options_);
}

std::uint64_t Sending::subscribe(const std::string& url,
                                 const std::function<void(registry::Subscription&)>& edit) {
  registry::Subscription wanted;
  wanted.client_id = "app";
  wanted.issuer = "helseid";
  wanted.organisation = "974760673";
  wanted.purpose = "What happens";
  wanted.legal_basis = true;
  wanted.everyone = true;
  wanted.expires = registry::Instant{registry::now().microseconds + 3'600'000'000};
  wanted.webhook = registry::Webhook{url, *api::webhooks::secret_of_text(secret)};
  if (edit) edit(wanted);
  const auto made = subscriptions_->add(wanted, 1);
  REQUIRE_MESSAGE(made.has_value(), made.error().message);
  return made->subscription->number;
}

registry::SubscriptionNow Sending::now(std::uint64_t number) {
  const auto found = subscriptions_->find(number);
  REQUIRE(found.has_value());
  return *found;
}

void Sending::import(unsigned n, const std::string& name) {
  PersonBuilder person(registry::stories::fnr(n));
  person.named(name);
  const auto time = std::chrono::microseconds(std::chrono::hours(++day_)).count();
  town_.import(person, registry::format_instant(registry::Instant{
                           registry::parse_instant("2024-01-01").value().microseconds + time}));
}

} // namespace grunndata::tests
