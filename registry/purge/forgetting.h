// What is forgotten of a person who hides, and what may stay. One place decides; the writer, the
// rebuild and the replay of the purge register ask here.
//
// Strengt fortrolig, or removed from a source for legal reasons:
// - Of what the newest source gives, a row stays only if somebody may be shown it (`may_see` with
//   legal basis): what tells no place, and the current post address, which the authorities run,
//   unless it is graded strictly itself. Residential, shared and present addresses, post addresses
//   abroad, post addresses of the past, moves in and out of the country, stays on Svalbard and
//   contact details are not stored at all, delivered or not: nobody may be shown them.
// - Of the record, only the elements of rows that stay are kept. Birth, marital status and
//   guardianship stay without the fields that tell a place (place_fields.h), whether the importer
//   has taken them out or not: it does not know who is protected through a merge.
// - Rows that were superseded or withdrawn are forgotten with their elements where their part
//   tells a place, in some fields or as such (`locates`, `locates_in_fields`): the past explains
//   other things, never where somebody was.
// A row graded strictly of somebody who is not strictly protected: that row is not stored, and
// superseded and withdrawn rows of all parts that tell a place as such are forgotten, since each
// may repeat the address. Everything else of the record stays as delivered.
// A grading that the source did not say in a word we know withholds and purges nothing: what we
// failed to understand must not destroy what cannot be had again.
#pragma once

#include "registry/document.h"
#include "registry/keys.h"
#include "registry/person_protection.h"
#include "registry/purge/record_text.h"

#include <functional>
#include <list>
#include <string>
#include <vector>

namespace grunndata::registry::purge {

/// Parts whose superseded and withdrawn rows a strictly protected person does not keep.
[[nodiscard]] PersonPartSet parts_forgotten_when_strict();
/// The same when only some row is strictly graded: the parts that tell a place as such.
[[nodiscard]] PersonPartSet parts_forgotten_with_a_row();

/// Whether a record says, of a person protected as `protection`, that places must be forgotten.
[[nodiscard]] bool purges(const SourceRecord& record, const Protection& protection) noexcept;

/// A record as it may be stored.
struct Storable {
  SourceRecord reduced;    ///< meaningful when `differs`
  bool differs = false;    ///< from the record given
  PersonPartSet forgotten; ///< parts whose rows, vanished or withdrawn, are forgotten
};
/// `withheld` rows (by index of the record's assertions) are left out besides those that must be.
[[nodiscard]] Storable storable(const SourceRecord& record, const Protection& protection,
                                const std::vector<bool>& withheld = {});

/// What is left of a stored entity's source value after `forget`.
struct Remainder {
  RecordText record;
  std::vector<WithdrawnElement> withdrawn;
  std::size_t rows_gone = 0;
};
/// Drops the rows of `source` for which `goes` holds from `entity`, whose rows must be sorted, with
/// their elements in `said`. Views in the result live as long as those of `said`.
[[nodiscard]] Remainder forget(Entity& entity, const SourceValue& said, Source source,
                               const std::function<bool(const Row&)>& goes);
/// The same of somebody strictly protected: nothing of the record stays but the elements of rows
/// that stay, and of rows and elements the fields that tell a place go. Views in the result, and
/// the entity's, may then be of `texts`.
[[nodiscard]] Remainder forget_places(Entity& entity, const SourceValue& said, Source source,
                                      const std::function<bool(const Row&)>& goes,
                                      std::list<std::string>& texts);
/// Whether a stored row goes for good when its person becomes strictly protected with no newer
/// record that says what stays.
[[nodiscard]] bool is_forgotten_when_strict(const Row& row) noexcept;

} // namespace grunndata::registry::purge
