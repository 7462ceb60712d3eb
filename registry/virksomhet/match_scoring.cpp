#include "registry/virksomhet/match_scoring.h"

#include "registry/candidates/row_fields.h"
#include "registry/virksomhet/folding.h"
#include "registry/virksomhet/node_json.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace grunndata::registry::virksomhet {

namespace {

constexpr std::size_t body_begin = 1; ///< rows of nodes have no metadata before their body
constexpr double thousandths = 1000.0;

/// By `MatchFact`, from 0.
constexpr std::array<double, match_fact_count> weights{5, 4, 2, 1, 1, 1};

/// A unit below the one that has the number is part of it.
constexpr double part_share = 0.3;
constexpr double level_share = 0.5;

std::string text_of(std::string_view row, std::string_view property) {
  std::string room;
  return std::string(
      candidates::text_of(row, body_begin, property, room).value_or(std::string_view{}));
}

bool is_name(NodePart part) noexcept {
  return part == NodePart::name || part == NodePart::display_name;
}
bool is_address(NodePart part) noexcept {
  return part == NodePart::visiting_address || part == NodePart::business_address;
}

void take_row(const NodeRow& row, MatchNode& node) {
  const auto add = [](std::vector<std::string>& texts, std::string text) {
    if (!text.empty() && std::ranges::count(texts, text) == 0) {
      texts.push_back(std::move(text));
    }
  };
  if (is_name(row.entry.part)) {
    auto words = words_of_name(text_of(row.text, "name"));
    if (!words.empty()) {
      node.names.push_back(std::move(words));
    }
  } else if (is_address(row.entry.part)) {
    add(node.addresses, folded_address(row.text));
    add(node.municipalities, municipality_of(row.text));
  } else if (row.entry.part == NodePart::classification &&
             text_of(row.text, "system") == "8628") {
    node.level = text_of(row.text, "code");
  }
}

Result<void> take_relations(const Structure& structure, MatchNode& node) {
  const auto uppers = structure.uppers(node.id);
  const auto lowers = structure.lowers(node.id, NodeRelation::tilsvarer);
  if (!uppers || !lowers) {
    return tl::unexpected(uppers ? lowers.error() : uppers.error());
  }
  node.has_equal = !lowers->empty();
  for (const NodeUpper& upper : *uppers) {
    switch (upper.type) {
    case NodeRelation::tilsvarer: node.has_equal = true; break;
    case NodeRelation::tilhorer: node.belongs_to.push_back(upper.upper); break;
    case NodeRelation::juridisk:
    case NodeRelation::organisatorisk: node.parent = node.parent.value_or(upper.upper); break;
    default: break;
    }
  }
  return {};
}

Result<void> take_parents(const Structure& structure, MatchNode& node) {
  const auto above = structure.ancestors(node.id, set_of({NodeRelation::organisatorisk}));
  if (!above) {
    return tl::unexpected(above.error());
  }
  for (const Ancestor& ancestor : *above) {
    const auto uppers = structure.uppers(ancestor.id);
    if (!uppers) {
      return tl::unexpected(uppers.error());
    }
    for (const NodeUpper& upper : *uppers) {
      if (upper.type == NodeRelation::tilhorer) {
        node.parents_belong.push_back(upper.upper);
      }
    }
  }
  return {};
}

std::optional<double> number_agreement(const MatchNode& unit, const MatchNode& other) {
  const bool above = std::ranges::count(unit.parents_belong, other.id) != 0;
  if (!unit.belongs_to.empty()) {
    const bool own = std::ranges::count(unit.belongs_to, other.id) != 0;
    return !own ? 0 : above ? part_share : 1;
  }
  return above ? std::optional(0.0) : std::nullopt;
}

std::optional<double> name_agreement(const MatchNode& unit, const MatchNode& other) {
  std::optional<double> best;
  for (const auto& name : unit.names) {
    for (const auto& known : other.names) {
      best = std::max(best.value_or(0), likeness_of(name, known));
    }
  }
  return best;
}

std::optional<double> shared(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  if (a.empty() || b.empty()) {
    return std::nullopt;
  }
  return std::ranges::any_of(a, [&b](const std::string& text) {
    return std::ranges::count(b, text) != 0;
  });
}

/// 8628: 1 RHF, 2 HF, 3 Institusjon, 9 anything else.
std::optional<double> level_agreement(const MatchNode& unit, const MatchNode& other) {
  if (unit.level.empty()) {
    return std::nullopt;
  }
  const bool is_legal = other.type == NodeType::juridisk_enhet;
  if (unit.level == "1" || unit.level == "2") {
    return is_legal ? 1 : 0;
  }
  if (unit.level == "3") {
    return is_legal ? 0 : 1;
  }
  return is_legal ? 0 : level_share;
}

} // namespace

Result<MatchNode> match_node(const Structure& structure, const EntityId& id) {
  MatchNode made;
  made.id = id;
  Structure::NodeRoom room;
  const auto node = structure.node(id, room);
  if (!node) {
    return tl::unexpected(node.error());
  }
  made.type = node->header.type;
  made.ended = node->header.status != NodeStatus::aktiv &&
               node->header.status != NodeStatus::under_arbeid;
  for (const NodeRow& row : node->rows) {
    if (is_shown(row, node->header)) {
      take_row(row, made);
    }
  }
  if (auto taken = take_relations(structure, made); !taken) {
    return tl::unexpected(taken.error());
  }
  const bool has_own_tree = made.type == NodeType::resh_enhet || made.type == NodeType::lokal_enhet;
  if (has_own_tree) {
    if (auto taken = take_parents(structure, made); !taken) {
      return tl::unexpected(taken.error());
    }
  }
  return made;
}

MatchScore score_of(const MatchNode& unit, const MatchNode& other,
                    const std::optional<EntityId>& parent_equal) {
  std::array<std::optional<double>, match_fact_count> agreements{
      number_agreement(unit, other),
      name_agreement(unit, other),
      shared(unit.addresses, other.addresses),
      shared(unit.municipalities, other.municipalities),
      std::nullopt,
      level_agreement(unit, other)};
  if (parent_equal && other.parent) {
    agreements[4] = other.parent == parent_equal ? 1.0 : 0.0;
  }
  MatchScore made;
  double sum = 0;
  double all = 0;
  for (std::size_t i = 0; i < match_fact_count; ++i) {
    if (!agreements[i]) {
      continue;
    }
    sum += weights[i] * *agreements[i];
    all += weights[i];
    made.reasons.push_back({static_cast<MatchFact>(i + 1),
                            static_cast<std::uint16_t>(std::lround(*agreements[i] * thousandths))});
  }
  // Without a name or a number in common there is nothing to go by.
  const bool has_ground = agreements[0].value_or(0) > 0 || agreements[1].value_or(0) > 0;
  made.score = has_ground && all > 0
                   ? static_cast<std::uint16_t>(std::lround(sum / all * thousandths))
                   : std::uint16_t{0};
  return made;
}

} // namespace grunndata::registry::virksomhet
