// A page of a search as callers are shown it.
#pragma once

#include "registry/virksomhet/search/node_search.h"

#include <string>

namespace grunndata::registry::virksomhet::search {

/// `{"hits":[{"node":{…},"match":"exact"|"prefix"|"misspelt"[,"byFormerName":true]},…]` without the
/// closing brace, so that a cursor can follow; the node as in node_json.h.
void append_hits(std::string& out, const SearchPage& page);

} // namespace grunndata::registry::virksomhet::search
