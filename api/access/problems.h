// The errors of access control. The codes are stable; `detail` says more.
#pragma once

#include "api/http/problem.h"

#include <array>

namespace grunndata::api::access::problem {
using http::ProblemKind;

inline constexpr ProblemKind token_missing{"token_missing", 401, "The request carries no token"};
inline constexpr ProblemKind token_malformed{
    "token_malformed", 401, "The Authorization header cannot be read, or is there twice"};
inline constexpr ProblemKind token_invalid{"token_invalid", 401, "The token is not valid here"};
inline constexpr ProblemKind proof_invalid{"proof_invalid", 401,
                                           "The DPoP proof is missing or does not fit the request"};
inline constexpr ProblemKind keys_unavailable{
    "keys_unavailable", 503, "The issuer's keys cannot be had, so tokens cannot be checked"};
inline constexpr ProblemKind scope_insufficient{
    "scope_insufficient", 403, "The token lacks the scope that the operation needs"};
inline constexpr ProblemKind user_required{
    "user_required", 403, "The operation needs a token for a user, with a high enough level"};
inline constexpr ProblemKind client_unregistered{"client_unregistered", 403,
                                                 "The client is not registered here, or no longer"};
inline constexpr ProblemKind parts_not_agreed{
    "parts_not_agreed", 403, "The client has no agreement for an information part it asks for"};
inline constexpr ProblemKind legal_basis_not_agreed{
    "legal_basis_not_agreed", 403, "The client has no agreement for access with legal basis"};
inline constexpr ProblemKind rate_limited{"rate_limited", 429,
                                          "The client has asked more often than agreed"};
inline constexpr ProblemKind quota_used_up{
    "quota_used_up", 429, "The client has been given as many persons as agreed for the day"};
inline constexpr ProblemKind audit_unavailable{
    "audit_unavailable", 503, "The look-up cannot be logged, so it is not answered"};

inline constexpr std::array all{token_missing,          token_malformed,     token_invalid,
                                proof_invalid,          keys_unavailable,    scope_insufficient,
                                user_required,          client_unregistered, parts_not_agreed,
                                legal_basis_not_agreed, rate_limited,        quota_used_up,
                                audit_unavailable};

} // namespace grunndata::api::access::problem
