// A number as it was used on paper, read from what somebody reports.
#pragma once

#include "api/v1/hjelpenummer/number_requests.h"
#include "registry/hjelpenummer/blocks.h"

#include <span>

namespace grunndata::api::v1 {

/// Members of schema `UsedNumber`, those of facts and of a newborn among them.
[[nodiscard]] std::span<const MemberRule> used_rules() noexcept;

/// `body`: read by `used_rules`.
[[nodiscard]] Refusal read_used(const NumberBody& body, const identifiers::Rules& rules,
                                registry::hjelpenummer::UsedNumber& used);

} // namespace grunndata::api::v1
