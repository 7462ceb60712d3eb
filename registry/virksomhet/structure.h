// Questions about the enterprise structure, as it was at a time and as it was known then.
#pragma once

#include "registry/registry.h"
#include "registry/store/store.h"
#include "registry/value_cache.h"
#include "registry/virksomhet/live_relations.h"
#include "registry/virksomhet/node_document.h"
#include "registry/virksomhet/node_relation.h"
#include "registry/virksomhet/stored.h"

#include <bitset>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace grunndata::registry::virksomhet {

/// Of which time, and known when.
struct AsOf {
  std::optional<Instant> valid{};          ///< none: now
  std::optional<std::uint64_t> recorded{}; ///< a number of the log; none: what is known now
};

/// What the asker may see of nodes; everybody sees the rest.
struct NodeSight {
  bool withheld = false;  ///< units whose name would tell what is treated, and that name
  bool personal = false;  ///< rows that tell of natural persons: to be noted in the audit log
  bool personnel = false; ///< health personnel, by name and where they work: likewise
};

using RelationSet = std::bitset<node_relation_count>;
[[nodiscard]] RelationSet set_of(std::initializer_list<NodeRelation> types) noexcept;

/// A node in few words.
struct NodeSummary {
  EntityId id;
  ExternalId external_id{};
  OwnedNodeKey key;
  NodeType type = NodeType::unknown;
  NodeStatus status = NodeStatus::unknown; ///< at the time asked for
  std::string name;      ///< the best there is then; empty: none, or withheld from the asker
  bool name_is_withheld = false; ///< from those who may not see what is withheld
  bool name_is_personal = false; ///< it tells of a natural person
  bool name_is_shown = true;     ///< to the asker
  bool is_personnel = false;
  bool is_hidden = false;  ///< where the asker did not ask for this very node, it is left out
  bool is_removed = false; ///< by law, whatever the times asked for: only that is told
  bool administrative = false;
  std::optional<Instant> opened, closed; ///< as known then
};

/// A relation as seen from its lower end.
struct NodeUpper {
  EntityId lower, upper;
  std::uint64_t id = 0;
  NodeRelation type{};
  RelationKind kind = RelationKind::none;
  NodeSource source{};
  std::uint8_t marks = 0; ///< of `mark`
  std::uint16_t confidence = 0;
  std::int64_t valid_from = no_instant;
  std::int64_t valid_to = no_instant;
  EntityId event;
  std::string details;
};

struct Ancestor {
  EntityId id;
  int depth = 1; ///< 1: directly above
  NodeUpper via; ///< from which it was reached
};

/// A node of a subtree; the root is not among them.
struct Descendant {
  EntityId id;
  EntityId parent;
  int depth = 1;
  NodeRelation type{}; ///< by which it hangs there
  NodeType node_type = NodeType::unknown; ///< as known now
  RelationKind kind = RelationKind::none;
  std::int64_t opened = no_instant; ///< its life, as known now
  std::int64_t closed = no_instant;
  bool has_rivals = false; ///< sources say other parents of it
};

struct SubtreeOrder {
  RelationSet types;                                      ///< of those with an upper end
  int depth_max = 32;
  std::size_t nodes_max = std::numeric_limits<std::size_t>::max(); ///< `invalid` when exceeded
};

struct LegalRoot {
  EntityId id;
  bool is_legal = false;     ///< a JURIDISK_ENHET; else the chain ended before it came to one
  std::vector<EntityId> way; ///< from the node itself to the root
};

/// One step of a way between two nodes.
struct WayStep {
  EntityId id;
  NodeRelation type{}; ///< by which it was reached; of the first meaningless
  bool upwards = true;
};

/// All questions of one object are answered from one state of the registry. One thread at a time;
/// must be destroyed before the registry. Errors everywhere: `corrupt`, `storage`.
///
/// A relation counts while both its ends are alive: when a parent closes, its children are without
/// one (virksomhet.md 4.3, 3). Of several parents that sources give where there can be one, the one
/// whose begin is known counts before others, then Enhetsregisteret's, then what people reviewed.
class Structure {
public:
  Structure(const Registry& registry, const AsOf& as_of, const NodeSight& sight = {});

