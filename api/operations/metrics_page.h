// /metrics in Prometheus' text format: requests, connections, registry and import figures.
#pragma once

#include "api/context.h"

namespace grunndata::api {

void show_metrics(Context& context, Call& call, const http::Request& request,
                  http::Response& response);

} // namespace grunndata::api
