// The Authorization header of a request.
#pragma once

#include "api/access/denial.h"
#include "api/http/message.h"

#include <tl/expected.hpp>

#include <string_view>

namespace grunndata::api::access {

/// The token, if there is exactly one Authorization header and it is of the scheme that `accepted`
/// says. Tokens in the query or the body are never looked at (RFC 6750 2.2 and 2.3 are not
/// offered). Views of the request.
[[nodiscard]] tl::expected<std::string_view, Denial> token_of(const http::Request& request,
                                                              TokenType accepted);

/// The token of the first Authorization header of either scheme; empty when there is none.
[[nodiscard]] std::string_view any_token_of(const http::Request& request) noexcept;

} // namespace grunndata::api::access
