// Which form of a row a caller gets, if any: the redaction of the View, row by row.
#pragma once

#include "registry/access.h"
#include "registry/document.h"
#include "registry/view.h"

#include <string>
#include <string_view>

namespace grunndata::registry {

/// Everything a row's rendering depends on besides the row.
struct Viewer {
  Access access;
  Dialect dialect;
  Grading person; ///< today's protection, whatever time is asked about
  /// A relative hides today: shared residences count as confidential at least.
  bool relative_hides;
  /// Since a restore nobody sees where anybody is (backup/withheld.h).
  bool places_withheld = false;
};

/// Who looks at the person with this header.
[[nodiscard]] Viewer viewer_of(const DocumentHeader& header, Access access,
                               Dialect dialect = Dialect::persontjenesten_v2) noexcept;

/// `may_see` of the row. `historic`: not current any more, or withdrawn.
[[nodiscard]] bool sees(const RowEntry& row, bool historic, const Viewer& viewer) noexcept;

/// Whether rows of `part` are shown without the fields that tell a place.
[[nodiscard]] bool places_are_left_out(PersonPart part, const Viewer& viewer) noexcept;

/// The form of `row` that `viewer` gets; empty when none. A view into the row's texts or into
/// `scratch`, which is overwritten.
[[nodiscard]] std::string_view visible_form(const Row& row, bool historic, const Viewer& viewer,
                                            std::string& scratch);

} // namespace grunndata::registry
