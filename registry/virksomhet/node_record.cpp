#include "registry/virksomhet/node_record.h"

#include <array>

namespace grunndata::registry::virksomhet {

namespace {

constexpr std::array<std::string_view, node_event_type_count> names{
    "",       "OPPRETTET", "NAVNEENDRING", "FLYTTET",    "EIERSKIFTE", "FUSJON",        "FISJON",
    "DELING", "OMDANNING", "NEDLAGT",      "GJENAAPNET", "DUBLETT",    "FEILREGISTRERT"};

} // namespace

std::string_view name_of(NodeEventType type) noexcept {
  const auto index = static_cast<std::size_t>(type);
  return index < names.size() ? names[index] : std::string_view{};
}

std::optional<NodeEventType> find_node_event_type(std::string_view name) noexcept {
  for (std::size_t i = 1; i < names.size(); ++i) {
    if (names[i] == name) {
      return static_cast<NodeEventType>(i);
    }
  }
  return std::nullopt;
}

} // namespace grunndata::registry::virksomhet
