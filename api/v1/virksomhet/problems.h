// The errors of the enterprise structure. The codes are stable.
#pragma once

#include "api/http/problem.h"

#include <array>

namespace grunndata::api::v1::problem {
using http::ProblemKind;

inline constexpr ProblemKind node_not_found{"node_not_found", 404,
                                            "No node goes or went by that number or id"};
inline constexpr ProblemKind node_not_known_then{
    "node_not_known_then", 404, "The node was not in the registry at recordedAsOf"};
inline constexpr ProblemKind node_removed{
    "node_removed", 410, "The node was taken away by its source for legal reasons"};
inline constexpr ProblemKind node_ambiguous{
    "node_ambiguous", 409, "The number stands for several nodes; look it up to have them all"};
inline constexpr ProblemKind number_in_url{
    "number_in_url", 400, "Numbers of health personnel stand in bodies, never in URLs"};
inline constexpr ProblemKind tree_too_large{
    "tree_too_large", 400, "The tree is too large for one answer; ask for fewer levels, or pages"};

inline constexpr std::array all_virksomhet{node_not_found, node_not_known_then, node_removed,
                                           node_ambiguous, number_in_url,       tree_too_large};

} // namespace grunndata::api::v1::problem
