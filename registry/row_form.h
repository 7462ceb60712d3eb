// Which form of a row a caller gets, if any: the redaction of the View, row by row.
#pragma once

#include "registry/access.h"
#include "registry/document.h"
#include "registry/view.h"

#include <string_view>

namespace grunndata::registry {

/// Everything a row's rendering depends on besides the row.
struct Viewer {
  Access access;
  Dialect dialect;
  Grading person; ///< today's protection, whatever time is asked about
};

/// The form of `row` that `viewer` gets; empty when none. `historic`: not current any more, or
/// withdrawn.
[[nodiscard]] std::string_view visible_form(const Row& row, bool historic,
                                            const Viewer& viewer) noexcept;

} // namespace grunndata::registry
