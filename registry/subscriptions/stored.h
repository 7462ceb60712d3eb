// The stored forms of subscriptions, as FORMAT.md lists them.
#pragma once

#include "registry/subscriptions/cohort.h"
#include "registry/subscriptions/subscription.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::registry {

/// 's' · number
[[nodiscard]] std::string subscription_key(std::uint64_t number);
/// 'd' · number
[[nodiscard]] std::string delivery_key(std::uint64_t number);
/// 'c' · number; and · hash of the member
[[nodiscard]] std::string cohort_key(std::uint64_t number);
[[nodiscard]] std::string cohort_key(std::uint64_t number, const MemberHash& member);

[[nodiscard]] std::string write_subscription(const Subscription& subscription);
/// Nothing when key or value are not what was written.
[[nodiscard]] std::optional<Subscription> read_subscription(std::string_view key,
                                                            std::string_view value);
[[nodiscard]] std::string write_place(const DeliveryPlace& place);
[[nodiscard]] std::optional<DeliveryPlace> read_place(std::string_view value);

} // namespace grunndata::registry
