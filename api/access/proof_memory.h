// The proofs that were used lately, so that none is used twice.
#pragma once

#include "api/access/sha256.h"
#include "registry/time.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <unordered_set>
#include <vector>

namespace grunndata::api::access {

/// Thread-safe: of any number of threads with the same key exactly one hears `fresh`.
class ProofMemory {
public:
  enum class Answer : std::uint8_t {
    fresh,    ///< remembered from now on
    replayed, ///< was remembered already
    full,     ///< nothing was forgotten to make room, so nothing is known about this one
  };

  /// Remembers at most `proofs_max`, each for `lifetime`.
  ProofMemory(std::size_t proofs_max, std::chrono::microseconds lifetime);

  /// One step: looked up and remembered under one lock. `iat` is the proof's, in seconds.
  [[nodiscard]] Answer insert(const Digest& key, std::int64_t iat, registry::Instant now);

  /// The latest `iat` of a proof forgotten so far; proofs up to it are past their time unless the
  /// clock was set back, and then this is all that tells a used one from an unused.
  [[nodiscard]] std::int64_t forgotten_until() const noexcept { return forgotten_until_.load(); }
  [[nodiscard]] std::size_t size() const noexcept { return size_.load(); }

private:
  static constexpr std::size_t shard_count = 64;

  struct Remembered {
    std::int64_t until = 0; ///< microseconds
    std::int64_t iat = 0;
    Digest key{};
  };
  struct Shard {
    std::mutex mutex;
    std::unordered_set<Digest, DigestHash> keys;
    std::deque<Remembered> order; ///< oldest first
  };

  Answer insert_here(Shard& shard, const Digest& key, std::int64_t iat, registry::Instant now);
  void forget_old(Shard& shard, registry::Instant now);

  std::vector<Shard> shards_{shard_count};
  std::size_t proofs_max_;
  std::int64_t lifetime_us_;
  std::atomic<std::size_t> size_{0};
  std::atomic<std::int64_t> forgotten_until_{INT64_MIN};
};

} // namespace grunndata::api::access
