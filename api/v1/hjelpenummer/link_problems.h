// Why two are not linked, parted or decided on. The codes are stable.
#pragma once

#include "api/http/problem.h"

#include <array>
#include <string_view>

namespace grunndata::api::v1::problem {
using http::ProblemKind;

inline constexpr ProblemKind link_not_found{"link_not_found", 404, "There is no such link"};
inline constexpr ProblemKind already_linked{"already_linked", 409,
                                            "The loser has a live link; undo it first"};
inline constexpr ProblemKind already_proposed{"already_proposed", 409,
                                              "The same two wait for a second person already"};
inline constexpr ProblemKind both_merged{"both_merged", 409,
                                         "The source itself has merged the loser into somebody"};
inline constexpr ProblemKind cycle{"cycle", 409, "The survivor is carried on by the loser"};
inline constexpr ProblemKind chain_too_long{"chain_too_long", 409,
                                            "Too many are linked one behind the other"};
inline constexpr ProblemKind number_ceased{"number_ceased", 409,
                                           "Who has the number goes by another one"};
inline constexpr ProblemKind number_cancelled{
    "number_cancelled", 409, "The number is cancelled, burnt, reserved, stopped or elsewhere's"};
inline constexpr ProblemKind number_ambiguous{"number_ambiguous", 409,
                                              "The number fits more than one person"};
inline constexpr ProblemKind not_proposed{"not_proposed", 409,
                                          "The link does not wait for a second person any more"};
inline constexpr ProblemKind same_person{"same_person", 409,
                                         "Who proposed a link does not decide on it"};
inline constexpr ProblemKind not_live{"not_live", 409, "The link was never live"};

inline constexpr std::array all_links{
    link_not_found, already_linked,   already_proposed, both_merged,  cycle,       chain_too_long,
    number_ceased,  number_cancelled, number_ambiguous, not_proposed, same_person, not_live};

/// The kind whose code stands before the colon in a message of `registry::Links`; null when none.
[[nodiscard]] constexpr const ProblemKind* link_problem_of(std::string_view message) noexcept {
  const std::string_view word = message.substr(0, message.find(':'));
  for (const ProblemKind& kind : all_links) {
    if (kind.status == 409 && kind.code == word) return &kind;
  }
  return nullptr;
}

} // namespace grunndata::api::v1::problem
