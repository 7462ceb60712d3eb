// Remembers which entity an identifier led to, so that most look-ups read one value instead of two.
#pragma once

#include "registry/entity_id.h"
#include "registry/large_memory.h"
#include "registry/store/store.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace grunndata::registry {

/// A fixed table; an identifier has two places side by side and shares them with others. Lock-free
/// and thread-safe.
///
/// An answer is a hint: whoever uses it must see in the entity's own value that the entity holds
/// the identifier. What the hint vouches for is that no other entity has come to claim it: every
/// commit forgets what it changes before anybody is told of it, and an answer found out before the
/// commit cannot be put in after it (`Ticket`).
class IdentifierCache {
public:
  /// Takes about `bytes`, touched as it fills. 0: remembers nothing.
  explicit IdentifierCache(std::size_t bytes);

  using Hash = std::uint64_t;
  /// Whether the keys of a family are remembered: of persons and of nodes.
  [[nodiscard]] static constexpr bool holds(store::Family family) noexcept {
    return family == store::Family::identifier || family == store::Family::node_key;
  }
  [[nodiscard]] static Hash hash_of(std::string_view index_key,
                                    store::Family family = store::Family::identifier) noexcept;

  /// Taken before the index is read; lets its answer in only if nothing was forgotten meanwhile.
  struct Ticket {
    Hash hash = 0;
    std::array<std::uint64_t, 2> versions{1, 1}; ///< of the two places
  };
  [[nodiscard]] Ticket ticket(Hash hash) const noexcept;
  [[nodiscard]] std::optional<EntityId> find(Hash hash) const noexcept;
  void remember(const Ticket& ticket, const EntityId& entity) noexcept;
  void forget(Hash hash) noexcept;

private:
  /// Even versions are at rest; an odd one is being written.
  struct Slot {
    std::atomic<std::uint64_t> version;
    std::atomic<std::uint64_t> hash;
    std::atomic<std::uint64_t> id_high;
    std::atomic<std::uint64_t> id_low;
  };
  static_assert(sizeof(Slot) == 32);
  using Pair = std::array<Slot, 2>; ///< in one line of the processor's cache

  [[nodiscard]] Pair& places(Hash hash) const noexcept { return pairs_.as<Pair>()[hash & mask_]; }
  static void forget(Slot& slot, Hash hash) noexcept;

  LargeMemory pairs_; ///< zeroed: at rest, remembering nothing
  std::uint64_t mask_ = 0;
};

} // namespace grunndata::registry
