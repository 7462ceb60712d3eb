// A log line as text; apart from where it goes, so that it can be tested.
#pragma once

#include "tools/logging/log.h"

#include <string>
#include <string_view>

namespace grunndata::tools::log {

[[nodiscard]] std::string_view level_name(Level level) noexcept;

/// Replaces every run of exactly 11 or 12 digits by asterisks, also with one blank, dot or hyphen
/// after the sixth digit, as people write person numbers.
[[nodiscard]] std::string mask_numbers(std::string_view text);

/// `{"ts":"…","level":"info","msg":"…","component":"…",fields…}` without a newline. Bytes that are
/// no UTF-8 become U+FFFD.
[[nodiscard]] std::string render_json(std::string_view timestamp, Level level,
                                      std::string_view component, std::string_view message,
                                      Fields fields);

/// `14:03:07 info  import: batch written records=1000` without a newline; control characters become
/// blanks. `timestamp` as for JSON.
[[nodiscard]] std::string render_text(std::string_view timestamp, Level level,
                                      std::string_view component, std::string_view message,
                                      Fields fields);

} // namespace grunndata::tools::log
