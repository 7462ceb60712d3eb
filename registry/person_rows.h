// What changed between the rows a source gave before and those it gives now.
#pragma once

#include "registry/document.h"
#include "registry/keys.h"
#include "registry/source_record.h"

#include <vector>

namespace grunndata::registry {

struct RowChanges {
  std::vector<Row> rows; ///< live and withdrawn, sorted as stored
  /// Of the live rows by part and ordinal; slices of the new record's `raw`.
  std::vector<TextSlice> elements;
  /// Of the withdrawn rows, in their stored order. Views into the old source value.
  std::vector<WithdrawnElement> withdrawn;
  PersonPartSet changed;      ///< parts with a row that came or went
  PersonPartSet changed_open; ///< parts that callers without legal basis see changed
};

/// Rows equal to what was stored stay as they were recorded; new ones are recorded from `sequence`,
/// vanished ones until `sequence`. When the person now hides (strengt fortrolig), vanished rows
/// that tell a place are forgotten instead, those withdrawn before included.
/// Views in the result live as long as `before`'s texts, `old_source` and `record`.
[[nodiscard]] RowChanges compare_rows(const Entity& before, const SourceValue& old_source,
                                      const SourceRecord& record, std::uint64_t sequence);

} // namespace grunndata::registry
