// The errors of registering clients and of emergency access. The codes are stable.
#pragma once

#include "api/http/problem.h"

#include <array>

namespace grunndata::api::v1::problem {
using http::ProblemKind;

inline constexpr ProblemKind client_not_found{"client_not_found", 404,
                                              "No such client is registered"};
inline constexpr ProblemKind client_registered{"client_registered", 409,
                                               "The client is registered already"};
inline constexpr ProblemKind break_glass_not_agreed{
    "break_glass_not_agreed", 403, "The client has no agreement for emergency access"};
inline constexpr ProblemKind break_glass_too_many{
    "break_glass_too_many", 409, "The user has too many emergency accesses open at once"};
inline constexpr ProblemKind grant_not_found{"grant_not_found", 404,
                                             "There is no such emergency access"};
inline constexpr ProblemKind grant_reviewed{
    "grant_reviewed", 409, "The emergency access is reviewed already, or is the reviewer's own"};

inline constexpr std::array all_admin{client_not_found,       client_registered,
                                      break_glass_not_agreed, break_glass_too_many,
                                      grant_not_found,        grant_reviewed};

} // namespace grunndata::api::v1::problem
