#include "tests/clients/office.h"

#include "api/audit_trail.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

namespace grunndata::api::stories {

using registry::stories::Town;

std::string Told::member(std::string_view name) const {
  const std::string mark = "\"" + std::string(name) + "\":\"";
  const auto begin = body.find(mark);
  if (begin == std::string::npos) return {};
  const auto from = begin + mark.size();
  return body.substr(from, body.find('"', from) - from);
}

Office::Office()
    : source_age_(town_.registry(), {}), tips_(town_.registry()),
      context_{town_.registry(), options_, source_age_, metrics_, tips_, server_, exports_} {
  auto clients = registry::Clients::open(town_.registry());
  auto break_glass = registry::BreakGlass::open(town_.registry());
  registry::audit::LogOptions log_options;
  log_options.directory = directory_.path();
  auto log = registry::audit::Log::open(log_options);
  REQUIRE(clients.has_value());
  REQUIRE(break_glass.has_value());
  REQUIRE_MESSAGE(log.has_value(), log.error().message);
  clients_ = std::move(*clients);
  break_glass_ = std::move(*break_glass);
  log_ = std::move(*log);
  options_.access.clients = clients_.get();
  options_.access.break_glass = break_glass_.get();
  options_.audit = log_.get();
  options_.rules = identifiers::rules_for(identifiers::Environment::test);
  become("user-a", "Kari Lege");
  registry::Client client;
  client.id = "app";
  client.parts.set(1);
  client.break_glass_parts.set(14);
  agree(client);
}

void Office::become(std::string user_key, std::string user_name) {
  auto claims = std::make_shared<access::TokenClaims>();
  claims->issuer_name = "helseid";
  claims->client_id = "app";
  claims->organisation_parent = "974760673";
  claims->user_name = std::move(user_name);
  claims->user_hpr = "9144900";
  claims->subject = user_key;
  caller_.claims = std::move(claims);
  caller_.user_key = std::move(user_key);
}

void Office::hold(access::RightSet rights, std::string organisation) {
  auto claims = std::make_shared<access::TokenClaims>(*caller_.claims);
  claims->rights = rights;
  claims->organisation_parent = std::move(organisation);
  caller_.claims = std::move(claims);
}

registry::hjelpenummer::HelpNumbers& Office::issue_help_numbers() {
  std::filesystem::create_directories(directory_.path());
  auto opened = registry::hjelpenummer::HelpNumbers::open(
      town_.registry(), {.mark_file = directory_.path() / "mark", .clock = {}});
  REQUIRE(opened.has_value());
  help_numbers_ = std::move(*opened);
  REQUIRE(help_numbers_->delegate({.first = 830'000'000, .last = 830'009'999}));
  options_.help_numbers = help_numbers_.get();
  registry::hjelpenummer::BlocksOptions options;
  options.sign = [this](std::string_view text) { return log_->sign(text); };
  blocks_ = std::make_unique<registry::hjelpenummer::Blocks>(town_.registry(), *help_numbers_,
                                                             std::move(options));
  options_.blocks = blocks_.get();
  return *help_numbers_;
}

registry::Links& Office::link_persons() {
  links_ = std::make_unique<registry::Links>(town_.registry());
  options_.links = links_.get();
  return *links_;
}

registry::Subscriptions& Office::take_subscriptions(webhooks::AddressRules addresses) {
  auto opened = registry::Subscriptions::open(town_.registry());
  REQUIRE(opened.has_value());
  subscriptions_ = std::move(*opened);
  options_.subscriptions = subscriptions_.get();
  options_.webhook_addresses = addresses;
  return *subscriptions_;
}

void Office::limit_numbers(access::NumberLimits limits) {
  number_quota_ = std::make_unique<access::NumberQuota>(limits);
  options_.access.number_quota = number_quota_.get();
}

Told Office::ask_for(HandlerFunction handler, std::string_view accept,
                     std::initializer_list<std::string_view> path) {
  const std::array<http::Header, 1> headers{{{"Accept", accept}}};
  http::Request request;
  request.headers = headers;
  std::ranges::copy(path, request.path_parameters.begin());
  return call(handler, request);
}

Told Office::post_once(HandlerFunction handler, std::string_view json, std::string_view key,
                       std::initializer_list<std::string_view> path) {
  const std::array<http::Header, 2> headers{
      {{"Content-Type", "application/json"}, {"Idempotency-Key", key}}};
  http::Request request;
  request.method = http::Method::post;
  request.body = json;
  request.headers = headers;
  std::ranges::copy(path, request.path_parameters.begin());
  return call(handler, request);
}

void Office::agree(const registry::Client& client) {
  caller_.client = std::make_shared<const registry::Client>(client);
}

Told Office::ask(HandlerFunction handler, std::string_view query,
                 std::initializer_list<std::string_view> path) {
  http::Request request;
  request.query = query;
  std::ranges::copy(path, request.path_parameters.begin());
  return call(handler, request);
}

Told Office::post(HandlerFunction handler, std::string_view json,
                  std::initializer_list<std::string_view> path, std::string_view content_type,
                  std::string_view query) {
  const std::array<http::Header, 1> headers{{{"Content-Type", content_type}}};
  http::Request request;
  request.method = http::Method::post;
  request.body = json;
  request.query = query;
  request.headers = headers;
  std::ranges::copy(path, request.path_parameters.begin());
  return call(handler, request);
}

Told Office::call(HandlerFunction handler, http::Request& request) {
  request.path = "/v1/admin";
  http::Response response;
  AuditTrail trail(log_.get(), caller_, request, "operation");
  Call call{.caller = caller_, .access = access_, .audit = trail};
  handler(context_, call, request, response);
  REQUIRE(trail.write(response.status));
  Told told{response.status,
            std::move(response.body),
            std::string(response.content_type),
            std::string(response.header_lines()),
            news(),
            std::move(response.stream)};
  return told;
}

std::vector<registry::audit::Record> Office::news() {
  registry::audit::Query query;
  query.after = logged_;
  const auto found = log_->find(query);
  REQUIRE(found.has_value());
  std::vector<registry::audit::Record> records;
  for (const auto& stored : *found) {
    logged_ = stored.position + 1;
    records.push_back(stored.record);
  }
  return records;
}

Told Office::ask_with(HandlerFunction handler, http::Method method, std::string_view query,
                      const http::Header& header) {
  http::Request request;
  request.method = method;
  request.query = query;
  request.headers = {&header, 1};
  return call(handler, request);
}

} // namespace grunndata::api::stories
