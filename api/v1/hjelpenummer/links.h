// Says that two are one, takes it back, and explains who said so. Numbers stand in bodies alone.
#pragma once

#include "api/context.h"

namespace grunndata::api::v1 {

/// `POST /v1/hjelpenummer/link`; needs an Idempotency-Key. 201: live. 202: proposed, since one of
/// the numbers is another organisation's, or the persons ask for two people.
void link_hjelpenummer(Context& context, Call& call, const http::Request& request,
                       http::Response& response);
/// `POST /v1/hjelpenummer/unlink`; needs an Idempotency-Key. Tells who was shown the wrong person.
/// An answer that is given again tells it anew from the log.
void unlink_hjelpenummer(Context& context, Call& call, const http::Request& request,
                         http::Response& response);
/// `GET /v1/hjelpenummer/link/{id}`: all of it, and who was shown another person because of it.
void link_by_id(Context& context, Call& call, const http::Request& request,
                http::Response& response);
/// `GET /v1/person/{id}/links`: without legal basis what was live at some time, in outline; else
/// explained; evidence for those who link and review.
void links_of_person(Context& context, Call& call, const http::Request& request,
                     http::Response& response);

/// Errors of `registry::Links`, and of work that decides on links.
void refuse_link(const http::Request& request, http::Response& response,
                 const registry::Error& error);

} // namespace grunndata::api::v1
