#include "api/actor.h"

namespace grunndata::api {

std::string organisation_of(const access::Caller& caller) {
  const access::TokenClaims& claims = *caller.claims;
  if (!claims.organisation_child.empty()) return claims.organisation_child;
  return claims.organisation_parent.empty() ? caller.client->organisation
                                            : claims.organisation_parent;
}

registry::Actor actor_of(const access::Caller& caller) {
  registry::Actor actor;
  actor.issuer = caller.claims->issuer_name;
  actor.client_id = caller.claims->client_id;
  actor.organisation = organisation_of(caller);
  actor.user_key = caller.user_key;
  actor.user_name = caller.claims->user_name;
  actor.user_hpr = caller.claims->user_hpr;
  return actor;
}

} // namespace grunndata::api
