// A Check as the JSON object that the command line and the API give.
#pragma once

#include <cstddef>
#include <string>

#include "identifiers/check.h"

namespace grunndata::identifiers {

// One object is at most this long.
inline constexpr std::size_t check_json_bytes_max = 192;

// Appends {"line":…,"valid":…,"kind":…,"birthDate":…,"birthDateDerived":…,"synthetic":…,"reason":…}
// in this order, without a line end. Allocates only when `out` has to grow: with
// check_json_bytes_max free in it, never. The number itself is not in it.
void append_check_json(std::string& out, std::size_t line, const Check& check);

}  // namespace grunndata::identifiers
