// Lets requests in: token, registered client, right, level, limits, in that order.
#pragma once

#include "api/access/caller.h"
#include "api/access/denial.h"
#include "api/access/rate_limiter.h"
#include "api/context.h"
#include "api/routes.h"

#include <tl/expected.hpp>

namespace grunndata::api {

/// An admitted request: its caller and what it may see.
struct Admission {
  access::Caller caller;
  registry::Access access{};
  access::Allowance allowance{}; ///< for the RateLimit header
};

/// Thread-safe.
class Gate {
public:
  explicit Gate(const ApiOptions& options);

  /// Whether `admit` may have to wait, for keys or for a long computation: not on a worker.
  [[nodiscard]] bool may_wait(const RouteFacts& facts, const http::Request& request) const noexcept;

  /// A refused caller who is known stands in `refused`, for the audit log; a refusal for asking too
  /// often adds its RateLimit header to `response`.
  [[nodiscard]] tl::expected<Admission, access::Denial> admit(const RouteFacts& facts,
                                                              const http::Request& request,
                                                              http::Response& response,
                                                              access::Caller& refused) const;

  /// Once more for a request that was admitted and has waited since: the registration and what it
  /// agrees on may have changed. The token was good when the request came, as for any that takes
  /// long.
  [[nodiscard]] tl::expected<Admission, access::Denial> admit_again(const RouteFacts& facts,
                                                                    const Admission& before) const;

  /// The persons an answer held, for the day's quota.
  void charge(const access::Caller& caller, std::size_t persons) const;

  [[nodiscard]] access::TokenType token_type(Interface interface) const noexcept;

private:
  [[nodiscard]] tl::expected<Admission, access::Denial> admit_demo(const RouteFacts& facts) const;
  /// Registered now, and not expired; else null.
  [[nodiscard]] std::shared_ptr<const registry::Client>
  client_of(const access::TokenClaims& claims) const;

  const ApiOptions& options_;
  access::Caller demo_;
};

/// Writes the refusal in the way of the request's path.
void refuse(const http::Request& request, http::Response& response, const access::Denial& denial);

} // namespace grunndata::api
