// Why a request is not let in, in the terms of RFC 6750, RFC 9449 and the service's own errors.
#pragma once

#include "api/http/problem.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace grunndata::api::access {

/// Which credentials an operation takes; never both.
enum class TokenType : std::uint8_t { bearer, dpop };

/// `challenge` is the whole value of WWW-Authenticate; empty for statuses that have none.
struct Denial {
  const http::ProblemKind* kind = nullptr; ///< of api/access/problems.h
  std::string_view detail{};               ///< static text; no token, no personal data
  std::string challenge{};
  std::uint32_t retry_after_seconds = 0; ///< 0: no Retry-After
};

} // namespace grunndata::api::access
