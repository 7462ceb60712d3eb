// Texts that a human has read. To write them anew: GRUNNDATA_WRITE_GOLDEN=1, and read the
// difference.
#pragma once

#include <string>

namespace grunndata::tests {

inline const std::string samples = "tests/data/virksomhet/";

/// Checks the text against the file of that name.
void check_golden(const std::string& name, const std::string& text);

} // namespace grunndata::tests
