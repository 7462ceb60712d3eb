#include "registry/identifier_cache.h"

#include <bit>
#include <cstdlib>
#include <cstring>
#include <thread>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace grunndata::registry {

void IdentifierCache::Free::operator()(Slot* slots) const noexcept { std::free(slots); }

IdentifierCache::IdentifierCache(std::size_t bytes) {
  const std::size_t count = std::bit_floor(bytes / sizeof(Slot));
  if (count == 0) {
    return;
  }
  // Zeroed pages of the system are slots at rest that remember nothing, and cost no memory yet.
  slots_.reset(static_cast<Slot*>(std::calloc(count, sizeof(Slot))));
  mask_ = slots_ ? count - 1 : 0;
}

IdentifierCache::Hash IdentifierCache::hash_of(std::string_view index_key) noexcept {
  const Hash hash = XXH3_64bits(index_key.data(), index_key.size());
  return hash == 0 ? 1 : hash; // 0 is an empty slot
}

IdentifierCache::Ticket IdentifierCache::ticket(Hash hash) const noexcept {
  return {hash, slots_ ? slot(hash).version.load(std::memory_order_acquire) : 1};
}

std::optional<EntityId> IdentifierCache::find(Hash hash) const noexcept {
  if (!slots_) {
    return std::nullopt;
  }
  const Slot& at = slot(hash);
  const std::uint64_t before = at.version.load(std::memory_order_acquire);
  if ((before & 1U) != 0 || at.hash.load(std::memory_order_acquire) != hash) {
    return std::nullopt;
  }
  const std::uint64_t high = at.id_high.load(std::memory_order_acquire);
  const std::uint64_t low = at.id_low.load(std::memory_order_acquire);
  if (at.version.load(std::memory_order_acquire) != before) {
    return std::nullopt;
  }
  EntityId id;
  std::memcpy(id.bytes.data(), &high, sizeof high);
  std::memcpy(id.bytes.data() + sizeof high, &low, sizeof low);
  return id;
}

void IdentifierCache::remember(const Ticket& ticket, const EntityId& entity) noexcept {
  std::uint64_t version = ticket.version;
  if (!slots_ || (version & 1U) != 0 ||
      !slot(ticket.hash)
           .version.compare_exchange_strong(version, version + 1, std::memory_order_acq_rel)) {
    return;
  }
  Slot& at = slot(ticket.hash);
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  std::memcpy(&high, entity.bytes.data(), sizeof high);
  std::memcpy(&low, entity.bytes.data() + sizeof high, sizeof low);
  at.hash.store(ticket.hash, std::memory_order_release);
  at.id_high.store(high, std::memory_order_release);
  at.id_low.store(low, std::memory_order_release);
  at.version.store(version + 2, std::memory_order_release);
}

void IdentifierCache::forget(Hash hash) noexcept {
  if (!slots_) {
    return;
  }
  Slot& at = slot(hash);
  std::uint64_t version = at.version.load(std::memory_order_acquire);
  while ((version & 1U) != 0 ||
         !at.version.compare_exchange_weak(version, version + 1, std::memory_order_acq_rel)) {
    std::this_thread::yield(); // somebody writes four numbers there
    version = at.version.load(std::memory_order_acquire);
  }
  at.hash.store(0, std::memory_order_release);
  at.version.store(version + 2, std::memory_order_release);
}

} // namespace grunndata::registry
