// /v1/virksomhet/search: nodes by words, places, codes and numbers.
#pragma once

#include "api/context.h"

namespace grunndata::api::v1 {

/// POST /v1/virksomhet/search {text?, types?, sources?, municipality?, code?, life?, asOf?,
/// recordedAsOf?, personal?, limit?, cursor?} → 200 `{"hits":[…]}`, see search_json.h, with
/// `nextCursor` while there are more. A text can be a sole proprietor's name: it stands in a body
/// and is kept nowhere. `personal` searches what tells of natural persons as well, with legal basis
/// only; whoever is shown so is noted as a look-up of a person is. 503 while a server that has
/// begun reads the nodes.
void search_nodes(Context& context, Call& call, const http::Request& request,
                  http::Response& response);

} // namespace grunndata::api::v1
