// Blocks of hjelpenumre for downtime: reserved, listed, shown and printed, and reported.
#pragma once

#include "api/context.h"

namespace grunndata::api::v1 {

/// `POST /v1/hjelpenummer/block`; needs an Idempotency-Key.
void reserve_block(Context& context, Call& call, const http::Request& request,
                   http::Response& response);
/// `GET /v1/hjelpenummer/block`: of one's own unit; administrators see all.
void list_blocks(Context& context, Call& call, const http::Request& request,
                 http::Response& response);
/// `GET /v1/hjelpenummer/block/{id}`: as JSON, as the signed list (`text/plain`), or as a sheet to
/// print (`text/html`), whichever is accepted first.
void block_by_id(Context& context, Call& call, const http::Request& request,
                 http::Response& response);
/// `POST /v1/hjelpenummer/block/{id}/report`; needs an Idempotency-Key.
void report_block(Context& context, Call& call, const http::Request& request,
                  http::Response& response);

} // namespace grunndata::api::v1
