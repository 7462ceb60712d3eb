// Before a hjelpenummer is issued: who is known already and could be the same human?
#pragma once

#include "api/context.h"

namespace grunndata::api::v1 {

/// `POST /v1/hjelpenummer/candidates`. Facts that the client has no agreement to be shown are
/// refused, addresses take part as far as it has one. Everybody in the answer is noted.
void find_help_number_candidates(Context& context, Call& call, const http::Request& request,
                                 http::Response& response);

} // namespace grunndata::api::v1
