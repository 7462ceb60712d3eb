// What callers without legal basis see of a part of a person.
#pragma once

#include "registry/document.h"
#include "registry/row_form.h"

#include <cstdint>
#include <string>
#include <vector>

namespace grunndata::registry {

/// The forms of the rows that show to `viewer`, in the order delivered; how many rows are hidden is
/// not seen either. `recorded_at`: rows as they were recorded then, each current or not as it was.
[[nodiscard]] std::vector<std::string> open_sight(const std::vector<Row>& rows, PersonPart part,
                                                  const Viewer& viewer,
                                                  std::uint64_t recorded_at = still_recorded - 1);

} // namespace grunndata::registry
