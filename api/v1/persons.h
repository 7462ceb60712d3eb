// /v1/person: look-ups by any identifier and by opaque id, on both time axes.
#pragma once

#include "api/context.h"

namespace grunndata::api::v1 {

/// POST /v1/person/lookup. One result for each identifier, in the order asked.
void look_up(Context& context, Call& call, const http::Request& request, http::Response& response);

/// GET /v1/person/{id}, with an ETag; 304 when If-None-Match holds it.
void person_by_id(Context& context, Call& call, const http::Request& request,
                  http::Response& response);

} // namespace grunndata::api::v1
