#include "registry/virksomhet/node_relation.h"

#include <array>

namespace grunndata::registry::virksomhet {

namespace {

using enum NodeRelation;

// type, name, the lower end is the one it goes from, tree, one upper end at a time
constexpr std::array<RelationFacts, node_relation_count> facts{{
    {NodeRelation{}, "", true, false, false},
    {juridisk, "JURIDISK", true, true, true},
    {eierskap, "EIERSKAP", false, true, false},
    {organisatorisk, "ORGANISATORISK", true, true, true},
    {tilhorer, "TILHORER", true, false, true},
    {geografisk, "GEOGRAFISK", true, false, false},
    {kommunikasjon, "KOMMUNIKASJON", true, true, false},
    {avtale, "AVTALE", false, false, false},
    {tilsvarer, "TILSVARER", true, false, false},
    {etterfolger, "ETTERFOLGER", true, true, false},
    {tilknytning, "TILKNYTNING", true, false, false},
}};

constexpr std::array<std::string_view, relation_kind_count> kinds{
    "", "FORELDER", "TALER_FOR", "LIK", "DEL_AV", "OMFATTER", "PRIMAER", "SEKUNDAER"};

} // namespace

const RelationFacts& facts_of(NodeRelation type) noexcept {
  const auto index = static_cast<std::size_t>(type);
  return facts[index < facts.size() ? index : 0];
}

std::string_view name_of(NodeRelation type) noexcept { return facts_of(type).name; }

std::optional<NodeRelation> find_node_relation(std::string_view name) noexcept {
  for (const RelationFacts& row : facts) {
    if (!name.empty() && row.name == name) {
      return row.type;
    }
  }
  return std::nullopt;
}

std::string_view name_of(RelationKind kind) noexcept {
  const auto index = static_cast<std::size_t>(kind);
  return index < kinds.size() ? kinds[index] : std::string_view{};
}

std::optional<RelationKind> find_relation_kind(std::string_view name) noexcept {
  for (std::size_t i = 1; i < kinds.size(); ++i) {
    if (kinds[i] == name) {
      return static_cast<RelationKind>(i);
    }
  }
  return std::nullopt;
}

} // namespace grunndata::registry::virksomhet
