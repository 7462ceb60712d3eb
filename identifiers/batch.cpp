#include "identifiers/batch.h"

#include <cassert>

namespace grunndata::identifiers {

void check_batch(std::span<const std::array<char, person_number_digits>> numbers,
                 std::span<Verdict> verdicts, const Rules& rules) {
  assert(numbers.size() == verdicts.size());
  const frame::Plan& plan = frame::plan_for(rules, Kind::none);
  for (std::size_t index = 0; index < numbers.size(); ++index) {
    verdicts[index] = frame::judge(frame::take_apart(numbers[index].data()), plan);
  }
}

}  // namespace grunndata::identifiers
