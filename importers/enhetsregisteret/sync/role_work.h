// From units whose roles are to be known to what is to be committed of them.
#pragma once

#include "importers/enhetsregisteret/sync/sync_state.h"
#include "importers/enhetsregisteret/sync/unit_fetcher.h"
#include "registry/virksomhet/node_import.h"

#include <string>
#include <vector>

namespace grunndata::importers::enhetsregisteret::sync {

struct MadeRoles {
  registry::virksomhet::NodeBatch batch;
  std::vector<Owed> owed; ///< not given, though the unit is alive
};

/// Of units that the registry has as alive they are fetched. Those of ended ones are told no more:
/// what is known of them ends with the unit. Others are passed over: what was taken away does not
/// come back by its roles. `stamp` was taken before. Errors: `cancelled`, `corrupt`, `storage`.
[[nodiscard]] registry::Result<MadeRoles> make_roles(const registry::Registry& registry,
                                                     UnitFetcher& fetcher,
                                                     const std::vector<std::string>& numbers,
                                                     registry::Instant stamp);

} // namespace grunndata::importers::enhetsregisteret::sync
