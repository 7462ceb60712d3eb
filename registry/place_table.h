// Finds where an entry stands in a list by a hash of its key; the list itself is somebody else's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace grunndata::registry {

/// Eight bytes a slot, at most half of them taken. `is_at(place)` says everywhere whether the entry
/// at a place is the one that is meant; it is asked of entries with the same hash only. Not
/// thread-safe.
class PlaceTable {
public:
  using Hash = std::uint32_t;
  using Place = std::uint32_t; ///< from 1
  static constexpr Place nowhere = 0;

  [[nodiscard]] bool empty() const noexcept { return slots_.empty(); }
  void clear() noexcept {
    slots_.clear();
    taken_ = 0;
  }

  template <typename IsAt>
  [[nodiscard]] Place find(Hash hash, const IsAt& is_at) const {
    return slots_.empty() ? nowhere : slots_[slot_of(hash, is_at)].place;
  }
  /// The place of the entry from now on, instead of the one it had. Errors: `std::bad_alloc`.
  template <typename IsAt>
  void set(Hash hash, Place place, const IsAt& is_at) {
    if (slots_.size() <= taken_ * 2) {
      widen();
    }
    Slot& slot = slots_[slot_of(hash, is_at)];
    taken_ += slot.place == nowhere ? 1 : 0;
    slot = {hash, place};
  }

private:
  struct Slot {
    Hash hash = 0;
    Place place = nowhere; ///< then the slot is free
  };
  static constexpr std::size_t slots_first = 64;
  /// Small tables grow in great steps; of large ones each slot too many costs.
  static constexpr std::size_t slots_of_large = std::size_t{1} << 20U;

  template <typename IsAt>
  [[nodiscard]] std::size_t slot_of(Hash hash, const IsAt& is_at) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash & mask;
    while (slots_[at].place != nowhere &&
           (slots_[at].hash != hash || !is_at(slots_[at].place))) {
      at = (at + 1) & mask;
    }
    return at;
  }

  void widen() {
    const std::size_t factor = slots_.size() < slots_of_large ? 4 : 2;
    const auto before = std::exchange(
        slots_, std::vector<Slot>(slots_.empty() ? slots_first : slots_.size() * factor));
    const auto is_other = [](Place) { return false; };
    for (const Slot& slot : before) {
      if (slot.place != nowhere) {
        slots_[slot_of(slot.hash, is_other)] = slot;
      }
    }
  }

  std::vector<Slot> slots_; ///< none, or a power of two of them
  std::size_t taken_ = 0;
};

} // namespace grunndata::registry
