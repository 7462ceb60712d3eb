// Nodes and trees as callers are shown them. What tells of a natural person is left out, and so are
// names that would tell what is treated.
#pragma once

#include "registry/virksomhet/crosswalk.h"
#include "registry/virksomhet/structure.h"

#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::virksomhet {

/// The name, unless it is withheld or a natural person's; then empty.
[[nodiscard]] std::string_view shown_name(const NodeSummary& node) noexcept;

/// Whether everybody may see the row. Those of `life` are told in other words.
[[nodiscard]] bool is_shown(const NodeRow& row, const NodeHeader& header) noexcept;

/// Appends `text` as JSON, with its quotes.
void append_json_text(std::string& out, std::string_view text);

/// `{"id":…,"system":…,"number":…,"type":…,"status":…[,"name":…]…}`
void append_json(std::string& out, const NodeSummary& node);

/// The node, its numbers, its information parts and its relations upwards, each with its source and
/// when it holds. Errors: as `Structure::summary`.
[[nodiscard]] Result<void> append_node(std::string& out, const Structure& structure,
                                       const EntityId& node);

/// `[{"system":…,"number":…,"way":…,…}]`. Errors: as `Structure::summary`.
[[nodiscard]] Result<void> append_json(std::string& out, const Structure& structure,
                                       const std::vector<CrossAnswer>& answers);

/// A node of a tree with what hangs under it after it; the root first, with depth 0.
struct TreeLine {
  NodeSummary node;
  int depth = 0;
  NodeRelation type{}; ///< by which it hangs there; of the root none
};
using Tree = std::vector<TreeLine>;

/// Errors: as `Structure::subtree` and `Structure::summary`.
[[nodiscard]] Result<Tree> tree_of(const Structure& structure, const EntityId& root,
                                   const SubtreeOrder& order);

/// Lines with branches, for a terminal.
[[nodiscard]] std::string tree_text(const Tree& tree);
/// `{"nodes":[{…,"depth":…,"relation":…},…]}`, in the same order.
[[nodiscard]] std::string tree_json(const Tree& tree);
/// For Graphviz.
[[nodiscard]] std::string tree_dot(const Tree& tree);
/// A picture of its own, without scripts or fonts from elsewhere.
[[nodiscard]] std::string tree_svg(const Tree& tree);

} // namespace grunndata::registry::virksomhet
