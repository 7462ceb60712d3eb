// The errors of curating the enterprise structure. The codes are stable.
#pragma once

#include "api/http/problem.h"

#include <array>

namespace grunndata::api::v1::problem {
using http::ProblemKind;

inline constexpr ProblemKind conflict_not_found{"conflict_not_found", 404,
                                                "There is no such conflict"};
inline constexpr ProblemKind conflict_settled{
    "conflict_settled", 409, "The conflict is not in the state that is to be left"};
inline constexpr ProblemKind suggestion_not_found{"suggestion_not_found", 404,
                                                  "There is no such suggestion"};
inline constexpr ProblemKind suggestion_decided{"suggestion_decided", 409,
                                                "Somebody has decided on the suggestion already"};
inline constexpr ProblemKind relation_not_found{
    "relation_not_found", 404, "No relation with that number was stated by itself of the node"};
inline constexpr ProblemKind relation_stated{
    "relation_stated", 409, "The two are so related at that time already"};
inline constexpr ProblemKind structure_rule_broken{
    "structure_rule_broken", 422, "The structure would break one of its rules"};

inline constexpr std::array all_curation{conflict_not_found,    conflict_settled,
                                         suggestion_not_found,  suggestion_decided,
                                         relation_not_found,    relation_stated,
                                         structure_rule_broken};

} // namespace grunndata::api::v1::problem
