// Text as a JSON string.
#pragma once

#include <string>
#include <string_view>

namespace grunndata::tools::log {

/// Appends `text` with its quotes. Control characters are escaped; bytes that are no UTF-8 become
/// U+FFFD, so that the result is always a valid JSON string.
void append_json_string(std::string& out, std::string_view text);

} // namespace grunndata::tools::log
