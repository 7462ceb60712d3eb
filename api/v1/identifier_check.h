// POST /v1/identifier/check: what numbers are by their form. Nothing is looked up.
#pragma once

#include "api/context.h"

namespace grunndata::api::v1 {

void check_identifiers(Context& context, Call& call, const http::Request& request,
                       http::Response& response);

} // namespace grunndata::api::v1
