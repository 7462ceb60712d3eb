// /v1/virksomhet: nodes by any of their numbers, what they were and became.
//
// `{node}` is an id of ours, or a number: nine digits are an organisasjonsnummer, thirteen a GLN,
// any other has its system before a colon (RSH:4001031, HER:…, LOK:orgnr:id). All take asOf and
// recordedAsOf, and answer GET with an ETag. 404 `node_not_found`, `node_not_known_then`; 409
// `node_ambiguous`; 410 `node_removed` with what is left of the node.
#pragma once

#include "api/context.h"

namespace grunndata::api::v1 {

inline constexpr std::size_t nodes_asked_max = 1'000; ///< in one request

/// GET /v1/virksomhet/{node}?history&personal → 200 node_json.h's node. `personal` shows what tells
/// of natural persons, with legal basis only, and is noted as a look-up of a person is.
void node_by_number(Context& context, Call& call, const http::Request& request,
                    http::Response& response);

/// POST /v1/virksomhet/lookup {identifiers[1..1000]: [{system, number, assigner?} or {id}],
/// asOf?, recordedAsOf?, history?, personal?} → 200 {results[]}, in the order asked.
void look_up_nodes(Context& context, Call& call, const http::Request& request,
                   http::Response& response);

/// GET /v1/virksomhet/{node}/numbers?to → 200, see `append_crosswalk`.
void numbers_of_node(Context& context, Call& call, const http::Request& request,
                     http::Response& response);

/// GET /v1/virksomhet/{node}/successors?transitive → 200, see `append_successors`.
void successors_of_node(Context& context, Call& call, const http::Request& request,
                        http::Response& response);

/// GET /v1/virksomhet/{node}/events → 200, see `append_events`.
void events_of_node(Context& context, Call& call, const http::Request& request,
                    http::Response& response);

/// GET /v1/virksomhet/{node}/diff?from&to → 200, see `append_diff`. Without asOf; `to`: now.
void diff_of_node(Context& context, Call& call, const http::Request& request,
                  http::Response& response);

} // namespace grunndata::api::v1
