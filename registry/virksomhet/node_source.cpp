#include "registry/virksomhet/node_source.h"

#include <array>
#include <cstddef>

namespace grunndata::registry::virksomhet {

namespace {

constexpr std::size_t first = 32;
constexpr std::array<std::string_view, 11> names{
    "enhetsregisteret", "enhetsregisteret_roller", "resh", "adresseregisteret",
    "gln",              "locoreg",                 "htk",  "flr",
    "employer",         "hpr",                     "kuratert"};

} // namespace

std::string_view name_of(NodeSource source) noexcept {
  const auto number = static_cast<std::size_t>(source);
  return number >= first && number - first < names.size() ? names[number - first]
                                                          : std::string_view{};
}

std::optional<NodeSource> find_node_source(std::string_view name) noexcept {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) {
      return static_cast<NodeSource>(first + i);
    }
  }
  return std::nullopt;
}

} // namespace grunndata::registry::virksomhet
