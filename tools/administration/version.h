#pragma once

#include <string_view>

namespace grunndata::tools {

/// What both ends of the administration port must agree on.
[[nodiscard]] constexpr std::string_view administration_version() noexcept {
  return GRUNNDATA_VERSION "/2";
}

} // namespace grunndata::tools
