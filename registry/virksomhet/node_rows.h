// What changes in a node's rows when a source says something else than before.
#pragma once

#include "registry/keys.h"
#include "registry/virksomhet/node_document.h"
#include "registry/virksomhet/node_record.h"

#include <list>
#include <string>
#include <vector>

namespace grunndata::registry::virksomhet {

/// When a record is told, and of what.
struct Telling {
  NodeSource source{};
  std::uint64_t sequence = 0;  ///< what changes is recorded from here
  std::int64_t observed = 0;   ///< when the source was seen to say it
  std::int64_t ended = no_instant; ///< of a remainder: when the node ended
  bool is_first = true;        ///< the source said nothing of the node before
};

struct NodeRowsOutcome {
  bool changed = false;
  /// Of rows that were withdrawn or ended, to be kept behind those of before.
  std::vector<WithdrawnElement> withdrawn;
};

/// Makes the rows of `node` that `telling.source` said those of `record`; rows of other sources and
/// of the part `life` stay. `said`: what the source's value held before. Texts of new rows are
/// views into `record`.
[[nodiscard]] NodeRowsOutcome merge_rows(Node& node, const NodeRecord& record,
                                         const SourceValue& said, const Telling& telling);

/// Makes the part `life` what the record says, and the header with it; when the source does not
/// describe the node (any more), nothing of it is left that this source said. True when something
/// changed. `texts` owns what is made.
[[nodiscard]] bool merge_life(Node& node, const NodeRecord& record, bool describes,
                              const Telling& telling, std::list<std::string>& texts);

/// When something that is said no more ended: the begin of what came instead, or when that was
/// seen. `no_instant` when it did not hold for any time.
[[nodiscard]] std::int64_t end_of_replaced(std::int64_t valid_from, std::int64_t successor_begin,
                                           const Telling& telling) noexcept;

} // namespace grunndata::registry::virksomhet
