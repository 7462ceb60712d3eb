// Errors that are a sentence, always a literal.
#pragma once

#include <string_view>
#include <tl/expected.hpp>

namespace grunndata::api::access {

/// An unexpected value that says why. `sentence` must live as long as the program.
[[nodiscard]] inline tl::unexpected<std::string_view> because(std::string_view sentence) {
  return tl::unexpected<std::string_view>(sentence);
}

} // namespace grunndata::api::access
