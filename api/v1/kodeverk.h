// /v1/kodeverk: code lists with their versions. They tell of nobody; any token may read them.
#pragma once

#include "api/context.h"

namespace grunndata::api::v1 {

/// Each takes asOf and recordedAsOf, a date or date-time each (unset: now): the version that holds
/// then, as the registry knew it then. 503 in a server without code lists.

/// GET /v1/kodeverk?asOf&recordedAsOf → 200 {kodeverk: [head]}, by number; see kodeverk_json.h.
void list_code_lists(Context& context, Call& call, const http::Request& request,
                     http::Response& response);

/// GET /v1/kodeverk/{number} → 200 a list with its codes and versions; ETag and If-None-Match.
/// 404 `kodeverk_not_found`.
void code_list_by_number(Context& context, Call& call, const http::Request& request,
                         http::Response& response);

/// GET /v1/kodeverk/{number}/{code} → 200 one code, also one that has ended (`valid` false); ETag.
/// 404 `code_not_found`, whose detail says whether the list has all its codes.
void code_of_list(Context& context, Call& call, const http::Request& request,
                  http::Response& response);

} // namespace grunndata::api::v1
