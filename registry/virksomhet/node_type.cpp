#include "registry/virksomhet/node_type.h"

#include <array>

namespace grunndata::registry::virksomhet {

namespace {

constexpr std::array<std::string_view, node_type_count> types{
    "UNKNOWN",     "JURIDISK_ENHET", "ORGANISASJONSLEDD", "UNDERENHET",         "RESH_ENHET",
    "LOKAL_ENHET", "LOKASJON",       "TJENESTE",          "KOMMUNIKASJONSPART", "PERSONELL"};
constexpr std::array<std::string_view, node_status_count> statuses{
    "UNKNOWN", "UNDER_ARBEID", "AKTIV", "OPPHORT", "FJERNET", "FEILREGISTRERT"};

template <typename Value, std::size_t Count>
std::optional<Value> find(const std::array<std::string_view, Count>& names,
                          std::string_view name) noexcept {
  for (std::size_t i = 0; i < Count; ++i) {
    if (names[i] == name) {
      return static_cast<Value>(i);
    }
  }
  return std::nullopt;
}

} // namespace

std::string_view name_of(NodeType type) noexcept {
  const auto index = static_cast<std::size_t>(type);
  return index < types.size() ? types[index] : std::string_view{};
}

std::optional<NodeType> find_node_type(std::string_view name) noexcept {
  return find<NodeType>(types, name);
}

std::string_view name_of(NodeStatus status) noexcept {
  const auto index = static_cast<std::size_t>(status);
  return index < statuses.size() ? statuses[index] : std::string_view{};
}

std::optional<NodeStatus> find_node_status(std::string_view name) noexcept {
  return find<NodeStatus>(statuses, name);
}

} // namespace grunndata::registry::virksomhet
