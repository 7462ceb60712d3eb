// The errors of subscriptions. The codes are stable.
#pragma once

#include "api/http/problem.h"

#include <array>

namespace grunndata::api::v1::problem {
using http::ProblemKind;

inline constexpr ProblemKind subscription_not_found{"subscription_not_found", 404,
                                                    "There is no such subscription"};
inline constexpr ProblemKind subscription_ended{
    "subscription_ended", 409, "The subscription has ended; make another one"};
inline constexpr ProblemKind subscriptions_too_many{
    "subscriptions_too_many", 409, "There are as many subscriptions as there may be"};
inline constexpr ProblemKind cohort_of_everyone{
    "cohort_of_everyone", 409, "The subscription is about everyone and has no cohort"};
inline constexpr ProblemKind webhook_missing{"webhook_missing", 409,
                                             "The subscription has no webhook"};

inline constexpr std::array all_subscriptions{subscription_not_found, subscription_ended,
                                              subscriptions_too_many, cohort_of_everyone,
                                              webhook_missing};

} // namespace grunndata::api::v1::problem
