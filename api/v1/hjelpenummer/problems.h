// The errors of issuing hjelpenumre. The codes are stable.
#pragma once

#include "api/http/problem.h"

#include <array>

namespace grunndata::api::v1::problem {
using http::ProblemKind;

inline constexpr ProblemKind issuing_closed{"issuing_closed", 503,
                                            "No hjelpenummer can be issued here at the moment"};
inline constexpr ProblemKind idempotency_key_required{
    "idempotency_key_required", 400, "The header Idempotency-Key is missing or has a wrong form"};
inline constexpr ProblemKind idempotency_key_reused{
    "idempotency_key_reused", 422, "The Idempotency-Key came with another request before"};
inline constexpr ProblemKind answer_purged{"answer_purged", 410,
                                           "The first answer to this Idempotency-Key was purged"};
inline constexpr ProblemKind hjelpenummer_not_found{"hjelpenummer_not_found", 404,
                                                    "No such hjelpenummer"};
inline constexpr ProblemKind hjelpenummer_gone{
    "hjelpenummer_gone", 410, "The hjelpenummer was cancelled or stopped; nobody goes by it"};
inline constexpr ProblemKind hjelpenummer_state{
    "hjelpenummer_state", 409, "The hjelpenummer is not in a state in which that can be done"};
inline constexpr ProblemKind organisation_foreign{
    "organisation_foreign", 403, "The hjelpenummer belongs to another organisation"};
inline constexpr ProblemKind facts_too_few{"facts_too_few", 400,
                                           "Too little is told to look for somebody by"};
inline constexpr ProblemKind search_keys_missing{
    "search_keys_missing", 503,
    "The registry was made by an older version and has to be rebuilt before it can be searched"};
inline constexpr ProblemKind block_not_found{"block_not_found", 404,
                                             "There is no such block of hjelpenumre"};
inline constexpr ProblemKind numbers_used_up{
    "numbers_used_up", 429, "As many hjelpenumre as may be had in a day were issued or reserved"};
inline constexpr ProblemKind not_acceptable{"not_acceptable", 406,
                                            "The operation answers in no form that is accepted"};
inline constexpr ProblemKind work_not_found{"work_not_found", 404, "There is no such work item"};
inline constexpr ProblemKind work_decided{"work_decided", 409, "The work item is decided already"};

inline constexpr std::array all_hjelpenummer{
    issuing_closed,      idempotency_key_required, idempotency_key_reused,
    answer_purged,       hjelpenummer_not_found,   hjelpenummer_gone,
    hjelpenummer_state,  organisation_foreign,     facts_too_few,
    search_keys_missing, block_not_found,          numbers_used_up,
    not_acceptable,      work_not_found,           work_decided};

} // namespace grunndata::api::v1::problem
