// The fictional universe of Fjordland: a regional health authority, its hospitals and wards, two
// municipalities that merged, a legevakt that changed owner, their addresses and their people.
#pragma once

#include "tests/virksomhet/node_builder.h"

namespace grunndata::registry::virksomhet::stories {

void load_universe(Town& town);

} // namespace grunndata::registry::virksomhet::stories
