// From an entity's id to where it stands in a list.
#pragma once

#include "registry/entity_id.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

namespace grunndata::registry::virksomhet {

/// Places in a list of entities that only grows; 12 to 24 bytes each. Which id stands at a place,
/// `id_at` says. Not thread-safe.
class EntitySlots {
public:
  template <typename IdAt>
  [[nodiscard]] std::optional<std::uint32_t> find(const EntityId& id, const IdAt& id_at) const {
    if (slots_.empty()) {
      return std::nullopt;
    }
    const std::uint64_t hash = hash_of(id);
    for (std::size_t at = hash & mask();; at = (at + 1) & mask()) {
      const Slot slot = slots_[at];
      if (slot == 0) {
        return std::nullopt;
      }
      if (tag_of(slot) == tag_of(hash) && id_at(place_of(slot)) == id) {
        return place_of(slot);
      }
    }
  }
  /// The id must not be there yet.
  template <typename IdAt>
  void add(const EntityId& id, std::uint32_t place, const IdAt& id_at) {
    if (2 * (count_ + 1) > slots_.size()) {
      std::vector<Slot> old(slots_.empty() ? 64 : 2 * slots_.size());
      old.swap(slots_);
      for (const Slot slot : old) {
        if (slot != 0) {
          put(hash_of(id_at(place_of(slot))), place_of(slot));
        }
      }
    }
    put(hash_of(id), place);
    ++count_;
  }
  void clear() noexcept {
    slots_ = {};
    count_ = 0;
  }
  [[nodiscard]] std::size_t bytes() const noexcept { return slots_.capacity() * sizeof(Slot); }

private:
  /// Upper half of the hash, then the place plus one; 0: free.
  using Slot = std::uint64_t;

  static std::uint64_t hash_of(const EntityId& id) noexcept {
    std::uint64_t end = 0; // of a UUIDv7 it is random
    std::memcpy(&end, id.bytes.data() + 8, sizeof end);
    return end * 0x9E37'79B9'7F4A'7C15U;
  }
  static std::uint64_t tag_of(std::uint64_t hash) noexcept { return hash >> 32U; }
  static std::uint32_t place_of(Slot slot) noexcept { return static_cast<std::uint32_t>(slot) - 1; }
  [[nodiscard]] std::size_t mask() const noexcept { return slots_.size() - 1; }
  void put(std::uint64_t hash, std::uint32_t place) {
    std::size_t at = hash & mask();
    while (slots_[at] != 0) {
      at = (at + 1) & mask();
    }
    slots_[at] = tag_of(hash) << 32U | (place + 1U);
  }

  std::vector<Slot> slots_; ///< a power of two
  std::size_t count_ = 0;
};

} // namespace grunndata::registry::virksomhet
