// What changed between the rows a source gave before and those it gives now.
#pragma once

#include "registry/document.h"
#include "registry/keys.h"
#include "registry/person_protection.h"
#include "registry/source_record.h"

#include <vector>

namespace grunndata::registry {

struct RowChanges {
  std::vector<Row> rows; ///< live and withdrawn, sorted as stored
  /// Of the live rows by part and ordinal; slices of the new record's `raw`.
  std::vector<TextSlice> elements;
  /// Of the withdrawn rows, in their stored order. Views into the old source value.
  std::vector<WithdrawnElement> withdrawn;
  PersonPartSet changed;     ///< parts with a row that came or went
  PersonPartSet graded;      ///< parts with a row of before that was open and is graded from now on
  std::size_t forgotten = 0; ///< rows that were stored and leave no trace, or lost their places
};

struct Circumstances {
  std::uint64_t sequence = 0;
  Protection protection; ///< of the person from now on
  /// Parts whose rows that vanish now, or did before, are forgotten instead of withdrawn.
  PersonPartSet forgotten;
};

/// Rows equal to what was stored stay as they were recorded, also where they only lost fields that
/// tell a place and are forgotten; new ones are recorded from the sequence, vanished ones until it.
/// Views in the result live as long as `before`'s texts, `old_source` and `record`.
[[nodiscard]] RowChanges compare_rows(const Entity& before, const SourceValue& old_source,
                                      const SourceRecord& record, const Circumstances& now);

} // namespace grunndata::registry
