#include "tools/commands/access_setup.h"

#include "api/http/host.h"
#include "registry/proofs_ahead.h"
#include "tools/logging/log.h"

#include <algorithm>
#include <sstream>

namespace grunndata::tools {

namespace {

namespace access = api::access;

tl::unexpected<registry::Error> invalid(std::string message) {
  return registry::fail(registry::ErrorCode::invalid, std::move(message));
}

bool is_loopback(std::string_view address) noexcept {
  return address.starts_with("127.") || address == "::1";
}

std::string listen_url(const config::ServerConfig& server) {
  const bool six = server.address.find(':') != std::string::npos;
  return "http://" + (six ? "[" + server.address + "]" : server.address) + ":" +
         std::to_string(server.port);
}

std::string public_url(const config::Config& config) {
  return config.access.public_url.empty() ? listen_url(config.server) : config.access.public_url;
}

access::TokenType token_type(config::TokenType type) noexcept {
  return type == config::TokenType::dpop ? access::TokenType::dpop : access::TokenType::bearer;
}

access::IssuerOptions issuer_options(const config::IssuerConfig& issuer) {
  access::IssuerOptions options{issuer.name, issuer.url, issuer.audience, issuer.metadata_url, {}};
  for (const config::ScopeAliasConfig& alias : issuer.aliases) {
    access::ScopeAlias named{alias.scope, {}};
    for (const std::string& right : alias.rights) {
      named.rights.set(static_cast<std::size_t>(*access::right_of(right)));
    }
    options.aliases.push_back(std::move(named));
  }
  return options;
}

registry::Result<void> check_demo(const config::Config& config) {
  if (!is_loopback(config.server.address)) {
    return invalid("a demonstration has no access control, so server.listen must be a loopback "
                   "address (127.0.0.1 or [::1])");
  }
  if (config.data.environment == registry::Environment::production) {
    return registry::fail(registry::ErrorCode::wrong_environment,
                          "a demonstration has no access control and holds synthetic persons; "
                          "a production directory is served with tokens only");
  }
  return {};
}

} // namespace

access::AuthenticatorOptions authenticator_options(const config::Config& config) {
  access::AuthenticatorOptions options;
  std::ranges::transform(config.issuers, std::back_inserter(options.issuers), issuer_options);
  options.public_url = public_url(config);
  options.clock_leeway = std::chrono::seconds(config.access.clock_leeway_seconds);
  options.proof_validity = std::chrono::seconds(config.access.proof_validity_seconds);
  options.keys_kept = std::chrono::hours(config.access.keys_kept_hours);
  return options;
}

registry::Result<void> check_access(const config::Config& config) {
  if (config.access.mode == config::AccessMode::demo) {
    return check_demo(config);
  }
  if (config.issuers.empty()) {
    return invalid("no issuer of tokens is configured: add a section [issuer.NAME] with url and "
                   "audience, or serve synthetic persons on loopback with --demo");
  }
  if (config.access.public_url.empty() && config.server.port == 0) {
    return invalid("access.public_url must be set when the system chooses the port");
  }
  if (!config.audit.enabled) {
    return invalid("audit.mode may be off in a demonstration only");
  }
  return {};
}

namespace {

/// Kept in the data directory.
registry::Result<access::ProofsAhead> proofs_ahead(registry::Registry& registry,
                                                   std::int64_t leeway_seconds) {
  const auto newest = registry::proofs_ahead(registry);
  if (!newest) {
    return tl::unexpected(newest.error());
  }
  if (!*newest) { // whoever starts again before this start has waited is to wait as long
    constexpr std::int64_t microseconds = 1'000'000;
    const std::int64_t latest = registry::now().microseconds / microseconds + 1 + leeway_seconds;
    if (auto kept = registry::keep_proofs_ahead(registry, latest); !kept) {
      return tl::unexpected(kept.error());
    }
  }
  return access::ProofsAhead{*newest, [&registry](std::int64_t wanted) {
                               return registry::keep_proofs_ahead(registry, wanted).has_value();
                             }};
}

} // namespace

registry::Result<AccessSetup> set_up_access(OpenedRegistry& opened, api::ApiOptions& options) {
  const config::Config& config = opened.config.values;
  AccessSetup setup;
  options.audit = opened.audit.get();
  options.space = opened.space.get();
  options.help_numbers = opened.help_numbers.get();
  options.blocks = opened.blocks.get();
  options.links = opened.links.get();
  options.access.clients = opened.clients.get();
  options.access.break_glass = opened.break_glass.get();
  if (config.access.mode == config::AccessMode::demo) {
    return setup;
  }
  auto ahead = proofs_ahead(*opened.registry, config.access.clock_leeway_seconds);
  if (!ahead) {
    return tl::unexpected(std::move(ahead.error()));
  }
  auto wanted = authenticator_options(config);
  wanted.ahead = std::move(*ahead);
  auto authenticator = access::Authenticator::make(std::move(wanted));
  if (!authenticator) {
    return tl::unexpected(std::move(authenticator.error()));
  }
  setup.authenticator = std::move(*authenticator);
  setup.limiter = std::make_unique<access::RateLimiter>(
      access::Limits{config.access.requests_per_minute, config.access.persons_per_day});
  setup.number_quota = std::make_unique<access::NumberQuota>(
      access::NumberLimits{config.hjelpenummer.numbers_per_day_client,
                           config.hjelpenummer.numbers_per_day_organisation});
  options.access.number_quota = setup.number_quota.get();
  options.access.authenticator = setup.authenticator.get();
  options.access.limiter = setup.limiter.get();
  options.access.api_tokens = token_type(config.access.api_tokens);
  options.access.v1_tokens = token_type(config.access.v1_tokens);
  return setup;
}

std::vector<std::string> host_names(const config::Config& config) {
  std::vector<std::string> names;
  const auto add = [&names](std::string name) {
    std::ranges::transform(name, name.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (!name.empty()) {
      names.push_back(std::move(name));
    }
  };
  const std::string url = public_url(config);
  const std::size_t begin = url.find("://");
  if (begin != std::string::npos) {
    const std::string authority = url.substr(begin + 3, url.find('/', begin + 3) - begin - 3);
    if (const auto host = api::http::host_name(authority)) {
      add(std::string(*host));
    }
  }
  std::istringstream list(config.access.host_names);
  for (std::string name; std::getline(list, name, ',');) {
    name.erase(0, name.find_first_not_of(' '));
    name.erase(name.find_last_not_of(' ') + 1);
    add(std::move(name));
  }
  return names;
}

} // namespace grunndata::tools
