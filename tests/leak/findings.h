// Stories that do not hold yet: they are compared only with LEAK_ALL in the environment.
#pragma once

#include "registry/access.h"

#include <span>
#include <string_view>

namespace grunndata::leak {

struct Finding {
  std::string_view story;
  registry::Access access;
  std::string_view why;
};
[[nodiscard]] std::span<const Finding> findings();

} // namespace grunndata::leak
