// /v1/admin/clients: who may ask. All need the right `admin`; changes are in force when answered.
#pragma once

#include "api/context.h"

namespace grunndata::api::v1 {

/// GET /v1/admin/clients?limit&cursor → 200 ClientList {clients: Client[], nextCursor?}, by issuer
/// and id; the last page has no nextCursor. Client: see client_json.h.
void list_clients(Context& context, Call& call, const http::Request& request,
                  http::Response& response);

/// POST /v1/admin/clients ClientRegistration → 201 Client.
/// ClientRegistration {id, issuer?, name, organisation, purpose, parts[], legalBasis?, expires?,
/// requestsPerMinute?, personsPerDay?, breakGlassParts?, replace?}: strict; a fault is 400
/// `body_invalid` or `part_unknown` with its JSON Pointer. `expires` is a date or date-time. 409
/// `client_registered` unless `replace` is true.
void register_client(Context& context, Call& call, const http::Request& request,
                     http::Response& response);

/// GET /v1/admin/clients/{id}?issuer → 200 Client; `issuer` as it was registered, absent: for any.
/// 404 `client_not_found`.
void client_by_id(Context& context, Call& call, const http::Request& request,
                  http::Response& response);

/// DELETE /v1/admin/clients/{id}?issuer → 200 Client, revoked; it stays registered. Repeatable.
void revoke_client(Context& context, Call& call, const http::Request& request,
                   http::Response& response);

} // namespace grunndata::api::v1
