// What waits for a human: listed, shown and decided.
#pragma once

#include "api/context.h"

namespace grunndata::api::v1 {

/// `GET /v1/work?kind=&cursor=&limit=`: what is undecided, oldest first. Reviewers get what is
/// their own organisation's and what is nobody's; reviews of protections are for administrators.
void list_work(Context& context, Call& call, const http::Request& request,
               http::Response& response);
/// `GET /v1/work/{id}`, decided or not.
void work_by_id(Context& context, Call& call, const http::Request& request,
                http::Response& response);
/// `POST /v1/work/{id}/decide`: `registry/work_decisions.h` says what follows.
void decide_work(Context& context, Call& call, const http::Request& request,
                 http::Response& response);

} // namespace grunndata::api::v1
