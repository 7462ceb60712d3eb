// What a refused caller is told, in the terms of RFC 6750 3 and RFC 9449 7.1.
#pragma once

#include "api/access/denial.h"

#include <string_view>

namespace grunndata::api::access {

/// The value of `error` in a challenge; `none` for a caller who sent no credentials of our kind.
enum class ChallengeError : std::uint8_t {
  none,
  invalid_request,
  invalid_token,
  invalid_dpop_proof, ///< of DPoP only
};

/// A refusal with WWW-Authenticate. `detail` is ASCII without quotes and backslashes, and becomes
/// `error_description` as well.
[[nodiscard]] Denial challenge(TokenType type, const http::ProblemKind& kind, ChallengeError error,
                               std::string_view detail);

} // namespace grunndata::api::access
