#include "registry/virksomhet/matcher.h"

#include "registry/registry_impl.h"
#include "registry/virksomhet/joined_view.h"
#include "registry/virksomhet/match_scoring.h"
#include "registry/virksomhet/stored.h"
#include "registry/virksomhet/structure_rules.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <utility>

namespace grunndata::registry::virksomhet {

namespace {

using store::Family;

constexpr std::size_t changes_of_commit = 1'000;

/// A unit and the legal entity it stands under.
struct Placed {
  EntityId root, unit;
  auto operator<=>(const Placed&) const = default;
};

struct Match {
  const MatchNode* unit = nullptr;
  const MatchNode* other = nullptr;
  MatchScore score;
};

/// "FJORDLAND HF NORDVIK - SOMATIKK" of Fjordland HF is called "NORDVIK - SOMATIKK" as well.
void add_names_without(const std::vector<std::vector<std::string>>& legal, MatchNode& node) {
  const std::size_t own = node.names.size();
  for (std::size_t i = 0; i < own; ++i) {
    for (const auto& name : legal) {
      const auto rest = std::ranges::mismatch(node.names[i], name);
      if (rest.in2 == name.end() && rest.in1 != node.names[i].end()) {
        std::vector<std::string> short_name(rest.in1, node.names[i].end());
        node.names.push_back(std::move(short_name));
        break;
      }
    }
  }
}

class Matching {
public:
  Matching(Registry& registry, const std::function<bool(const MatchFigures&)>& go_on)
      : registry_(registry), store_(*registry.impl().store), structure_(registry, AsOf{}),
        go_on_(go_on) {}

  Result<MatchFigures> run();

private:
  Result<void> find_units(NodeSource source);
  Result<void> match_under(const EntityId& root, std::span<const Placed> units);
  Result<std::vector<MatchNode>> nodes_under(const EntityId& root);
  void match_level(const std::vector<const MatchNode*>& level, const std::vector<MatchNode>& nodes,
                   std::map<EntityId, bool>& taken, std::vector<Match>& found);
  [[nodiscard]] bool may_suggest(const MatchNode& unit, const MatchNode& node) const;
  void suggest(const Match& match);
  Result<void> write(bool all);

