// Code lists made by hand.
#pragma once

#include "registry/kodeverk/kodeverk.h"

#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::stories {

/// Midnight in Norway.
[[nodiscard]] Instant day(std::string_view date);
/// "LE Lege" is a code and its text.
[[nodiscard]] CodeList code_list(std::string number, const std::vector<std::string>& codes);
/// The same from a day on.
[[nodiscard]] CodeList dated(CodeList list, std::string_view from);

} // namespace grunndata::registry::stories
