// The enterprise structure of a registry, copied into PostgreSQL for comparison.
#pragma once

#include "registry/registry.h"
#include "tools/bench/peer/postgres.h"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace grunndata::tools::bench {

/// A node as it is asked about.
struct CopiedNode {
  registry::EntityId id;
  std::string system; ///< "ENH"
  std::string number;
  std::string name;   ///< open to everybody, or empty
  bool is_legal = false;
  bool is_open = false;
  bool is_below = false; ///< it hangs under something
};

struct StructureCopy {
  std::vector<CopiedNode> nodes; ///< the place of each is its key in PostgreSQL
  std::size_t relations = 0;
  double copy_seconds = 0;  ///< in the server, rows ready made
  double index_seconds = 0; ///< and ANALYZE
};

/// Copies what holds now: nodes, numbers, names that are open to everybody, and relations upwards;
/// then makes the indexes that the questions need.
[[nodiscard]] registry::Result<StructureCopy> copy_structure(const registry::Registry& registry,
                                                             Postgres& postgres);

} // namespace grunndata::tools::bench
