// Node records made by hand, so that tests read as stories, and a registry fed with them. Numbers
// are those of a universe that does not exist.
#pragma once

#include "registry/virksomhet/node_import.h"
#include "registry/virksomhet/structure.h"
#include "tests/registry/town.h"

#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::virksomhet::stories {

using registry::stories::Town;
using registry::stories::on_every_engine;

/// "ENH:310000140"; must be right.
[[nodiscard]] OwnedNodeKey number(std::string_view text);
/// 00:00 in Oslo on that day; empty: nothing.
[[nodiscard]] std::optional<Instant> day(std::string_view text);

/// Since when and until when, and how it is said; dates may be empty.
struct Period {
  std::string from{}, to{};
  Says says = Says::now;
};
[[nodiscard]] Period from(std::string date);
[[nodiscard]] Period during(std::string from, std::string to);

class NodeBuilder {
public:
  NodeBuilder(NodeType type, std::string_view key);
  /// Something said of another source's node.
  static NodeBuilder about(std::string_view key);

  NodeBuilder& named(std::string_view name, const Period& period = {});
  NodeBuilder& says(NodePart part, std::string_view body, const Period& period = {});
  NodeBuilder& personal(); ///< the row said last
  NodeBuilder& opened(std::string_view date);
  NodeBuilder& closed(std::string_view date); ///< and has ended
  NodeBuilder& remainder();                   ///< says no more than that
  NodeBuilder& removed();
  NodeBuilder& status(NodeStatus status);
  NodeBuilder& administrative();
  NodeBuilder& withheld();
  NodeBuilder& observed(std::string_view date);
  NodeBuilder& goes_by(std::string_view number, const Period& period = {});
  NodeBuilder& goes_by(IdentifierSystem system, std::string_view text);
  NodeBuilder& under(NodeRelation type, std::string_view upper, const Period& period = {},
                     RelationKind kind = RelationKind::none, std::string_view details = {});
  [[nodiscard]] NodeRecord record() const;

private:
  NodeRecord record_;
};

[[nodiscard]] NodeBuilder juridisk(std::string_view key, std::string_view name);
[[nodiscard]] NodeBuilder underenhet(std::string_view key, std::string_view name,
                                     std::string_view parent, const Period& period = {});
[[nodiscard]] NodeBuilder ward(std::string_view key, std::string_view name,
                               std::string_view parent = {}, std::string_view belongs_to = {});

[[nodiscard]] NodeBatch batch(NodeSource source, std::string_view when,
                              const std::vector<NodeBuilder>& records);
[[nodiscard]] NodeEventClaim event(NodeEventType type, std::string_view date,
                                   const std::vector<std::string>& from,
                                   const std::vector<std::string>& to);

/// Imports it; must work.
NodeImportCounts load(Town& town, NodeBatch batch);
NodeImportCounts load(Town& town, NodeSource source, std::string_view when,
                      const std::vector<NodeBuilder>& records);

/// Now and as known now, unless said otherwise.
[[nodiscard]] AsOf at(std::string_view date, std::optional<std::uint64_t> recorded = {});

/// Keys of nodes, as text; of what is unknown "?".
[[nodiscard]] std::string shown_key(const Structure& structure, const EntityId& node);
[[nodiscard]] EntityId find(const Structure& structure, std::string_view key);
[[nodiscard]] std::vector<std::string> ancestors(Town& town, std::string_view key,
                                                 RelationSet types, const AsOf& as_of);
/// Sorted.
[[nodiscard]] std::vector<std::string> subtree(Town& town, std::string_view key, RelationSet types,
                                               const AsOf& as_of);
[[nodiscard]] std::string legal_root(Town& town, std::string_view key, const AsOf& as_of);
[[nodiscard]] std::string name_of(Town& town, std::string_view key, const AsOf& as_of);
/// Reason and message of all that is quarantined.
[[nodiscard]] std::vector<std::string> quarantine(Town& town);

inline const RelationSet legal = set_of({NodeRelation::juridisk});
inline const RelationSet organised = set_of({NodeRelation::organisatorisk});

} // namespace grunndata::registry::virksomhet::stories
