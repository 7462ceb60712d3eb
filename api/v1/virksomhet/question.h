// What every question about the enterprise structure begins with: of which node, as of when, and
// what the caller may see. See SECURITY.md for who sees what.
#pragma once

#include "api/context.h"
#include "api/problems.h"
#include "registry/virksomhet/code_texts.h"
#include "registry/virksomhet/structure.h"

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace grunndata::api::v1 {

/// A parameter of an operation besides `asOf` and `recordedAsOf`; each is given once at most.
struct NodeParameter {
  std::string_view name; ///< a literal
  std::optional<std::string> text{};
};

/// A question that may be answered.
struct NodeQuestion {
  registry::virksomhet::AsOf as_of;
  registry::virksomhet::Structure structure;
  registry::EntityId node{};
  registry::virksomhet::NodeSummary summary{}; ///< of the node
};

/// What callers see of nodes that they did not ask for by themselves.
[[nodiscard]] registry::virksomhet::NodeSight sight_of(const Call& call) noexcept;

/// What codes are called at the time asked for; no texts in a server without code lists.
[[nodiscard]] registry::virksomhet::CodeTexts
texts_of(const Context& context, const registry::virksomhet::Structure& asked);

/// Reads the query: the two times and `parameters`.
[[nodiscard]] Refusal read_node_query(const Context& context, std::string_view query,
                                      registry::virksomhet::AsOf& as_of,
                                      std::span<NodeParameter> parameters);

/// The value of a parameter that is true or false; absent: false.
[[nodiscard]] Refusal read_flag(const NodeParameter& parameter, bool& flag);
/// A whole number within bounds; absent leaves `number`.
[[nodiscard]] Refusal read_number(const NodeParameter& parameter, std::size_t least,
                                  std::size_t most, std::size_t& number);
/// Relations by name, with commas between; absent: those by which the structure hangs together.
[[nodiscard]] Refusal read_relations(const NodeParameter& parameter,
                                     registry::virksomhet::RelationSet& types);

/// May the caller see personal rows, if `flag` asks for them?
[[nodiscard]] Refusal check_personal(Call& call, bool flag);

/// Who a path's segment, or a text in a body, speaks of: an id of ours, or a number as
/// `parse_asked_key` reads it. In a URL a number of health personnel is refused.
[[nodiscard]] Refusal find_node(const registry::virksomhet::Structure& structure,
                                std::string_view text, bool is_in_url, std::string_view field,
                                registry::EntityId& node);

/// Whether the caller may be told of the node: not when it was removed (410, with what is left of
/// it), and of health personnel only with the right `hpr.read`. False: refused.
[[nodiscard]] bool may_tell(Call& call, const registry::virksomhet::NodeSummary& node,
                            const http::Request& request, http::Response& response);

/// All of it for an operation on one node of the path, with `sight` of other nodes. Nothing:
/// refused.
[[nodiscard]] std::optional<NodeQuestion>
ask_node(const Context& context, Call& call, const http::Request& request,
         http::Response& response, std::span<NodeParameter> parameters,
         const registry::virksomhet::NodeSight& sight);

/// The first half of it, for what reads the node itself: `summary` is left out, and `may_tell`
/// is to be asked.
[[nodiscard]] std::optional<NodeQuestion>
find_asked(const Context& context, const http::Request& request, http::Response& response,
           std::span<NodeParameter> parameters, const registry::virksomhet::NodeSight& sight);

/// An error of a question to the structure, as a client is told.
[[nodiscard]] const http::ProblemKind& node_problem_of(registry::ErrorCode code) noexcept;

/// Sends what was written with its tag, or the error in its place. Notes the node for the audit log
/// when it is one of health personnel, or when what was written tells of a natural person.
void answer_node(Call& call, const NodeQuestion& question, const http::Request& request,
                 http::Response& response, const registry::Result<void>& written,
                 bool tells_of_a_person = false);

} // namespace grunndata::api::v1
