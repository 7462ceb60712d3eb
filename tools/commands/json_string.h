// One JSON string, read strictly as RFC 8259 says.
#pragma once

#include <string>
#include <string_view>

namespace grunndata::tools {

// Reads a line that is one JSON string, with JSON's blanks allowed around it, into `out` as UTF-8.
// False, with `out` unspecified, for anything else: another value, a control character inside, an
// unknown escape, half a surrogate pair, text after the closing quote. Bytes above 0x7f are taken
// as they are.
bool read_json_string(std::string_view line, std::string& out);

}  // namespace grunndata::tools