  /// Who goes by the number, or went, as known then. Errors: `not_found`, `not_known_then`,
  /// `ambiguous` (a GLN of several nodes).
  [[nodiscard]] Result<EntityId> find(const NodeKey& key) const;
  /// All who go or went by it; none is not an error.
  [[nodiscard]] Result<std::vector<EntityId>> owners(const NodeKey& key) const;
  /// By opaque id. Errors: `not_found`, `not_known_then`.
  [[nodiscard]] Result<EntityId> find(std::string_view external_id) const;
  /// Errors: `not_found`, `not_known_then`.
  [[nodiscard]] Result<NodeSummary> summary(const EntityId& node) const;
  /// The same of many, in their order; of those not known then only what is known.
  [[nodiscard]] Result<std::vector<NodeSummary>> summaries(std::span<const EntityId> nodes) const;
  /// The rows that hold then, and the numbers; views into `room`.
  struct NodeRoom {
    store::Pinned current, past;
  };
  [[nodiscard]] Result<Node> node(const EntityId& id, NodeRoom& room) const;
  /// The two together, of one reading. Stays where it is: `node` has views into `room`.
  struct ToldNode {
    NodeRoom room;
    Node node;
    NodeSummary summary;
  };
  [[nodiscard]] Result<void> tell(const EntityId& id, ToldNode& told) const;
  /// The same with all rows that were recorded then, whenever they hold.
  [[nodiscard]] Result<Node> node_with_history(const EntityId& id, NodeRoom& room) const;

  /// All relations that hold then of which it is the lower end.
  [[nodiscard]] Result<std::vector<NodeUpper>> uppers(const EntityId& lower) const;
  /// The same, whenever they hold.
  [[nodiscard]] Result<std::vector<NodeUpper>> uppers_with_history(const EntityId& lower) const;
  /// Those that hold then of which it is the upper end, in stable order.
  [[nodiscard]] Result<std::vector<Descendant>> lowers(const EntityId& upper,
                                                       NodeRelation type) const;
  /// Nearest first; each once.
  [[nodiscard]] Result<std::vector<Ancestor>> ancestors(const EntityId& node,
                                                        RelationSet types) const;
  /// Depth first, in stable order; each once. Errors: `invalid`, see `SubtreeOrder`.
  [[nodiscard]] Result<std::vector<Descendant>> subtree(const EntityId& root,
                                                        const SubtreeOrder& order) const;
  /// Up to what both have above them, and down. Empty when there is no such thing.
  [[nodiscard]] Result<std::vector<WayStep>> way(const EntityId& from, const EntityId& to,
                                                 RelationSet types) const;
  /// Over what the node, or the nearest above it, belongs to, then up the legal parents.
  [[nodiscard]] Result<LegalRoot> legal_root(const EntityId& node) const;

  /// The one step up that the way to the legal root takes from `node`; nothing at its end.
  [[nodiscard]] Result<std::optional<EntityId>> nearest_above(const EntityId& node) const;

  /// For questions that look at other keys, on the same state.
  [[nodiscard]] Result<std::optional<std::string_view>>
  read(store::Family family, std::string_view key, store::Pinned& pin) const;
  [[nodiscard]] std::unique_ptr<store::Cursor> scan(store::Family family) const {
    return store_.scan(family, state_.snapshot.get());
  }
  [[nodiscard]] std::int64_t valid() const noexcept { return valid_; }
  [[nodiscard]] std::uint64_t recorded() const noexcept { return recorded_; }
  [[nodiscard]] const NodeSight& sight() const noexcept { return sight_; }
  /// From here on with rows that tell of natural persons: once the asker's right to it is known.
  void see_personal() noexcept { sight_.personal = true; }
  [[nodiscard]] const Registry& registry() const noexcept { return registry_; }

private:
  struct Life {
    bool is_known = false; ///< at the time of knowledge
    std::int64_t opened = no_instant;
    std::int64_t closed = no_instant;
  };
  Result<Life> life_of(const EntityId& node) const;
  /// The one who goes by the number, where earlier questions have found that out.
  [[nodiscard]] std::optional<EntityId> remembered(std::uint64_t hash, const NodeKey& key) const;
  /// A value of the node; from memory where that holds it as of this state.
  Result<std::optional<std::string_view>> read_node(store::Family family, const EntityId& id,
                                                    store::Pinned& pin) const;
  Result<Node> load(const EntityId& id, NodeRoom& room, bool with_past) const;
  class StoredRelations;
  class MemoryRelations;
  template <typename Ask>
  auto ask_relations(const EntityId& node, const Ask& ask) const;
  Result<std::vector<NodeUpper>> stored_uppers(const EntityId& lower, bool with_history) const;
  [[nodiscard]] NodeSummary summary_of(const EntityId& id, const Node& node) const;
  Result<NodeSummary> summary_then(const EntityId& id, const Node& node) const;
  [[nodiscard]] bool counts(std::int64_t from, std::int64_t to, std::uint64_t recorded_from,
                            std::uint64_t recorded_to) const noexcept;
  /// The parent of one type that counts, of several that are said.
  Result<std::vector<NodeUpper>> chosen_uppers(const EntityId& lower, RelationSet types) const;

  const Registry& registry_;
  const store::Store& store_;
  ValueCache::Ticket ticket_; ///< older than `state_`: what it lets in or out is of that state
  LiveRelations::State state_;
  NodeSight sight_;
  std::int64_t valid_;
  std::uint64_t recorded_;
  bool is_now_;    ///< nothing was asked for: the past value is not needed
  bool knows_now_; ///< all that is known is to count
};

} // namespace grunndata::registry::virksomhet
