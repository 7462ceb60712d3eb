// /v1/break-glass: access opened in an emergency; /v1/admin/break-glass: its review.
#pragma once

#include "api/context.h"

namespace grunndata::api::v1 {

/// POST /v1/break-glass GrantRequest {personId, reason, purpose: ETREAT | BTG, minutes? 1 to 60} →
/// 201 Grant (see grant_json.h). Needs a token for a user. The answers about that person that the
/// user's client asks for then hold the parts of its agreement for emergencies, with legal basis.
/// 400 `body_invalid` with a JSON Pointer, 403 `user_required`, `break_glass_not_agreed`, 404
/// `person_not_found`, 409 `break_glass_too_many`.
void open_break_glass(Context& context, Call& call, const http::Request& request,
                      http::Response& response);

/// GET /v1/admin/break-glass?queue=waiting|overdue|all&limit&cursor → 200 GrantList {grants:
/// Grant[], nextCursor?}, in the order opened; waiting is the default. Needs the right `admin`; a
/// record of the audit log for each grant that is shown.
void list_grants(Context& context, Call& call, const http::Request& request,
                 http::Response& response);

/// POST /v1/admin/break-glass/{id}/review GrantReview {outcome: justified | unjustified, note?} →
/// 200 Grant. Needs the right `admin` and a user, who is not the one who opened. 404
/// `grant_not_found`, 409 `grant_reviewed`.
void review_grant(Context& context, Call& call, const http::Request& request,
                  http::Response& response);

} // namespace grunndata::api::v1
