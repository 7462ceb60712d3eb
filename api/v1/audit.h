// /v1/audit: who looked. For the person themselves, for an organisation about its own users, and
// for administrators.
#pragma once

#include "api/context.h"

namespace grunndata::api::v1 {

/// GET /v1/audit/person/{id}?from=&to=&cursor=&limit=. What is shown depends on who asks:
/// * the person (the token's user is that person): who, for which organisation, why and when, as
///   `registry/audit/own_log.h` allows; never a number;
/// * else with the right admin: everything;
/// * else what the caller's own organisation did.
/// Jobs that covered the person, such as a feed, are among the records. The reading is logged.
/// Records of those who are linked to the person now count as the person's. A look-up by the number
/// of somebody linked names both, whom was asked for and who was shown, and stays a record of both
/// once they are parted.
/// Readers without legal basis learn of nobody's protection, the right admin or not: records are
/// without what tells of it (`registry/audit/record_json.h`), and jobs are those that told of
/// events which the reader may see too. The log itself keeps everything.
void audit_of_person(Context& context, Call& call, const http::Request& request,
                     http::Response& response);

/// GET /v1/audit/records?hpr=&userKey=&organisation=&client=&act=&from=&to=&cursor=&limit=. Without
/// the right admin: of the caller's own organisation only.
void audit_records(Context& context, Call& call, const http::Request& request,
                   http::Response& response);

} // namespace grunndata::api::v1
