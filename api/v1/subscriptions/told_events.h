// What a subscription's client is told, whether it asks or is sent it.
#pragma once

#include "api/audit_trail.h"
#include "registry/access.h"
#include "registry/error.h"
#include "registry/subscriptions/subscription.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace grunndata::registry {
class Registry;
class CohortKey;
} // namespace grunndata::registry

namespace grunndata::api::v1 {

struct ToldEvents {
  std::string json; ///< the objects, with commas between
  std::size_t count = 0;
  std::uint64_t next = 0;
  bool more = false;
  registry::Instant newest_recorded{}; ///< of the last of them
};

/// `registry::subscribed_events`, written out and noted in `trail` as jobs that cover exactly those
/// who are told of.
[[nodiscard]] registry::Result<ToldEvents>
told_events(const registry::Registry& registry, const registry::CohortKey& key,
            const registry::Subscription& subscription, std::uint64_t from, std::size_t limit,
            registry::Access access, AuditTrail& trail);

} // namespace grunndata::api::v1
