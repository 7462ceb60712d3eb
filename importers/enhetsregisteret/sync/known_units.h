// What the registry has of units of Enhetsregisteret.
#pragma once

#include "registry/registry.h"
#include "registry/virksomhet/structure.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::importers::enhetsregisteret::sync {

/// For one thread; must be gone before the registry. Sees what was written up to a moment ago.
class KnownUnits {
public:
  explicit KnownUnits(const registry::Registry& registry) : registry_(registry) {}

  enum class Standing : std::uint8_t {
    unknown, ///< nobody has told of it more than its number
    alive,
    ended,
    removed, ///< for legal reasons
  };
  [[nodiscard]] Standing standing_of(std::string_view orgnr);
  [[nodiscard]] static bool is_kept(Standing standing) noexcept {
    return standing == Standing::alive || standing == Standing::ended;
  }
  [[nodiscard]] bool is_kept(std::string_view orgnr) { return is_kept(standing_of(orgnr)); }
  /// The unit directly above it; empty: none.
  [[nodiscard]] std::string parent_of(std::string_view orgnr);
  /// What comes now is asked of a later state.
  void refresh() { state_.reset(); }

private:
  const registry::virksomhet::Structure& state();

  const registry::Registry& registry_;
  std::optional<registry::virksomhet::Structure> state_;
  std::uint32_t asked_ = 0; ///< of the present state
};

} // namespace grunndata::importers::enhetsregisteret::sync
