// What is asked of every route, in one table. A new route needs one line in it.
#pragma once

#include "tests/leak/asker.h"

#include <span>
#include <string_view>

namespace grunndata::leak {

/// Questions to one route.
struct Case {
  std::string_view operation;
  void (*ask)(Asker& asker);
};
[[nodiscard]] std::span<const Case> cases();

/// A route that is not asked, and why it cannot tell of anybody.
struct Untold {
  std::string_view operation;
  std::string_view reason;
};
[[nodiscard]] std::span<const Untold> untold();

/// Puts every case's questions that `asker`'s caller may put: with legal basis not those of paths
/// without, and the other way round.
void ask_everything(Asker& asker);

} // namespace grunndata::leak
