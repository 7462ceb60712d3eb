#include "api/access/proof_memory.h"

namespace grunndata::api::access {

ProofMemory::ProofMemory(std::size_t proofs_max, std::chrono::microseconds lifetime)
    : proofs_max_(proofs_max), lifetime_us_(lifetime.count()) {}

void ProofMemory::forget_old(Shard& shard, registry::Instant now) {
  while (!shard.order.empty() && shard.order.front().until < now.microseconds) {
    const Remembered& oldest = shard.order.front();
    std::int64_t latest = forgotten_until_.load();
    while (latest < oldest.iat && !forgotten_until_.compare_exchange_weak(latest, oldest.iat)) {
    }
    shard.keys.erase(oldest.key);
    shard.order.pop_front();
    size_.fetch_sub(1);
  }
}

ProofMemory::Answer ProofMemory::insert(const Digest& key, std::int64_t iat,
                                        registry::Instant now) {
  // The table takes the first bytes of the key; the shard another one.
  Shard& shard = shards_[key[31] % shard_count];
  const Answer answer = insert_here(shard, key, iat, now);
  if (answer != Answer::full) return answer;
  // Old ones may be lying where nobody has looked for a while.
  for (Shard& other : shards_) {
    const std::lock_guard lock(other.mutex);
    forget_old(other, now);
  }
  return insert_here(shard, key, iat, now);
}

ProofMemory::Answer ProofMemory::insert_here(Shard& shard, const Digest& key, std::int64_t iat,
                                             registry::Instant now) {
  const std::lock_guard lock(shard.mutex);
  forget_old(shard, now);
  // Under the lock, after all that was forgotten here: see `forgotten_until`.
  if (iat <= forgotten_until_.load()) return Answer::replayed;
  if (shard.keys.contains(key)) return Answer::replayed;
  if (size_.fetch_add(1) >= proofs_max_) {
    size_.fetch_sub(1);
    return Answer::full;
  }
  shard.keys.insert(key);
  shard.order.push_back({now.microseconds + lifetime_us_, iat, key});
  return Answer::fresh;
}

} // namespace grunndata::api::access
