// Many numbers at once, one byte of answer each.
#pragma once

#include <array>
#include <span>

#include "identifiers/check.h"

namespace grunndata::identifiers {

// Judges every number by the rules, none declared: verdicts[i] says what check_person says of
// numbers[i], without the hints. Both spans must be equally long. No branch depends on a digit, so
// the speed is the same whatever the mixture.
void check_batch(std::span<const std::array<char, person_number_digits>> numbers,
                 std::span<Verdict> verdicts, const Rules& rules);

}  // namespace grunndata::identifiers
