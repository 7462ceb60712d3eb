// /v1/virksomhet: what stewards do, and whose word counts. All that changes something needs the
// right `org.curate` and an Idempotency-Key, is logged with who and why, and gives 422
// `structure_rule_broken` with the rule in `detail`.
#pragma once

#include "api/context.h"

namespace grunndata::api::v1 {

/// GET /v1/virksomhet/authority → 200 {"fields":[{"field":…,"sources":[…]},…]}
void show_authority(Context& context, Call& call, const http::Request& request,
                    http::Response& response);
/// GET /v1/virksomhet/{node}/joined → 200, see joined_view.h.
void joined_node(Context& context, Call& call, const http::Request& request,
                 http::Response& response);

/// GET /v1/virksomhet/conflicts?state&field&node&limit&after → 200 {"conflicts":[…],"after":…}
void list_node_conflicts(Context& context, Call& call, const http::Request& request,
                         http::Response& response);
/// GET /v1/virksomhet/conflicts/{id}
void node_conflict_by_id(Context& context, Call& call, const http::Request& request,
                         http::Response& response);
/// POST /v1/virksomhet/conflicts/{id}/accept {reason} → 200: it may stay so.
void accept_node_conflict(Context& context, Call& call, const http::Request& request,
                          http::Response& response);
/// POST /v1/virksomhet/conflicts/{id}/reopen {reason} → 200: not any more.
void reopen_node_conflict(Context& context, Call& call, const http::Request& request,
                          http::Response& response);

/// GET /v1/virksomhet/suggestions?state&limit&after → 200 {"suggestions":[…],"after":…}
void list_node_suggestions(Context& context, Call& call, const http::Request& request,
                           http::Response& response);
/// POST /v1/virksomhet/suggestions/{id}/approve {reason, kind?, validFrom?, document?} → 200: the
/// relation is stated in the same commit.
void approve_node_suggestion(Context& context, Call& call, const http::Request& request,
                             http::Response& response);
/// POST /v1/virksomhet/suggestions/{id}/reject {reason} → 200
void reject_node_suggestion(Context& context, Call& call, const http::Request& request,
                            http::Response& response);

/// GET /v1/virksomhet/{node}/relations → 200 {"relations":[…]}: those that were stated by
/// themselves, of which it is the lower end.
void curated_relations_of_node(Context& context, Call& call, const http::Request& request,
                               http::Response& response);
/// POST /v1/virksomhet/relations {type, from, to, kind?, validFrom?, validTo?, document?, reason}
/// → 201
void state_node_relation(Context& context, Call& call, const http::Request& request,
                         http::Response& response);
/// POST /v1/virksomhet/{node}/relations/{relation}/end {validTo, reason} → 200
void end_node_relation(Context& context, Call& call, const http::Request& request,
                       http::Response& response);
/// POST /v1/virksomhet/{node}/relations/{relation}/correct {kind?, validFrom?, validTo?, reason}
/// → 200; "" takes a date away.
void correct_node_relation(Context& context, Call& call, const http::Request& request,
                           http::Response& response);
/// POST /v1/virksomhet/{node}/relations/{relation}/withdraw {reason} → 200: it never was so.
void withdraw_node_relation(Context& context, Call& call, const http::Request& request,
                            http::Response& response);

} // namespace grunndata::api::v1
