// Issues, shows and ends hjelpenumre. Numbers stand in bodies, never in paths or queries.
#pragma once

#include "api/context.h"

namespace grunndata::api::v1 {

/// `POST /v1/hjelpenummer`; needs an Idempotency-Key.
void issue_help_numbers(Context& context, Call& call, const http::Request& request,
                        http::Response& response);
/// `POST /v1/hjelpenummer/local`.
void register_local_number(Context& context, Call& call, const http::Request& request,
                           http::Response& response);
/// `POST /v1/hjelpenummer/show`: facts for the issuing organisation and for linkers.
void show_help_number(Context& context, Call& call, const http::Request& request,
                      http::Response& response);
/// `POST /v1/hjelpenummer/update`: by the issuing organisation, or by who may link or administer.
/// `…/cancel`, `…/dead`, `…/erase`: by the issuing organisation, or by who administers.
void update_help_number(Context& context, Call& call, const http::Request& request,
                        http::Response& response);
void cancel_help_number(Context& context, Call& call, const http::Request& request,
                        http::Response& response);
void mark_help_number_dead(Context& context, Call& call, const http::Request& request,
                           http::Response& response);
void erase_help_number(Context& context, Call& call, const http::Request& request,
                       http::Response& response);
/// `POST /v1/hjelpenummer/outstanding`: issued long ago and neither linked nor ended.
void outstanding_help_numbers(Context& context, Call& call, const http::Request& request,
                              http::Response& response);
/// `GET /v1/hjelpenummer/figures`.
void help_number_figures(Context& context, Call& call, const http::Request& request,
                         http::Response& response);

} // namespace grunndata::api::v1
