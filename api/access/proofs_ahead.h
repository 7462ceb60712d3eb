// What has to outlive a restart of the proofs that were used.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

namespace grunndata::api::access {

/// Proofs that were taken although their second had not begun yet by our clock.
struct ProofsAhead {
  /// No proof with a later iat (in seconds) was taken before; nothing when that is not known.
  std::optional<std::int64_t> newest;
  /// Makes a new `newest` durable, before the first proof of it is taken. False when it cannot;
  /// the proof is then refused. Called by one thread at a time. Unset: nothing is kept.
  std::function<bool(std::int64_t)> keep;
};

} // namespace grunndata::api::access
