#include "tests/leak/findings.h"

namespace grunndata::leak {

std::span<const Finding> findings() { return {}; } // every story holds

} // namespace grunndata::leak
