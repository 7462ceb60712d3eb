// What an answer told about a person, for the audit log.
#pragma once

#include "registry/person_part.h"
#include "registry/view.h"

namespace grunndata::registry {

struct Disclosure {
  PersonPartSet parts; ///< asked for and open to the caller's access class, empty ones included
  bool protected_shown = false; ///< graded rows, or the fact of a grading, could be read from it
};

/// Of an answer that `write_view` wrote. Without legal basis nothing protected is ever shown, and
/// nothing here depends on whether the person is protected.
[[nodiscard]] Disclosure disclosed(const Reading& reading, const ViewRequest& request) noexcept;

} // namespace grunndata::registry
