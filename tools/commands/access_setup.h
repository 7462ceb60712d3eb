// What a server needs to let callers in, made from the configuration.
#pragma once

#include "api/access/authenticator.h"
#include "api/access/number_quota.h"
#include "api/access/rate_limiter.h"
#include "api/api.h"
#include "api/http/server.h"
#include "tools/commands/open_registry.h"

#include <memory>

namespace grunndata::tools {

/// Owns what `api::AccessControl` points to; must outlive the `Api`.
struct AccessSetup {
  std::unique_ptr<api::access::Authenticator> authenticator; ///< null in a demonstration
  std::unique_ptr<api::access::RateLimiter> limiter;
  std::unique_ptr<api::access::NumberQuota> number_quota;
};

/// Whether the configuration may be served at all: tokens need an issuer and a public address; a
/// demonstration needs loopback and a test environment; the audit log may be off in a demonstration
/// only. Error `invalid`: one sentence that says what to change.
[[nodiscard]] registry::Result<void> check_access(const config::Config& config);

/// Issuers, times and our public address as configured.
[[nodiscard]] api::access::AuthenticatorOptions authenticator_options(const config::Config& config);

/// Error `invalid`, as `Authenticator::make`.
[[nodiscard]] registry::Result<AccessSetup> set_up_access(OpenedRegistry& opened,
                                                          api::ApiOptions& options);

/// The host names the server answers to besides loopback's.
[[nodiscard]] std::vector<std::string> host_names(const config::Config& config);

} // namespace grunndata::tools
