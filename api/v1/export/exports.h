// /v1/export: everybody the caller may see, or the enterprise structure, in one stream.
#pragma once

#include "api/context.h"

namespace grunndata::api::v1 {

/// GET /v1/export?entity=person&parts=&format=&compression=&from=&to=: the lines of `PersonExport`;
/// with entity=virksomhet, and without parts, those of `NodeExport`.
/// The audit log has a record before the first byte leaves and another with whom it covered when it
/// ends, in whichever way. The caller's registration is looked at again before every piece.
void export_persons(Context& context, Call& call, const http::Request& request,
                    http::Response& response);

} // namespace grunndata::api::v1
