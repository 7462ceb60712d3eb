// How strictly rows of the past are judged once the source has graded what they say.
#pragma once

#include "registry/document.h"

#include <vector>

namespace grunndata::registry {

/// Grades each withdrawn row at least as whatever was recorded after it of the same fact, since
/// what is hidden now is hidden at every point that is asked about. The same fact: the same part
/// and, where it is said, since when it is valid; a row that nothing later has this in common with
/// is compared by the home that it tells of, and counts as the same when that is not said.
/// Returns the parts in which a row was graded more strictly than before.
PersonPartSet grade_withdrawn(std::vector<Row>& rows);

} // namespace grunndata::registry
