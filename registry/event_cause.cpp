#include "registry/event_cause.h"

#include <array>
#include <cstddef>

namespace grunndata::registry {

namespace {
constexpr std::array<std::string_view, event_cause_count> names{
    "", "lifeEvent", "correction", "annulment", "administrative"};
} // namespace

std::string_view name_of(EventCause cause) noexcept {
  return names[static_cast<std::size_t>(cause)];
}

} // namespace grunndata::registry
