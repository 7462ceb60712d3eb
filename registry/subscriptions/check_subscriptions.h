// Proves subscriptions, their places and cohorts against each other.
#pragma once

#include "registry/registry.h"
#include "registry/store/store.h"

#include <functional>
#include <string>
#include <string_view>

namespace grunndata::registry {

/// Looks at a key of the family `subscription`, on a snapshot: records and places can be read, what
/// there is belongs to a subscription, and as many members are there as were counted. `fault` is
/// told of what is not so. Errors: `corrupt`, `storage`.
[[nodiscard]] Result<void> check_subscription(const Registry& registry,
                                              const store::Snapshot& snapshot,
                                              std::string_view key, std::string_view value,
                                              const std::function<void(std::string what)>& fault);

} // namespace grunndata::registry
