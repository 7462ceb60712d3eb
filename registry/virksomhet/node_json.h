// Nodes and trees as callers are shown them. What the structure's sight does not cover is left out:
// what tells of a natural person, and units whose names would tell what is treated. Times are dates
// where they were given as dates (`format_date_or_instant`).
#pragma once

#include "registry/virksomhet/code_texts.h"
#include "registry/virksomhet/crosswalk.h"
#include "registry/virksomhet/structure.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::virksomhet {

/// The name, unless the asker may not see it; then empty.
[[nodiscard]] std::string_view shown_name(const NodeSummary& node) noexcept;

/// Appends `text` as JSON, with its quotes.
void append_json_text(std::string& out, std::string_view text);
/// `,"name":"text"`
void append_json_member(std::string& out, std::string_view name, std::string_view text);
/// `,"name":"2024-01-01"`; nothing when there is none.
void append_json_time(std::string& out, std::string_view name, std::int64_t when);
/// `,"validFrom":…,"validTo":…[,"beginObserved":true][,"endObserved":true]`; `marks` of `mark`.
void append_json_period(std::string& out, std::int64_t from, std::int64_t to, std::uint8_t marks);
/// `"type":…[,"kind":…],"source":…` and its period.
void append_json(std::string& out, const NodeUpper& relation);
/// `{"system":…,"number":…[,"assigner":…]}`
void append_json(std::string& out, const NodeKey& number);

/// Whether the asker may see a row of the part.
[[nodiscard]] bool is_seen(NodePart part, bool is_personal, bool name_is_withheld,
                           const NodeSight& sight) noexcept;
/// The same of a row, without sight whether everybody may. Those of `life` are told in other words.
[[nodiscard]] bool is_shown(const NodeRow& row, const NodeHeader& header,
                            const NodeSight& sight = {}) noexcept;

/// `{"id":…,"system":…,"number":…,"type":…,"status":…[,"name":…]…}`
void append_json(std::string& out, const NodeSummary& node);

/// How much of a node is told.
struct NodeTelling {
  bool with_history = false; ///< also what holds at another time
  CodeTexts texts{};         ///< of codes, beside them
};

/// The node, its numbers, its information parts and its relations upwards, each with its source and
/// when it holds. Says whether anything of a natural person was written, which is for the audit
/// log. Errors: as `Structure::summary`.
[[nodiscard]] Result<bool> append_node(std::string& out, const Structure& structure,
                                       const EntityId& node, const NodeTelling& telling = {});
/// The same of a node that was read by `structure` already.
[[nodiscard]] Result<bool> append_node(std::string& out, const Structure& structure,
                                       const Structure::ToldNode& told,
                                       const NodeTelling& telling);

/// `[{"system":…,"number":…,"way":…,…}]`, without those of hidden nodes. Errors: as
/// `Structure::summary`.
[[nodiscard]] Result<void> append_json(std::string& out, const Structure& structure,
                                       const std::vector<CrossAnswer>& answers);

/// A node of a tree with what hangs under it after it; the root first, with depth 0.
struct TreeLine {
  NodeSummary node;
  int depth = 0;
  NodeRelation type{}; ///< by which it hangs there; of the root none
};
using Tree = std::vector<TreeLine>;

/// Without hidden nodes; what hangs under one hangs under who is above it. Errors: as
/// `Structure::subtree` and `Structure::summary`.
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
