// /v1/virksomhet: health personnel and where they work. HPR-numre stand in bodies, never in URLs;
// everybody who is told of is in the audit log. Needs the right `hpr.read`.
#pragma once

#include "api/context.h"

namespace grunndata::api::v1 {

/// GET /v1/virksomhet/{node}/personnel?subtree&category&role&limit&cursor → 200, see
/// `append_personnel`, with `nextCursor` while there are more.
void personnel_of_node(Context& context, Call& call, const http::Request& request,
                       http::Response& response);

/// POST /v1/virksomhet/affiliations {hpr, asOf?, recordedAsOf?} → 200, see `append_affiliations`.
void affiliations_of_personnel(Context& context, Call& call, const http::Request& request,
                               http::Response& response);

/// POST /v1/virksomhet/lowest-unit {hpr, legalEntity?, asOf?, recordedAsOf?} → 200, see
/// `append_suitable_units`. `legalEntity` is a node as in a path.
void lowest_unit_of_personnel(Context& context, Call& call, const http::Request& request,
                              http::Response& response);

/// POST /v1/virksomhet/confirm {legalEntity, pointOfCare?, department?, hpr?, asOf?, recordedAsOf?}
/// → 200, see `append_confirmation`. The units are numbers as in a path.
void confirm_claim(Context& context, Call& call, const http::Request& request,
                   http::Response& response);

} // namespace grunndata::api::v1
