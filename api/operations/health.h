// /livez, /readyz and /version.
#pragma once

#include "api/context.h"

namespace grunndata::api {

/// 200 as long as the process answers at all.
void show_alive(Context& context, Call& call, const http::Request& request,
                http::Response& response);

/// One line a check, "[+] name: what" or "[-] name: what"; 503 when one of them fails. Query
/// strings are ignored.
void show_ready(Context& context, Call& call, const http::Request& request,
                http::Response& response);

void show_version(Context& context, Call& call, const http::Request& request,
                  http::Response& response);

} // namespace grunndata::api
