// The pages that come with the program: the OpenAPI document, its viewer, errors explained, index.
#pragma once

#include "api/context.h"

namespace grunndata::api {

void show_index(Context& context, Call& call, const http::Request& request,
                http::Response& response);
void show_openapi(Context& context, Call& call, const http::Request& request,
                  http::Response& response);
/// /docs and the files it loads, /docs/{file}. Nothing is fetched from elsewhere.
void show_viewer(Context& context, Call& call, const http::Request& request,
                 http::Response& response);
void show_viewer_file(Context& context, Call& call, const http::Request& request,
                      http::Response& response);
/// /problems/{code}: where the `type` of an error leads.
void show_problem(Context& context, Call& call, const http::Request& request,
                  http::Response& response);

} // namespace grunndata::api
