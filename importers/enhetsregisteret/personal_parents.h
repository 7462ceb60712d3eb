// Which units the registry knows as a natural person's.
#pragma once

#include "registry/registry.h"
#include "registry/virksomhet/structure.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace grunndata::importers::enhetsregisteret {

/// For one thread; must be gone before the registry. Sees what was written up to a moment ago.
class PersonalParents {
 public:
  explicit PersonalParents(const registry::Registry& registry) : registry_(registry) {}

  /// Whether the unit's name is known to be personal; not of a unit nobody has told of.
  [[nodiscard]] bool contains(std::string_view orgnr);

 private:
  const registry::Registry& registry_;
  std::optional<registry::virksomhet::Structure> state_;
  std::uint32_t asked_ = 0; ///< of the present state
};

} // namespace grunndata::importers::enhetsregisteret