  Registry& registry_;
  const store::Store& store_;
  Structure structure_;
  const std::function<bool(const MatchFigures&)>& go_on_;
  std::vector<Placed> placed_;
  std::map<EntityId, Suggestion> known_; ///< those before, by id
  std::map<EntityId, EntityId> equal_;   ///< of units: what they are, or seem to be, equal to
  std::vector<Suggestion> changed_;
  MatchFigures figures_;
};

Result<void> Matching::find_units(NodeSource source) {
  const std::string prefix = said_by_key(source, EntityId{}).substr(0, 2);
  const auto cursor = structure_.scan(Family::structure);
  for (cursor->seek(prefix); cursor->valid() && cursor->key().starts_with(prefix);
       cursor->next()) {
    Placed placed;
    if (cursor->key().size() != prefix.size() + placed.unit.bytes.size()) {
      return fail(ErrorCode::corrupt, "a key of the structure has a wrong size");
    }
    std::memcpy(placed.unit.bytes.data(), cursor->key().data() + prefix.size(),
                placed.unit.bytes.size());
    const auto summary = structure_.summary(placed.unit);
    if (!summary) {
      return tl::unexpected(summary.error());
    }
    if (summary->type != NodeType::resh_enhet && summary->type != NodeType::lokal_enhet) {
      continue;
    }
    const auto root = structure_.legal_root(placed.unit);
    if (!root) {
      return tl::unexpected(root.error());
    }
    placed.root = root->id;
    if (root->is_legal) {
      placed_.push_back(placed);
    }
  }
  return cursor->status();
}

/// The legal entity and what is under it, in use.
Result<std::vector<MatchNode>> Matching::nodes_under(const EntityId& root) {
  SubtreeOrder order;
  order.types = set_of({NodeRelation::juridisk});
  order.nodes_max = match_units_max;
  const auto tree = structure_.subtree(root, order);
  std::vector<MatchNode> nodes;
  if (!tree && tree.error().code == ErrorCode::invalid) {
    ++figures_.too_large;
    return nodes;
  }
  if (!tree) {
    return tl::unexpected(tree.error());
  }
  std::vector<EntityId> ids{root};
  for (const Descendant& descendant : *tree) {
    ids.push_back(descendant.id);
  }
  std::vector<std::vector<std::string>> legal;
  for (const EntityId& id : ids) {
    auto node = match_node(structure_, id);
    if (!node) {
      return tl::unexpected(node.error());
    }
    if (id == root) {
      legal = node->names;
    } else {
      add_names_without(legal, *node);
    }
    if (!node->ended && !node->has_equal) {
      nodes.push_back(std::move(*node));
    }
  }
  return nodes;
}

bool Matching::may_suggest(const MatchNode& unit, const MatchNode& node) const {
  const auto before = known_.find(suggestion_id(unit.id, node.id));
  return before == known_.end() || before->second.state == SuggestionState::open ||
         before->second.state == SuggestionState::withdrawn;
}

/// Of each unit and node the best pair, the best of all first.
void Matching::match_level(const std::vector<const MatchNode*>& level,
                           const std::vector<MatchNode>& nodes, std::map<EntityId, bool>& taken,
                           std::vector<Match>& found) {
  std::vector<Match> pairs;
  for (const MatchNode* unit : level) {
    std::optional<EntityId> parent_equal;
    if (unit->parent) {
      const auto above = equal_.find(*unit->parent);
      if (above != equal_.end()) {
        parent_equal = above->second;
      }
    }
    for (const MatchNode& node : nodes) {
      if (taken.contains(node.id) || !may_suggest(*unit, node)) {
        continue;
      }
      ++figures_.pairs;
      MatchScore score = score_of(*unit, node, parent_equal);
      if (score.score >= match_score_min) {
        pairs.push_back({unit, &node, std::move(score)});
      }
    }
  }
  std::ranges::stable_sort(pairs, std::ranges::greater{},
                           [](const Match& match) { return match.score.score; });
  for (Match& pair : pairs) {
    if (taken.contains(pair.unit->id) || taken.contains(pair.other->id)) {
      continue;
    }
    taken[pair.unit->id] = true;
    taken[pair.other->id] = true;
    equal_[pair.unit->id] = pair.other->id;
    found.push_back(std::move(pair));
  }
}

Result<void> Matching::match_under(const EntityId& root, std::span<const Placed> units) {
  const auto nodes = nodes_under(root);
  if (!nodes) {
    return tl::unexpected(nodes.error());
  }
  std::vector<MatchNode> ours;
  std::map<EntityId, const MatchNode*> by_id;
  for (const Placed& placed : units) {
    auto unit = match_node(structure_, placed.unit);
    if (!unit) {
      return tl::unexpected(unit.error());
    }
    if (unit->has_equal) {
      const auto equals = equals_of(structure_, unit->id);
      if (!equals) {
        return tl::unexpected(equals.error());
      }
      if (!equals->empty()) {
        equal_[unit->id] = equals->front();
      }
    } else if (!unit->ended) {
      ours.push_back(std::move(*unit));
    }
  }
  for (const MatchNode& unit : ours) {
    by_id[unit.id] = &unit;
  }
  std::map<int, std::vector<const MatchNode*>> levels; // those above are matched before those below
  for (const MatchNode& unit : ours) {
    int depth = 0;
    for (const MatchNode* at = &unit; at->parent && depth <= structure_depth_max; ++depth) {
      const auto above = by_id.find(*at->parent);
      if (above == by_id.end()) {
        break;
      }
      at = above->second;
    }
    levels[depth].push_back(&unit);
  }
  std::map<EntityId, bool> taken;
  std::vector<Match> found;
  for (const auto& [depth, level] : levels) {
    match_level(level, *nodes, taken, found);
  }
  figures_.units += units.size();
  ++figures_.legal_roots;
  for (const Match& match : found) {
    suggest(match);
  }
  return {};
}

void Matching::suggest(const Match& match) {
  const EntityId id = suggestion_id(match.unit->id, match.other->id);
  const auto before = known_.find(id);
  Suggestion suggestion;
  if (before != known_.end()) {
    suggestion = std::move(before->second);
    known_.erase(before);
  }
  const bool is_open = suggestion.state == SuggestionState::open;
  if (is_open && suggestion.score == match.score.score &&
      suggestion.reasons == match.score.reasons) {
    ++figures_.kept;
    return;
  }
  suggestion.id = id;
  suggestion.lower = match.unit->id;
  suggestion.upper = match.other->id;
  suggestion.score = match.score.score;
  suggestion.reasons = match.score.reasons;
  is_open ? ++figures_.kept : ++figures_.suggested;
  suggestion.state = SuggestionState::open;
  changed_.push_back(std::move(suggestion));
}

/// What a human has decided meanwhile stays.
Result<void> Matching::write(bool all) {
  if (changed_.empty() || (!all && changed_.size() < changes_of_commit)) {
    return {};
  }
  auto written = registry_.impl().queue->run([this](Transaction& transaction) -> Result<void> {
    for (Suggestion& suggestion : changed_) {
      store::Pinned pin;
      std::string key = suggestion_key(suggestion.id);
      const auto value = transaction.get(Family::structure, key, pin);
      if (!value) {
        return tl::unexpected(value.error());
      }
      const auto stored = *value ? read_suggestion(key, **value) : std::nullopt;
      if (stored && (stored->state == SuggestionState::approved ||
                     stored->state == SuggestionState::rejected)) {
        continue;
      }
      Suggestion made = suggestion;
      made.steps = stored ? stored->steps : std::vector<SuggestionStep>{};
      if (made.steps.empty() || made.steps.back().state != made.state) {
        add_step(made.steps, {made.state, {}, transaction.time(), {}}, suggestion_steps_max);
      }
      transaction.put(Family::structure, std::move(key), write_suggestion(made));
    }
    return {};
  });
  changed_.clear();
  return written;
}

Result<MatchFigures> Matching::run() {
  auto before = all_suggestions(store_);
  if (!before) {
    return tl::unexpected(before.error());
  }
  for (Suggestion& suggestion : *before) {
    known_.emplace(suggestion.id, std::move(suggestion));
  }
  for (const NodeSource source : {NodeSource::resh, NodeSource::employer}) {
    if (auto found = find_units(source); !found) {
      return tl::unexpected(found.error());
    }
  }
  std::ranges::sort(placed_);
  for (std::size_t begin = 0; begin < placed_.size();) {
    std::size_t end = begin;
    while (end < placed_.size() && placed_[end].root == placed_[begin].root) {
      ++end;
    }
    if (go_on_ && !go_on_(figures_)) {
      return fail(ErrorCode::cancelled, "stopped on request");
    }
    const EntityId root = placed_[begin].root;
    if (auto matched = match_under(root, std::span(placed_).subspan(begin, end - begin));
        !matched) {
      return tl::unexpected(matched.error());
    }
    if (auto written = write(false); !written) {
      return tl::unexpected(written.error());
    }
    begin = end;
  }
  for (auto& [id, suggestion] : known_) {
    if (suggestion.state == SuggestionState::open) {
      suggestion.state = SuggestionState::withdrawn;
      changed_.push_back(std::move(suggestion));
      ++figures_.withdrawn;
    }
  }
  if (auto written = write(true); !written) {
    return tl::unexpected(written.error());
  }
  return figures_;
}

} // namespace

Result<MatchFigures> match_nodes(Registry& registry,
                                 const std::function<bool(const MatchFigures&)>& go_on) {
  return Matching(registry, go_on).run();
}

} // namespace grunndata::registry::virksomhet
