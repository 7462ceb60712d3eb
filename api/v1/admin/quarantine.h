// /v1/quarantine: records of sources that could not be taken as they came. What they hold is told
// by nobody here; it is read on the machine itself (`grunndata quarantine show`), with a reason.
#pragma once

#include "api/context.h"

namespace grunndata::api::v1 {

/// GET /v1/quarantine?source&limit&cursor → 200 QuarantineList {records[], nextCursor?}, oldest
/// first, of all sources or of one. Needs the right `admin`. 400 `parameter_invalid` for a source
/// that there is not.
void list_quarantine(Context& context, Call& call, const http::Request& request,
                     http::Response& response);

/// GET /v1/quarantine/counts → 200 QuarantineCounts {total, counts: {source, reason, records}[]},
/// by source and reason. Reads all that waits. Needs the right `admin`.
void count_quarantine(Context& context, Call& call, const http::Request& request,
                      http::Response& response);

} // namespace grunndata::api::v1
