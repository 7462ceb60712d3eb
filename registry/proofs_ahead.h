// Which proofs of possession were taken ahead of the clock, remembered for the next start.
#pragma once

#include "registry/registry.h"

#include <cstdint>
#include <optional>

namespace grunndata::registry {

/// No DPoP proof (RFC 9449) with a later iat, in seconds, was taken before its second had begun.
/// Nothing where that is not known: a directory that was restored, or is older than this mark.
/// Errors: `corrupt`, `storage`.
[[nodiscard]] Result<std::optional<std::int64_t>> proofs_ahead(const Registry& registry);

/// Durable when it returns; not from the writer's thread. Errors: `storage`, `unavailable`.
[[nodiscard]] Result<void> keep_proofs_ahead(Registry& registry, std::int64_t newest);

} // namespace grunndata::registry
