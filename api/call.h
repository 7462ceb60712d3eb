// One admitted request: who asks, what they may see, and what the audit log will say of it.
#pragma once

#include "api/access/caller.h"
#include "registry/access.h"
#include "registry/time.h"

#include <optional>

namespace grunndata::api {

class AuditTrail;

/// Given to every handler; lives as long as the request is handled.
struct Call {
  const access::Caller& caller;
  registry::Access access; ///< by the path, or by token and agreement
  AuditTrail& audit;       ///< every person shown or missed is noted here
  /// Set when a person was shown because of break-glass: until when that is open.
  std::optional<registry::Instant> emergency_until{};
};

} // namespace grunndata::api
