#include "registry/identifier_cache.h"

#include <bit>
#include <cstring>
#include <thread>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace grunndata::registry {

IdentifierCache::IdentifierCache(std::size_t bytes) {
  const std::size_t count = std::bit_floor(bytes / sizeof(Pair));
  pairs_ = LargeMemory(count * sizeof(Pair));
  mask_ = pairs_ ? count - 1 : 0;
}

IdentifierCache::Hash IdentifierCache::hash_of(std::string_view index_key,
                                               store::Family family) noexcept {
  const Hash hash = XXH3_64bits_withSeed(index_key.data(), index_key.size(),
                                         static_cast<XXH64_hash_t>(family));
  return hash == 0 ? 1 : hash; // 0 is an empty slot
}

IdentifierCache::Ticket IdentifierCache::ticket(Hash hash) const noexcept {
  if (!pairs_) {
    return {hash};
  }
  const Pair& pair = places(hash);
  return {hash,
          {pair[0].version.load(std::memory_order_acquire),
           pair[1].version.load(std::memory_order_acquire)}};
}

std::optional<EntityId> IdentifierCache::find(Hash hash) const noexcept {
  if (!pairs_) {
    return std::nullopt;
  }
  for (const Slot& at : places(hash)) {
    const std::uint64_t before = at.version.load(std::memory_order_acquire);
    if ((before & 1U) != 0 || at.hash.load(std::memory_order_acquire) != hash) {
      continue;
    }
    const std::uint64_t high = at.id_high.load(std::memory_order_acquire);
    const std::uint64_t low = at.id_low.load(std::memory_order_acquire);
    if (at.version.load(std::memory_order_acquire) != before) {
      continue;
    }
    EntityId id;
    std::memcpy(id.bytes.data(), &high, sizeof high);
    std::memcpy(id.bytes.data() + sizeof high, &low, sizeof low);
    return id;
  }
  return std::nullopt;
}

void IdentifierCache::remember(const Ticket& ticket, const EntityId& entity) noexcept {
  if (!pairs_) {
    return;
  }
  Pair& pair = places(ticket.hash);
  const std::size_t place = pair[0].hash == 0 || pair[1].hash != 0 ? 0 : 1; // rather a free one
  Slot& at = pair[place];
  std::uint64_t version = ticket.versions[place];
  if ((version & 1U) != 0 ||
      !at.version.compare_exchange_strong(version, version + 1, std::memory_order_acq_rel)) {
    return;
  }
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  std::memcpy(&high, entity.bytes.data(), sizeof high);
  std::memcpy(&low, entity.bytes.data() + sizeof high, sizeof low);
  at.hash.store(ticket.hash, std::memory_order_release);
  at.id_high.store(high, std::memory_order_release);
  at.id_low.store(low, std::memory_order_release);
  at.version.store(version + 2, std::memory_order_release);
}

/// Both places, whatever they hold: a ticket may be meant for either.
void IdentifierCache::forget(Hash hash) noexcept {
  if (pairs_) {
    for (Slot& slot : places(hash)) {
      forget(slot, hash);
    }
  }
}

void IdentifierCache::forget(Slot& slot, Hash hash) noexcept {
  std::uint64_t version = slot.version.load(std::memory_order_acquire);
  while ((version & 1U) != 0 ||
         !slot.version.compare_exchange_weak(version, version + 1, std::memory_order_acq_rel)) {
    std::this_thread::yield(); // somebody writes four numbers there
    version = slot.version.load(std::memory_order_acquire);
  }
  if (slot.hash.load(std::memory_order_acquire) == hash) {
    slot.hash.store(0, std::memory_order_release);
  }
  slot.version.store(version + 2, std::memory_order_release);
}

} // namespace grunndata::registry
