// /v1/virksomhet: what a node hangs under, and what hangs under it. See nodes.h for `{node}`, the
// times and the errors. `relations` are names with commas between; without it those by which the
// structure hangs together: JURIDISK, EIERSKAP, ORGANISATORISK.
#pragma once

#include "api/context.h"

namespace grunndata::api::v1 {

inline constexpr std::size_t tree_depth_max = 32;
inline constexpr std::size_t tree_nodes_max = 5'000; ///< in one picture

/// GET /v1/virksomhet/{node}/ancestors?relations → 200, see `append_ancestors`.
void ancestors_of_node(Context& context, Call& call, const http::Request& request,
                       http::Response& response);

/// GET /v1/virksomhet/{node}/subtree?relations&types&depth&limit&cursor → 200, see `append_page`,
/// with `nextCursor` while there are more. All pages are as of the times of the first.
void subtree_of_node(Context& context, Call& call, const http::Request& request,
                     http::Response& response);

/// GET /v1/virksomhet/{node}/tree?relations&depth&format → 200 as JSON, text, SVG or for Graphviz,
/// by `format` or Accept. 400 `tree_too_large`, 406 `not_acceptable`.
void tree_of_node(Context& context, Call& call, const http::Request& request,
                  http::Response& response);

/// GET /v1/virksomhet/{node}/path?to&relations → 200, see `append_way`; TILHORER counts as well.
void path_of_node(Context& context, Call& call, const http::Request& request,
                  http::Response& response);

/// GET /v1/virksomhet/{node}/legal-root → 200, see `append_legal_root`.
void legal_root_of_node(Context& context, Call& call, const http::Request& request,
                        http::Response& response);

} // namespace grunndata::api::v1
